"""What keeps the bot's time in one process: a tick every few seconds, and a sender woken by each commit."""

from __future__ import annotations

import logging
import threading
import traceback
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import SystemClock
from bot.deps import Deps
from bot.jobs import outbox, schedule
from bot.jobs.deliver import Delivery
from bot.store import troubles

log = logging.getLogger(__name__)

CLOCK_WATCH_SECONDS = 0.5
SHORTEST_REST = 0.05


class Heartbeat:
    """Runs ``schedule.tick`` and drains the outbox until it is stopped.

    APScheduler holds only "every n seconds, look", in memory: no date of it carries meaning, so a missed
    or doubled run is harmless.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._delivery = Delivery(deps, schedule.kinds(), stopping=self._stopping.is_set)
        self._sender = threading.Thread(target=self._send_until_stopped, name="sender", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._seen_offset = 0.0
        self.beaten_at: datetime | None = None
        """When this process last looked for what is due."""
        deps.db.when_noticed(lambda _: self._wake.set())

    def start(self) -> None:
        """Start ticking and sending."""
        seconds = self._deps.settings.tick_seconds
        self._scheduler.add_job(self.beat, "interval", seconds=seconds, id="tick")
        self._scheduler.add_job(self._prune, "interval", seconds=outbox.EVERY_SECONDS, id="prune")
        if self._deps.settings.clock_file is not None:
            self._scheduler.add_job(
                self._watch_clock, "interval", seconds=CLOCK_WATCH_SECONDS, id="watch the clock"
            )
        self._scheduler.start()
        self._sender.start()
        self._wake.set()

    def stop(self) -> None:
        """Stop ticking, finish the message being sent, give back what was claimed with it, and return."""
        self._stopping.set()
        self._wake.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        if self._sender.is_alive():
            self._sender.join(timeout=15)

    def beat(self) -> None:
        """Look once for what is due, and wake the sender."""
        try:
            schedule.tick(self._deps)
        except Exception as fault:
            if troubles.kind_of(fault) is None:
                raise
            log.error("what is due is looked for at the next beat: %s", troubles.named(fault))  # noqa: TRY400 - the sentence says all
            return
        self.beaten_at = self._deps.clock.now()
        self._wake.set()

    def _prune(self) -> None:
        try:
            outbox.prune(self._deps)
        except Exception as fault:  # noqa: BLE001 - a database away for a minute must not end the heartbeat
            log.error("old records were not removed: %s", troubles.named(fault))  # noqa: TRY400 - the message may quote a person

    def settle(self) -> int:
        """Tick and drain until nothing is due now; return how many notices were handled.

        For runs by hand: Slack's limits are honoured only where it says so itself.
        """
        handled = 0
        for _ in range(1000):
            due = schedule.tick(self._deps)
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
