"""When Slack may be asked again: what it said itself, and an allowance that keeps below its limits.

All of it is memory of one process. Lost at a restart it costs one refused call, which teaches it anew.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

POST = "chat.postMessage"
PAUSES = (5, 15, 60, 300)
"""Seconds for which a workspace is left alone after the first, second … failure of all of it."""
MOST_BUCKETS = 2000


@dataclass(frozen=True)
class Allowance:
    """How many calls a minute are made, after ``burst`` at once."""

    a_minute: float
    burst: int


# Slack's limits by method and workspace ("tier 3: 50 and more a minute, short bursts tolerated").
METHODS = {
    POST: Allowance(300, 100),
    "chat.delete": Allowance(50, 25),
    "chat.update": Allowance(50, 25),
    "conversations.history": Allowance(50, 25),
    "conversations.members": Allowance(100, 50),
    "conversations.open": Allowance(50, 45),
    "users.conversations": Allowance(50, 25),
}
IN_ONE_CHANNEL = Allowance(60, 3)
"""Posting into one channel: one a second."""


class _Bucket:
    """Calls that may still be made at once; refilled evenly."""

    def __init__(self, allowance: Allowance, now: datetime) -> None:
        self._a_second = allowance.a_minute / 60
        self._burst = float(allowance.burst)
        self._left = self._burst
        self._at = now

    def _refill(self, now: datetime) -> None:
        passed = max(0.0, (now - self._at).total_seconds())
        self._left = min(self._burst, self._left + passed * self._a_second)
        self._at = max(self._at, now)

    def free_at(self, now: datetime) -> datetime:
        self._refill(now)
        # A little more than the difference, or rounding would find it not quite full at that very moment.
        missing = 1 - self._left
        return now if missing <= 0 else now + timedelta(seconds=missing / self._a_second + 0.001)

    def take(self, now: datetime) -> None:
        self._refill(now)
        self._left = max(0.0, self._left - 1)  # calls made by hand, unpaced, are no debt

    def is_full(self, now: datetime) -> bool:
        self._refill(now)
        return self._left >= self._burst


class Pace:
    """Knows for each workspace, method and channel when the next call may be made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocked: dict[tuple[str, str], datetime] = {}
        self._paused: dict[str, tuple[datetime, int]] = {}
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}

    def block(self, workspace_id: str, method: str, until: datetime) -> None:
        """Let nobody call ``method`` in the workspace before ``until``: Slack said so."""
        with self._lock:
            key = (workspace_id, method)
            self._blocked[key] = max(until, self._blocked.get(key, until))

    def pause(self, workspace_id: str, now: datetime) -> datetime:
        """Leave a workspace alone that fails as a whole, longer each time; return until when."""
        with self._lock:
            _, times = self._paused.get(workspace_id, (now, 0))
            until = now + timedelta(seconds=PAUSES[min(times, len(PAUSES) - 1)])
            self._paused[workspace_id] = (until, times + 1)
            return until

    def well(self, workspace_id: str) -> None:
        """Forget that a workspace failed: it answered."""
        with self._lock:
            self._paused.pop(workspace_id, None)

    def opens_at(self, workspace_id: str, now: datetime, *, paced: bool) -> datetime:
        """Return when the next message can be posted in a workspace at the earliest; ``now`` if at once."""
        with self._lock:
            paused, _ = self._paused.get(workspace_id, (now, 0))
            return max(now, paused, self._free_at(workspace_id, POST, "", now, paced=paced))

    def free_at(
        self, workspace_id: str, method: str, channel: str | None, now: datetime, *, paced: bool
    ) -> datetime:
        """Return when ``method`` may be called next; ``now`` if at once.

        Unpaced, only what Slack said itself counts.
        """
        with self._lock:
            free = self._free_at(workspace_id, method, "", now, paced=paced)
            if paced and method == POST and channel is not None:
                free = max(free, self._bucket(workspace_id, method, channel, now).free_at(now))
            return free

    def take(self, workspace_id: str, method: str, channel: str | None, now: datetime) -> None:
        """Count one call."""
        with self._lock:
            if method in METHODS:
                self._bucket(workspace_id, method, "", now).take(now)
            if method == POST and channel is not None:
                self._bucket(workspace_id, method, channel, now).take(now)

    def _free_at(
        self, workspace_id: str, method: str, channel: str, now: datetime, *, paced: bool
    ) -> datetime:
        free = max(now, self._blocked.get((workspace_id, method), now))
        if paced and method in METHODS:
            free = max(free, self._bucket(workspace_id, method, channel, now).free_at(now))
        return free

    def _bucket(self, workspace_id: str, method: str, channel: str, now: datetime) -> _Bucket:
        key = (workspace_id, method, channel)
        if key not in self._buckets:
            if len(self._buckets) >= MOST_BUCKETS:  # a full one remembers nothing
                self._buckets = {k: b for k, b in self._buckets.items() if not b.is_full(now)}
            self._buckets[key] = _Bucket(IN_ONE_CHANNEL if channel else METHODS[method], now)
        return self._buckets[key]
