"""The only place in the code that asks what time it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

CATCHING_UP = 0.5
"""Seconds this clock goes on in a second while it is ahead of the machine's: an hour is made up in two."""
SET_BACK = timedelta(seconds=1)
"""From here on an operator is told; less is the network's time keeping itself right."""


def _machine() -> datetime:
    return datetime.now(UTC)


class Clock(Protocol):
    """Tells the present instant; every domain step receives its answer as an argument."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, plus the offset (seconds) a local Slack wrote when somebody skipped ahead.

    Within one process it never runs backwards, so that a lease or a due time read twice keeps its order, and
    never stands still: when the machine's clock is set back or a skip is undone it goes on at half its speed,
    by a clock nobody can set, until the machine's has caught up. ``machine`` and ``steady`` are those two.
    """

    def __init__(
        self,
        offset_file: Path | None = None,
        *,
        machine: Callable[[], datetime] = _machine,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._offset_file = offset_file
        self._machine = machine
        self._steady = steady
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._read_at = steady()
        self._ahead = False
        self._lock = threading.Lock()

    def offset_seconds(self) -> float:
        """Return the seconds this clock is ahead of the machine's; 0 without a file or with an empty one."""
        if self._offset_file is None:
            return 0.0
        try:
            return float(self._offset_file.read_text(encoding="ascii").strip() or 0)
        except (FileNotFoundError, ValueError):
            return 0.0

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        offset = timedelta(seconds=self.offset_seconds())
        with self._lock:  # read within it, or a thread that read earlier would look like a clock set back
            seen, read_at = self._machine() + offset, self._steady()
            kept = self._latest + timedelta(seconds=(read_at - self._read_at) * CATCHING_UP)
            ahead = kept - seen
            self._latest, self._read_at = max(kept, seen), read_at
            told = self._ahead
            self._ahead = ahead > (timedelta(0) if told else SET_BACK)
            if self._ahead and not told:
                log.warning(
                    "this machine's clock was set back by %d seconds: the bot's goes on from where it was, "
                    "at half its speed, until the machine's has caught up; a restart lets it follow at once",
                    ahead.total_seconds(),
                )
            elif told and not self._ahead:
                log.info("this machine's clock has caught up with the bot's")
            return self._latest


class SetClock:
    """A clock that stands still until it is moved: for tests and for runs of a year in seconds."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was set to, in UTC."""
        return self._now

    def skip(self, **timedelta_parts: float) -> None:
        """Move on by e.g. ``days=7``; never backwards."""
        step = timedelta(**timedelta_parts)
        if step < timedelta(0):
            raise ValueError("a clock does not run backwards")
        self._now += step
