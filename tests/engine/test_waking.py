"""The waker: whatever goes wrong, the next commit wakes somebody."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from bot.engine import Waker
from tests.cast import Desk
from tests.jobs.fake_slack import open_office


def test_a_fault_of_any_kind_does_not_end_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be woken is left to the clock; what is noted next is woken."""
    tried, woken = threading.Event(), threading.Event()

    def wake(_connection: object, ids: Iterable[str]) -> None:
        if "T1" in ids:
            tried.set()
            raise RuntimeError("no fault of the database")
        woken.set()

    monkeypatch.setattr("bot.engine.waking.queue.wake", wake)
    waker = Waker(open_office(desk).deps)
    waker.start()
    waker.note(frozenset({"T1"}))
    assert tried.wait(30)
    waker.note(frozenset({"T2"}))
    assert woken.wait(30)
    waker.stop()
