"""Who is served when: turns, coming back, stopping, and a database that goes away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bot.engine import Clockwork, Waker, queue
from bot.jobs.deliver import Drained
from bot.store.outbox import OutboxState
from tests import postgres as real_postgres
from tests.cast import set_up_desk
from tests.engine.office import in_production, until, working
from tests.jobs.fake_slack import Office, open_office


class Turns:
    """Stands where delivery stands: each workspace has so many turns of work left."""

    def __init__(self, office: Office, left: dict[str, int], pause: timedelta = timedelta(0)) -> None:
        self.taken: list[str] = []
        self._office = office
        self._left = left
        self._pause = pause
        self._lock = threading.Lock()

    def drain(self, workspace_id: str, **_: object) -> Drained:
        """Take one turn."""
        with self._lock:
            self.taken.append(workspace_id)
            self._left[workspace_id] -= 1
            more = self._left[workspace_id] > 0
        return Drained(1, self._office.clock.now() + self._pause if more else None)


@pytest.fixture
def office(fresh_postgres: str, tmp_path: Path, mocker: MockerFixture) -> Iterator[Office]:
    """A desk on PostgreSQL, with the kinds of notices that need no story."""
    made = open_office(set_up_desk(tmp_path, address=fresh_postgres))
    mocker.patch("bot.jobs.schedule.kinds", return_value=made.kinds)
    yield made
    made.desk.db.engine.dispose()


def test_a_whale_gives_up_its_place(office: Office, fresh_postgres: str, mocker: MockerFixture) -> None:
    """Of one place that many turns of one workspace want, each other has the next after one turn."""
    turns = Turns(office, {"whale": 5, "small-1": 1, "small-2": 1})
    mocker.patch("bot.engine.worker.Delivery", return_value=turns)
    deps = in_production(office, fresh_postgres, concurrency=1)
    with deps.db.engine.begin() as connection:
        queue.wake(connection, ["whale"])
    with deps.db.engine.begin() as connection:
        queue.wake(connection, ["small-1", "small-2"])
    with working(deps):
        until(lambda: len(turns.taken) == 7, "every turn")
    assert set(turns.taken[:3]) == {"whale", "small-1", "small-2"}
    assert turns.taken[3:] == ["whale"] * 4


def test_who_may_go_on_later_comes_back_without_a_clock(
    office: Office, fresh_postgres: str, mocker: MockerFixture
) -> None:
    """A workspace whose limit opens within the tick is served as it opens."""
    turns = Turns(office, {"held": 3}, pause=timedelta(milliseconds=200))
    mocker.patch("bot.engine.worker.Delivery", return_value=turns)
    deps = in_production(office, fresh_postgres)
    with deps.db.engine.begin() as connection:
        queue.wake(connection, ["held"])
    with working(deps):
        until(lambda: len(turns.taken) == 3, "every turn")


def test_a_stopped_worker_gives_back_what_it_had_taken(office: Office, fresh_postgres: str) -> None:
    """The message being sent is finished; the rest waits for another worker, without a try counted."""
    deps = in_production(office, fresh_postgres, concurrency=1)
    for number in range(30):
        office.tell(key=f"n{number}")
    with deps.db.engine.begin() as connection:
        queue.wake(connection, {office.row("n0").workspace_id})
    with working(deps) as worker:
        office.slack.on_post = worker.stop
        until(lambda: office.slack.messages, "the first message")
    rows = office.desk.outbox()
    sent = [row for row in rows if row.state is OutboxState.SENT]
    left = [row for row in rows if row.state is OutboxState.WAITING]
    assert 1 <= len(sent) == len(office.slack.messages) < len(rows)
    assert len(sent) + len(left) == len(rows)
    assert {(row.tries, row.owner) for row in left} == {(0, None)}


def test_a_restarted_database_is_survived(
    office: Office, fresh_postgres: str, postgres: real_postgres.Server
) -> None:
    """Broken connections end nothing: the worker asks again, and nothing is said twice."""
    deps = in_production(office, fresh_postgres)
    clock, waker = Clockwork(deps), Waker(deps)
    waker.start()
    with working(deps):
        office.tell(key="before")
        until(lambda: office.row("before").state is OutboxState.SENT, "the first message")
        postgres.restart_immediate()
        office.tell(key="after")
        clock.tick()
        until(lambda: office.row("after").state is OutboxState.SENT, "the second message")
    waker.stop()
    assert len(office.slack.messages) == 2
