"""The clock: it neither runs backwards nor stands still, whatever the machine's does."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.cast import MONDAY

HOUR = 3600.0


class Machine:
    """A machine whose clock can be set; ``passes`` moves it and the one nobody can set."""

    def __init__(self) -> None:
        self.shown = MONDAY
        self.steady = 1000.0

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.shown += timedelta(seconds=seconds)
        self.steady += seconds

    def clock(self, offset_file: Path | None = None) -> SystemClock:
        """Return a clock on this machine."""
        return SystemClock(offset_file, machine=lambda: self.shown, steady=lambda: self.steady)


def test_it_goes_on_when_the_machines_clock_is_set_back(caplog: pytest.LogCaptureFixture) -> None:
    """By half its speed until the machine's has caught up, then with it; said once each."""
    machine = Machine()
    clock = machine.clock()
    start = clock.now()
    machine.shown -= timedelta(hours=1)
    with caplog.at_level(logging.INFO):
        assert clock.now() == start
        machine.passes(60)
        assert clock.now() == start + timedelta(seconds=30)
        machine.passes(2 * HOUR - 60)
        assert clock.now() == start + timedelta(hours=1) == machine.shown
        machine.passes(60)
        assert clock.now() == machine.shown
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "set back by 3600 seconds" in said[0]
    assert "caught up" in said[1]


def test_it_never_runs_backwards_nor_stands_still(caplog: pytest.LogCaptureFixture) -> None:
    """However often the machine's clock is set, by much or little; a little is not worth a word."""
    machine = Machine()
    clock = machine.clock()
    for step in (-0.5, 0.2, -0.9, 0.9):
        before = clock.now()
        machine.shown += timedelta(seconds=step)
        machine.passes(10)
        assert timedelta(seconds=5) <= clock.now() - before <= timedelta(seconds=11)
    assert caplog.records == []
    for step in (-86_400, 3600, -7200):
        before = clock.now()
        machine.shown += timedelta(seconds=step)
        machine.passes(10)
        assert clock.now() > before


def test_a_machine_set_forward_or_asleep_is_followed() -> None:
    """The clock nobody can set may stand still meanwhile."""
    machine = Machine()
    clock = machine.clock()
    clock.now()
    machine.shown += timedelta(days=1)
    assert clock.now() == machine.shown


def test_a_skip_counts_and_one_undone_does_not_stop_it(tmp_path: Path) -> None:
    """What a local Slack wrote comes on top; taken away again, the clock goes on from where it was."""
    machine, offset = Machine(), tmp_path / "offset"
    clock = machine.clock(offset)
    assert clock.now() == machine.shown
    offset.write_text("604800")
    skipped = clock.now()
    assert skipped == machine.shown + timedelta(days=7)
    offset.write_text("")
    machine.passes(10)
    assert clock.now() == skipped + timedelta(seconds=5)
    offset.write_text("604800")
    assert clock.now() == machine.shown + timedelta(days=7)
