"""The clock of production: looks for what is due every few seconds, and wakes workers for it.

Any number of clocks may run: of two that find the same thing due one handles it, and a wake-up that waits
already is not put twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import SystemClock
from bot.deps import Deps
from bot.engine import queue
from bot.engine.waking import Waker
from bot.jobs import outbox as outbox_jobs
from bot.jobs import schedule, workspaces
from bot.logs import without_words
from bot.store import beats, computations, outbox
from bot.store.beats import Beating

log = logging.getLogger(__name__)

CLOCK_WATCH_SECONDS = 0.5
TIDY_SECONDS = 5
FORGET_SECONDS = 600
ENDING_SECONDS = 20


class Clockwork:
    """Ticks until it is stopped. APScheduler holds only "every n seconds, look", in memory."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.process_id = deps.ids()
        self._waker = Waker(deps)
        self._seen_offset = 0.0
        self._at_work = threading.Lock()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Tick now, and from now on."""
        self._waker.start()
        table: list[tuple[str, Callable[[], object], float]] = [
            ("tick", self.tick, self._deps.settings.tick_seconds),
            ("look after workspaces", self.look_after, self._deps.settings.tick_seconds),
            ("tidy", self.tidy, TIDY_SECONDS),
            ("forget", self.forget, FORGET_SECONDS),
            (
                "prune",
                lambda: outbox_jobs.prune(self._deps, self._stopping.is_set),
                outbox_jobs.EVERY_SECONDS,
            ),
        ]
        clock = self._deps.clock
        if isinstance(clock, SystemClock) and self._deps.settings.clock_file is not None:
            self._seen_offset = clock.offset_seconds()
            table.append(("watch the clock", self._watch_clock, CLOCK_WATCH_SECONDS))
        for name, run, seconds in table:
            self._scheduler.add_job(self._guarded, "interval", (name, run), seconds=seconds, id=name)
        self._scheduler.start()
        self._guarded("tick", self.tick)

    def stop(self) -> None:
        """Finish the look that is under way, and end."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._at_work.acquire(timeout=ENDING_SECONDS):
            self._at_work.release()
        self._waker.stop()

    def tick(self) -> int:
        """Turn what is due into notices and wake for every workspace that has any; return how many due."""
        with self._at_work:
            handled = schedule.tick(self._deps, self._stopping.is_set)
            now = self._deps.clock.now()
            with self._deps.db.unscoped("find what is due") as session:
                due = outbox.waiting(session, now)
            with self._deps.db.engine.begin() as connection:
                queue.wake(connection, due)
            with self._deps.db.unscoped("give a sign of life", writes=True) as session:
                beats.beat(session, self.process_id, Beating.CLOCK, now)
        return handled

    def look_after(self) -> int:
        """Renew tokens and erase what is to be erased; return how many things were handled."""
        return workspaces.look_after(self._deps, self._stopping.is_set)

    def tidy(self) -> int:
        """End what stalled workers left behind; return how many wake-ups that were."""
        with self._deps.db.engine.begin() as connection:
            ended = queue.end_stalled(connection)
            queue.tidy(connection)
        if ended:
            log.warning("%d wake-ups of workers that ended or stand still were finished", ended)
        return ended

    def forget(self) -> None:
        """Remove results nobody fetched, and processes nobody heard of for a day."""
        now = self._deps.clock.now()
        with self._deps.db.unscoped("forget what is over", writes=True) as session:
            computations.remove_expired(session, now)
            beats.forget(session, now)

    def _watch_clock(self) -> None:
        clock = self._deps.clock
        if isinstance(clock, SystemClock) and (offset := clock.offset_seconds()) != self._seen_offset:
            self._seen_offset = offset
            self.tick()

    def _guarded(self, name: str, run: Callable[[], object]) -> None:
        try:
            run()
        except Exception as fault:  # noqa: BLE001 - a database away for a minute must not end the clock
            log.error("%s failed, the next goes on: %s", name, without_words(fault))  # noqa: TRY400 - the message may quote a person
