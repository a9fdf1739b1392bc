"""Waking a worker after a commit: noted in memory, put into the queue by a thread, never in anybody's way."""

from __future__ import annotations

import logging
import threading

from bot.deps import Deps
from bot.engine import queue
from bot.store import troubles

log = logging.getLogger(__name__)

ENDING_SECONDS = 5


class Waker:
    """Puts a wake-up into the queue for each workspace whose outbox was filled.

    Who committed does not wait for it, and many commits of a moment become one statement. What is lost with
    the process, or while the database is away, the clock finds.
    """

    def __init__(self, deps: Deps) -> None:
        self._engine = deps.db.engine
        self._noted: set[str] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
        deps.db.when_noticed(self.note)

    def start(self) -> None:
        """Begin to wake."""
        self._thread.start()

    def stop(self) -> None:
        """Wake for what was noted so far, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(ENDING_SECONDS)

    def note(self, workspace_ids: frozenset[str]) -> None:
        """Note that these workspaces have something to send. Returns at once."""
        with self._changed:
            self._noted |= workspace_ids
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._noted or self._stopping)
                noted, self._noted = self._noted, set()
                if not noted:
                    return
            try:
                with self._engine.begin() as connection:
                    queue.wake(connection, noted)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next commit must still wake somebody
                log.warning("%d workspaces not woken, the clock will: %s", len(noted), troubles.named(fault))
