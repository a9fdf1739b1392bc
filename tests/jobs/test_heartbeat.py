"""The heartbeat: what is due does not wait for Slack's answer to a renewal, and a stop has an end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.deps import Deps
from bot.jobs import outbox, schedule, workspaces
from bot.jobs.heartbeat import Heartbeat
from bot.store import beats
from bot.store.beats import Beating
from tests.cast import Desk
from tests.jobs.fake_slack import Office, open_office

PATIENCE = 30.0


@pytest.fixture
def office(desk: Desk) -> Office:
    """A desk with everything the heartbeat is given."""
    return open_office(desk)


@contextmanager
def beating(deps: Deps) -> Iterator[Heartbeat]:
    """Start a heartbeat that ticks as often as it may."""
    made = Heartbeat(replace(deps, settings=deps.settings.model_copy(update={"tick_seconds": 0.02})))
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_what_is_due_does_not_wait_for_a_renewal(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack takes its time over a token, and ticks go on; a stop does not wait for it beyond its bound."""
    renewing, answered, ticked = threading.Event(), threading.Event(), threading.Event()

    def renew(_deps: Deps, _stopping: Callable[[], bool]) -> int:
        renewing.set()
        answered.wait(PATIENCE)
        return 0

    def tick(_deps: Deps, _stopping: Callable[[], bool]) -> int:
        if renewing.is_set():
            ticked.set()
        return 0

    monkeypatch.setattr(workspaces, "PARTS", (("renewing tokens", renew),))
    monkeypatch.setattr(schedule, "tick", tick)
    with beating(office.deps) as heartbeat:
        assert renewing.wait(PATIENCE)
        assert ticked.wait(PATIENCE)
        heartbeat.stop(0.01)
        assert not answered.is_set()
        answered.set()


def test_what_takes_long_asks_whether_it_is_to_stop(office: Office) -> None:
    """Pruning, renewing, erasing and what is due begin nothing new once the process is stopping."""
    asked: list[str] = []

    def stopping() -> bool:
        asked.append("asked")
        return True

    assert outbox.prune(office.deps, stopping) == 0
    assert len(asked) == 1
    assert workspaces.look_after(office.deps, stopping) == 0
    assert len(asked) > 1


def test_a_heartbeat_writes_down_that_it_lives(office: Office) -> None:
    """Whoever asks from another process reads when it last looked, and that its sender lives."""
    with beating(office.deps) as heartbeat:
        heartbeat.beat()
        with office.deps.db.unscoped("signs") as session:
            signs = beats.latest(session, office.clock.now())
    assert set(signs) == {Beating.CLOCK, Beating.WORKER}
    assert set(signs.values()) == {office.clock.now()}
