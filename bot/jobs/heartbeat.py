"""What keeps the bot's time in one process: a tick every few seconds, and a sender woken by each commit."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import SystemClock
from bot.deps import Deps
from bot.jobs import outbox, schedule, workspaces
from bot.jobs.deliver import Delivery
from bot.store import beats, troubles
from bot.store.beats import Beating

log = logging.getLogger(__name__)

CLOCK_WATCH_SECONDS = 0.5
SIGN_SECONDS = 20.0
"""How far apart this process writes down that it lives: for `mentorbot check`, which is another process."""
SHORTEST_REST = 0.05
ENDING_SECONDS = 15.0
"""How long a stop waits for what is at work: a call to Slack that takes its longest, and recording it."""


class Heartbeat:
    """Runs ``schedule.tick`` and drains the outbox until it is stopped.

    APScheduler holds only "every n seconds, look", in memory: no date of it carries meaning, so a missed
    or doubled run is harmless.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._delivery = Delivery(
            deps, schedule.kinds(), stopping=self._stopping.is_set, wait=self._stopping.wait
        )
        self._sender = threading.Thread(target=self._send_until_stopped, name="sender", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._seen_offset = 0.0
        self._at_work = 0
        self._changed = threading.Condition()
        self.beaten_at: datetime | None = None
        """When this process last looked for what is due."""
        self._signs = {kind: deps.ids() for kind in Beating}
        self._signed = -SIGN_SECONDS
        deps.db.when_noticed(lambda _: self._wake.set())

    def start(self) -> None:
        """Start ticking and sending."""
        seconds = self._deps.settings.tick_seconds
        table: list[tuple[str, Callable[[], object], float]] = [
            ("tick", self.beat, seconds),
            ("look after workspaces", self._look_after, seconds),
            ("prune", self._prune, outbox.EVERY_SECONDS),
        ]
        if self._deps.settings.clock_file is not None:
            table.append(("watch the clock", self._watch_clock, CLOCK_WATCH_SECONDS))
        for name, run, every in table:
            self._scheduler.add_job(self._counted, "interval", (run,), seconds=every, id=name)
        self._scheduler.add_job(self._counted, args=(self.beat,), id="first tick")
        self._scheduler.start()
        self._sender.start()
        self._wake.set()

    def wind_down(self) -> None:
        """Begin nothing new from here on. Returns at once."""
        self._stopping.set()
        self._wake.set()

    def stop(self, seconds: float = ENDING_SECONDS) -> None:
        """Stop ticking, finish the message being sent, give back what was claimed with it, and return.

        What is at work after ``seconds`` is left behind: each message and batch ends whole or not at all.
        """
        until = monotonic() + seconds
        self.wind_down()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        with self._changed:
            ended = self._changed.wait_for(lambda: self._at_work == 0, timeout=seconds)
        if self._sender.is_alive():
            self._sender.join(timeout=max(0.0, until - monotonic()))
        if not ended or self._sender.is_alive():
            log.warning("what is still at work after %d seconds is left behind", seconds)

    def _counted(self, run: Callable[[], object]) -> None:
        """Run a job, and let a stop know of it."""
        with self._changed:
            if self._stopping.is_set():
                return
            self._at_work += 1
        try:
            run()
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def beat(self) -> None:
        """Look once for what is due, and wake the sender."""
        try:
            schedule.tick(self._deps, self._stopping.is_set)
            self._give_signs()
        except Exception as fault:
            if troubles.kind_of(fault) is None:
                raise
            log.error("what is due is looked for at the next beat: %s", troubles.named(fault))  # noqa: TRY400 - the sentence says all
            return
        self.beaten_at = self._deps.clock.now()
        self._wake.set()

    def _give_signs(self) -> None:
        """Write down, once in a while, that what is due was looked for, and that the sender lives."""
        if monotonic() - self._signed < SIGN_SECONDS:
            return
        now = self._deps.clock.now()
        with self._deps.db.unscoped("give a sign of life", writes=True) as session:
            beats.beat(session, self._signs[Beating.CLOCK], Beating.CLOCK, now)
            if self._sender.is_alive():
                beats.beat(session, self._signs[Beating.WORKER], Beating.WORKER, now)
            beats.forget(session, now)
        self._signed = monotonic()

    def _prune(self) -> None:
        try:
            outbox.prune(self._deps, self._stopping.is_set)
        except Exception as fault:  # noqa: BLE001 - a database away for a minute must not end the heartbeat
            log.error("old records were not removed: %s", troubles.named(fault))  # noqa: TRY400 - the message may quote a person

    def _look_after(self) -> int:
        try:
            handled = workspaces.look_after(self._deps, self._stopping.is_set)
        except Exception as fault:  # noqa: BLE001 - as above
            log.error("workspaces are looked after at the next beat: %s", troubles.named(fault))  # noqa: TRY400 - the message may quote a person
            return 0
        return handled

    def settle(self) -> int:
        """Tick and drain until nothing is due now; return how many notices were handled.

        For runs by hand: Slack's limits are honoured only where it says so itself.
        """
        handled = 0
        for _ in range(1000):
            due = self._look_after() + schedule.tick(self._deps, self._stopping.is_set)
            sent = self._delivery.drain_all()
            handled += sent
            if due == 0 and sent == 0:
                return handled
        raise RuntimeError("something stays due however often it is handled")

    def _watch_clock(self) -> None:
        clock = self._deps.clock
        if isinstance(clock, SystemClock):
            offset = clock.offset_seconds()
            if offset != self._seen_offset:
                self._seen_offset = offset
                self.beat()

    def _rest(self) -> float:
        """Return how many seconds the sender may rest: to the next beat, or until it may go on."""
        rest = self._deps.settings.tick_seconds
        opens = self._delivery.opens_at
        if opens is not None:
            rest = min(rest, max(SHORTEST_REST, (opens - self._deps.clock.now()).total_seconds()))
        return rest

    def _send_until_stopped(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(timeout=self._rest())
            self._wake.clear()
            if self._stopping.is_set():
                return
            try:
                self._delivery.drain_all(paced=self._deps.settings.paced)
            except Exception as fault:  # noqa: BLE001 - a database away for a minute must not end the sender
                stack = "" if troubles.kind_of(fault) else "".join(traceback.format_tb(fault.__traceback__))
                log.error("sending stopped for now: %s\n%s", troubles.named(fault), stack)  # noqa: TRY400 - the message may quote a person
