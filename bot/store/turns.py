"""Turns in the order of asking, for threads that write to a database with one writer or send side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """So many have a turn at a time; the next goes to whoever has waited longest.

    A plain lock is often taken again by the thread that just gave it up: under load, some never get it.
    """

    def __init__(self, places: int = 1) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def take(self, seconds: float | None = None) -> bool:
        """Wait for a turn, at most so long where that is said; tell whether it is ours, to be given up."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            if mine.acquire(timeout=-1 if seconds is None else max(0.0, seconds)):
                return True
        except BaseException:
            if not self._leave(mine):
                self.give()  # interrupted at the very moment it was given to us
            raise
        return not self._leave(mine)  # given to us at the very moment we gave up waiting

    def give(self) -> None:
        """Give a turn to whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn, however long it takes to come."""
        self.take()
        try:
            yield
        finally:
            self.give()

    def _leave(self, mine: threading.Lock) -> bool:
        """Leave the line; tell whether we still stood in it."""
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return True
        return False
