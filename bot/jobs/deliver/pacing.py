"""When Slack may be asked again: what it said itself, and an allowance that keeps below its limits.

The pace of a workspace is one value that every process shares: loaded from the ``paces`` table when messages
are claimed, and saved with what was used of it, so that whoever takes the workspace over goes on with it.
Times are seconds since 1970 on the injected clock; what lies further ahead than it can is of a clock that was
set back since, and is dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

POST = "chat.postMessage"
PAUSES = (5, 15, 60, 300)
"""Seconds for which a workspace is left alone after the first, second … failure of all of it."""
MOST_BUCKETS = 2000
WINDOW = 60
SAID_AHEAD = 5.0
"""Seconds that another process's clock may be ahead of ours before we take ours to have been set back."""


@dataclass(frozen=True)
class Allowance:
    """How many calls are made: ``burst`` at once, then evenly ``a_minute``, never above ``most`` in 60 s.

    Slack looks at the last minute: an allowance of a burst and an even rate alone would go over its limit in
    the first minute, or stay far below it in all the others.
    """

    a_minute: float
    burst: int
    most: int = 0

    @property
    def every(self) -> float:
        """Seconds from one call to the next."""
        return 60 / self.a_minute


# Slack's limits by method and workspace ("tier 3: 50 and more a minute, short bursts tolerated"), three calls
# of a minute's posts and one of the others' left as margin: what leaves us evenly may arrive a little closer.
METHODS = {
    POST: Allowance(300, 100, 297),
    "chat.delete": Allowance(50, 25, 49),
    "chat.update": Allowance(50, 25, 49),
    "conversations.history": Allowance(50, 25, 49),
    "conversations.members": Allowance(100, 50, 99),
    "conversations.open": Allowance(50, 45, 49),
    "dnd.teamInfo": Allowance(20, 10, 19),
    "users.conversations": Allowance(20, 10, 19),
}
IN_ONE_CHANNEL = Allowance(60, 3)
"""Posting into one channel: one a second."""


class Tempo:
    """The pace of one workspace. Not locked: its owner is."""

    def __init__(self) -> None:
        self.blocked: dict[str, tuple[float, float]] = {}
        """Method → until when Slack said it must not be called, and when it said so."""
        self.paused: tuple[float, float, int, str] | None = None
        """Until when nothing is called, since when that is so, how many times over, and why."""
        self.full_until: dict[str, float] = {}
        """Bucket → when it will be untouched again (each call moves it on by one interval)."""
        self.calls: dict[str, dict[int, int]] = {}
        """Method → second → how many calls."""
        self.changed = False
        """Whether something others must know of was not saved yet."""
        self.is_well = False
        """Whether the last call in this process was taken: then several are made side by side."""

    def free_at(self, method: str, now: float) -> float:
        """Return when Slack's own word lets ``method`` be called."""
        until, said = self.blocked.get(method, (0.0, 0.0))
        free = now if said > now + SAID_AHEAD else max(now, until)
        if self.paused is not None and self.paused[0] > free and not self._from_ahead(now):
            free = self.paused[0]
        return free

    def _from_ahead(self, now: float) -> bool:
        return self.paused is not None and self.paused[0] > now + PAUSES[-1] + SAID_AHEAD

    def open_at(self, bucket: str, allowance: Allowance, now: float) -> float:
        """Return when one more call fits into a bucket."""
        span = allowance.burst * allowance.every
        full = min(self.full_until.get(bucket, now), now + span)
        return max(now, full - (allowance.burst - 1) * allowance.every)

    def room_at(self, method: str, most: int, now: float) -> float:
        """Return when one more call fits into the last minute."""
        calls = self._recent(method, now)
        excess = sum(calls.values()) - most + 1
        for second in sorted(calls):
            if excess <= 0:
                break
            excess -= calls[second]
            if excess <= 0:
                return float(max(now, second + WINDOW + 1))
        return now

    def take(self, bucket: str, allowance: Allowance, now: float) -> None:
        """Count one call."""
        span = allowance.burst * allowance.every
        full = max(now, min(self.full_until.get(bucket, now), now + span))
        self.full_until[bucket] = full + allowance.every
        if allowance.most:
            calls = self._recent(bucket, now)
            calls[int(now)] = calls.get(int(now), 0) + 1
        if len(self.full_until) > MOST_BUCKETS:
            self.forget(now)

    def at_once(self, method: str, now: float) -> int:
        """Return how many calls of ``method`` may be made this moment."""
        if self.free_at(method, now) > now:
            return 0
        allowance = METHODS[method]
        span = allowance.burst * allowance.every
        full = min(self.full_until.get(method, now), now + span)
        left = int((now + span - max(now, full)) / allowance.every + 1e-6)
        return max(0, min(left, allowance.most - sum(self._recent(method, now).values())))

    def forget(self, now: float) -> None:
        """Drop what holds nothing up any more."""
        self.full_until = {bucket: full for bucket, full in self.full_until.items() if full > now}
        self.blocked = {method: at for method, at in self.blocked.items() if at[0] > now}

    def _recent(self, method: str, now: float) -> dict[int, int]:
        calls = self.calls.setdefault(method, {})
        for second in [s for s in calls if s <= now - WINDOW - 1 or s > now + SAID_AHEAD]:
            del calls[second]
        return calls

    def kept(self, now: float) -> dict[str, Any]:
        """Return it for the table."""
        self.forget(now)
        return {
            "blocked": {method: list(at) for method, at in self.blocked.items()},
            "paused": list(self.paused) if self.paused else None,
            "full_until": self.full_until,
            "calls": {
                method: {str(second): n for second, n in self._recent(method, now).items()}
                for method in list(self.calls)
            },
        }

    def learn(self, kept: Mapping[str, Any]) -> None:
        """Take over what another process kept, wherever it knows of more."""
        for method, (until, said) in kept.get("blocked", {}).items():
            if until > self.blocked.get(method, (0.0, 0.0))[0]:
                self.blocked[method] = (until, said)
        for bucket, full in kept.get("full_until", {}).items():
            self.full_until[bucket] = max(full, self.full_until.get(bucket, full))
        for method, calls in kept.get("calls", {}).items():
            known = self.calls.setdefault(method, {})
            for second, n in calls.items():
                known[int(second)] = max(n, known.get(int(second), 0))
        if not self.changed:
            paused = kept.get("paused")
            self.paused = None if paused is None else (paused[0], paused[1], int(paused[2]), str(paused[3]))


