"""The only place in the code that asks what time it is."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant; every domain step receives its answer as an argument."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, plus the offset (seconds) a local Slack wrote when somebody skipped ahead.

    It never runs backwards within one process, so that a lease or a due time read twice keeps its order
    even when the machine's clock is set back or a skip is undone.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file
        self._latest = datetime.min.replace(tzinfo=UTC)
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
        seen = datetime.now(UTC) + timedelta(seconds=self.offset_seconds())
        with self._lock:
            self._latest = max(self._latest, seen)
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
