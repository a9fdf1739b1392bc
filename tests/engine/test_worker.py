"""The engine of production, over a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bot.engine import Clockwork, Waker, queue
from bot.store.outbox import OutboxState
from tests.cast import WORKSPACE_ID, set_up_desk
from tests.engine.office import count, in_production, until, working
from tests.jobs.fake_slack import Office, open_office


@pytest.fixture
def address(fresh_postgres: str) -> str:
    """The database all processes of a test share."""
    return fresh_postgres


@pytest.fixture
def office(address: str, tmp_path: Path, mocker: MockerFixture) -> Iterator[Office]:
    """A desk on PostgreSQL, with the kinds of notices that need no story."""
    made = open_office(set_up_desk(tmp_path, address=address))
    mocker.patch("bot.jobs.schedule.kinds", return_value=made.kinds)
    yield made
    made.desk.db.engine.dispose()


def test_a_commit_reaches_slack_without_a_clock(office: Office, address: str) -> None:
    """The process that commits wakes a worker; nobody has to look."""
    deps = in_production(office, address)
    waker = Waker(deps)
    waker.start()
    with working(deps):
        office.tell(key="one")
        until(lambda: office.slack.messages, "the message")
        until(lambda: office.row("one").state is OutboxState.SENT, "its record")
        until(lambda: count(deps, "jobs") == 0, "the wake-up's end")
    waker.stop()
    assert len(office.slack.messages) == 1


def test_many_wake_ups_are_one(office: Office, address: str) -> None:
    """A workspace is woken for once, however much was committed, and without an error."""
    deps = in_production(office, address)
    with deps.db.engine.begin() as connection:
        assert queue.wake(connection, [WORKSPACE_ID, "other", WORKSPACE_ID]) == 2
        assert queue.wake(connection, [WORKSPACE_ID, "third"]) == 1
        assert queue.wake(connection, []) == 0
    assert count(deps, "jobs") == 3


def test_two_clocks_and_two_workers_say_everything_once(office: Office, address: str) -> None:
    """Doubled wake-ups, ticks and workers change nothing."""
    deps = in_production(office, address)
    for number in range(40):
        office.tell(key=f"n{number}")
    clocks = [Clockwork(deps), Clockwork(deps)]
    with working(deps), working(deps):
        for clock in clocks * 2:
            clock.tick()
        until(lambda: all(row.state is OutboxState.SENT for row in office.desk.outbox()), "everything sent")
    assert sorted(office.slack.keys()) == sorted(row.id for row in office.desk.outbox())


def test_a_dead_worker_does_not_block_its_workspace(office: Office, address: str) -> None:
    """Its wake-up holds the workspace's lock; the clock ends it, and the workspace is served again."""
    deps = in_production(office, address)
    with deps.db.engine.begin() as connection:
        queue.wake(connection, [WORKSPACE_ID])
        connection.exec_driver_sql(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 minute') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
        )
    clock = Clockwork(deps)
    office.tell(key="one")
    clock.tick()
    assert count(deps, "jobs", "status = 'todo'") == 1
    assert clock.tidy() == 1
    assert clock.tidy() == 0
    with working(deps):
        until(lambda: office.slack.messages, "the message")
    assert count(deps, "workers") == 0


def test_a_living_workers_wake_up_is_left_alone(office: Office, address: str) -> None:
    """Only silence ends a wake-up for somebody else."""
    deps = in_production(office, address)
    with deps.db.engine.begin() as connection:
        queue.wake(connection, [WORKSPACE_ID])
        connection.exec_driver_sql(
            "WITH living AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM living)"
        )
    assert Clockwork(deps).tidy() == 0
    assert count(deps, "jobs", "status = 'doing'") == 1