class Pace:
    """Knows for each workspace, method and channel when the next call may be made."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._tempos: dict[str, Tempo] = {}

    def block(self, workspace_id: str, method: str, until: datetime, now: datetime) -> None:
        """Let nobody call ``method`` in the workspace before ``until``: Slack said so."""
        with self._lock:
            tempo = self._of(workspace_id)
            latest = max(until.timestamp(), tempo.blocked.get(method, (0.0, 0.0))[0])
            tempo.blocked[method] = (latest, now.timestamp())
            tempo.changed, tempo.is_well = True, False

    def pause(self, workspace_id: str, now: datetime, reason: str) -> datetime:
        """Leave a workspace alone that fails as a whole, longer each time; return until when.

        Several calls that fail side by side are one failure.
        """
        at = now.timestamp()
        with self._lock:
            tempo = self._of(workspace_id)
            until, since, times, _ = tempo.paused or (0.0, at, 0, "")
            if until <= at or until > at + PAUSES[-1] + SAID_AHEAD:
                until, times = at + PAUSES[min(times, len(PAUSES) - 1)], times + 1
            tempo.paused = (until, min(since, at), times, reason)
            tempo.changed, tempo.is_well = True, False
            return _moment(until)

    def well(self, workspace_id: str) -> None:
        """Forget that a workspace failed: it answered."""
        with self._lock:
            tempo = self._of(workspace_id)
            tempo.is_well = True
            if tempo.paused is not None:
                tempo.paused, tempo.changed = None, True

    def is_well(self, workspace_id: str) -> bool:
        """Tell whether the workspace took our last call, so that several may be made side by side."""
        with self._lock:
            return self._of(workspace_id).is_well

    def is_failing(self, workspace_id: str) -> bool:
        """Tell whether all of the workspace failed, and nothing was heard from it since."""
        with self._lock:
            return self._of(workspace_id).paused is not None

    def opens_at(self, workspace_id: str, now: datetime, *, paced: bool) -> datetime:
        """Return when the next message can be posted in a workspace at the earliest; ``now`` if at once."""
        return self.free_at(workspace_id, POST, None, now, paced=paced)

    def free_at(
        self, workspace_id: str, method: str, channel: str | None, now: datetime, *, paced: bool
    ) -> datetime:
        """Return when ``method`` may be called next; ``now`` if at once.

        Unpaced, only what Slack said itself counts.
        """
        at = now.timestamp()
        with self._lock:
            tempo = self._of(workspace_id)
            free = tempo.free_at(method, at)
            if paced and method in METHODS:
                allowance = METHODS[method]
                free = max(
                    free,
                    tempo.open_at(method, allowance, at),
                    tempo.room_at(method, allowance.most, at),
                )
            if paced and channel is not None:
                free = max(free, tempo.open_at(_bucket(method, channel), IN_ONE_CHANNEL, at))
        # A little more than the difference, or rounding would find it not quite free at that very moment.
        return now if free <= at else _moment(free + 0.001)

    def take(self, workspace_id: str, method: str, channel: str | None, now: datetime) -> None:
        """Count one call."""
        at = now.timestamp()
        with self._lock:
            tempo = self._of(workspace_id)
            if method in METHODS:
                tempo.take(method, METHODS[method], at)
            if channel is not None:
                tempo.take(_bucket(method, channel), IN_ONE_CHANNEL, at)

    def at_once(self, workspace_id: str, now: datetime) -> int:
        """Return how many messages may be posted this moment."""
        with self._lock:
            return self._of(workspace_id).at_once(POST, now.timestamp())

    def learn(self, workspace_id: str, kept: Mapping[str, Any]) -> None:
        """Take over what another process kept."""
        with self._lock:
            self._of(workspace_id).learn(kept)

    def is_changed(self, workspace_id: str) -> bool:
        """Tell whether something others must know of was not saved yet."""
        with self._lock:
            return self._of(workspace_id).changed

    def unsaved(self, workspace_id: str) -> None:
        """Take back that it counts as saved: the transaction failed."""
        with self._lock:
            self._of(workspace_id).changed = True

    def kept(self, workspace_id: str, now: datetime) -> dict[str, Any]:
        """Return the values of the workspace's row in ``paces``; counts as saved."""
        with self._lock:
            tempo = self._of(workspace_id)
            tempo.changed = False
            until, since, _, reason = tempo.paused or (None, None, 0, None)
            return {
                "kept": tempo.kept(now.timestamp()),
                "paused_until": None if until is None else _moment(until),
                "paused_since": None if since is None else _moment(since),
                "reason": reason,
            }

    def _of(self, workspace_id: str) -> Tempo:
        return self._tempos.setdefault(workspace_id, Tempo())


def _bucket(method: str, channel: str) -> str:
    return f"{method} {channel}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
