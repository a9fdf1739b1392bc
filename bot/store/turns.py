"""Turns in the order of asking, for the threads of one process that write to a database with one writer."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One has the turn at a time; it goes to whoever has waited longest.

    A plain lock is often taken again by the thread that just gave it up: under load, some never get it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def take(self, seconds: float) -> bool:
        """Wait for the turn, at most so long; tell whether it is ours now, to be given up with ``give``."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=max(0.0, seconds)):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it was given to us at the very moment we gave up waiting

    def give(self) -> None:
        """Give the turn to whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
