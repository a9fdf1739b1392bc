"""Turns of several workspaces at a time, so that nobody waits behind one that has much to send."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock

ASKED_EVERY = 0.2
"""Seconds between two questions what is due, while somebody is being sent to."""


@dataclass(frozen=True)
class Batch:
    """What one batch of a workspace came to; ``more`` if there may be more to send at once.

    Else ``until`` is when it may go on, where that is known.
    """

    handled: int
    more: bool
    until: datetime | None = None


class Round:
    """Several workspaces at a time, a batch of each in turn, until nothing is due in any that is open."""

    def __init__(
        self,
        clock: Clock,
        stopping: Callable[[], bool],
        due: Callable[[], set[str]],
        pool: ThreadPoolExecutor,
        lanes: int,
    ) -> None:
        self._clock = clock
        self._stopping = stopping
        self._due = due
        self._pool = pool
        self._lanes = lanes
        self._queue: deque[str] = deque()
        self._running: dict[Future[Batch], str] = {}
        self._closed: dict[str, datetime | None] = {}
        self._asked = -ASKED_EVERY

    def go(self, turn: Callable[[str], Batch]) -> int:
        """Take turns; return how many rows were handled."""
        handled = 0
        try:
            while not self._stopping():
                self._fill(turn)
                if not self._running:
                    break
                handled += self._wait()
        finally:
            while self._running:
                handled += self._wait()
        return handled

    def _fill(self, turn: Callable[[str], Batch]) -> None:
        if not self._queue and self._is_time_to_ask():
            now = self._clock.now()
            closed = {name for name, until in self._closed.items() if until is None or until > now}
            waiting = self._due() - closed - set(self._running.values())
            self._queue.extend(sorted(waiting))
        while self._queue and len(self._running) < self._lanes:
            workspace_id = self._queue.popleft()
            self._running[self._pool.submit(turn, workspace_id)] = workspace_id

    def _is_time_to_ask(self) -> bool:
        """Tell whether to ask again what is due: always before a rest, and not at each turn's end."""
        now = time.monotonic()
        is_time = not self._running or now - self._asked >= ASKED_EVERY
        if is_time:
            self._asked = now
        return is_time

    def _wait(self) -> int:
        handled = 0
        done, _ = wait(self._running, timeout=ASKED_EVERY, return_when=FIRST_COMPLETED)
        for turn in done:
            workspace_id = self._running.pop(turn)
            batch = turn.result()
            handled += batch.handled
            if not batch.more:
                self._closed[workspace_id] = batch.until
        return handled
