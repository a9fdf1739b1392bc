"""Whether this process can answer people, and whether what was promised to be said is being said.

Every look has an end: a database that hangs makes an answer "no", never an answer that does not come.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from bot.deps import Deps
from bot.store import beats, migrations, paces, troubles
from bot.store.beats import Beating
from bot.store.outbox import operating

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""How long one look at the database may take."""

T = TypeVar("T")


class Look(Generic[T]):
    """One question to the database, asked by at most one thread at a time, however many want to know."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def answer(self, seconds: float = PATIENCE_SECONDS) -> T:
        """Return the answer. Raises TooSlow when it does not come in time, or whatever asking raised.

        Whoever asks while an earlier question is still open waits for that one: a database that hangs holds
        one thread, not one for each look.
        """
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                threading.Thread(target=self._run, args=(self._under_way,), daemon=True, name="look").start()
            under_way = self._under_way
        return under_way.result(timeout=seconds)

    def _run(self, future: Future[T]) -> None:
        try:
            future.set_result(self._ask())
        except Exception as fault:  # noqa: BLE001 - whoever asked is given it
            future.set_exception(fault)


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``details`` are numbers and words of ours, nothing private."""

    name: str
    fine: bool
    details: dict[str, Any]


@dataclass(frozen=True)
class Traffic:
    """Since when the longest due message waits, when a clock last looked, and who cannot be sent to."""

    oldest_due: datetime | None
    last_tick: datetime | None
    paused: int


class Health:
    """Looks at the database and tells; ``stopping`` says whether this process was told to stop.

    ``own_tick`` says when this process itself last looked for what is due, where it does that.
    """

    def __init__(
        self,
        deps: Deps,
        stopping: Callable[[], bool],
        own_tick: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._deps = deps
        self._stopping = stopping
        self._own_tick = own_tick
        self._schema = Look(self._look_at_schema)
        self._traffic = Look(self._look_at_traffic)

    def of_this_process(self) -> list[Check]:
        """Return what this process needs to answer people."""
        return [self._is_serving(), *self._database()]

    def of_everything(self) -> list[Check]:
        """Return that, and whether messages are being sent and clocks look for what is due."""
        checks = self.of_this_process()
        if all(check.fine for check in checks if check.name == "database"):
            checks += self._sending()
        return checks

    def _is_serving(self) -> Check:
        stopping = self._stopping()
        return Check("process", not stopping, {"why": "told to stop"} if stopping else {})

    def _database(self) -> Iterator[Check]:
        try:
            stale = self._schema.answer()
        except TooSlow:
            yield Check("database", fine=False, details={"why": "does not answer in time"})
        except Exception as fault:  # noqa: BLE001 - whatever it is, it means no
            yield Check("database", fine=False, details={"why": troubles.named(fault)})
        else:
            yield Check("database", fine=True, details={})
            why = {"why": f"{', '.join(stale)} not as this release needs: mentorbot database upgrade"}
            yield Check("schema", not stale, why if stale else {})

    def _sending(self) -> Iterator[Check]:
        settings, now = self._deps.settings, self._deps.clock.now()
        try:
            traffic = self._traffic.answer()
        except TooSlow:
            yield Check("outbox", fine=False, details={"why": "does not answer in time"})
            return
        except Exception as fault:  # noqa: BLE001 - whatever it is, it means no
            yield Check("outbox", fine=False, details={"why": troubles.named(fault)})
            return
        lag = _age(traffic.oldest_due, now) or 0.0
        of_outbox = {"oldest_due_seconds": lag, "limit_seconds": settings.lag_seconds}
        yield Check("outbox", lag <= settings.lag_seconds, {**of_outbox, "paused_workspaces": traffic.paused})
        silent = _age(traffic.last_tick, now)
        of_clock = {"last_tick_seconds": silent, "limit_seconds": settings.silent_seconds}
        yield Check("clock", silent is not None and silent <= settings.silent_seconds, of_clock)

    def _look_at_schema(self) -> list[str]:
        return migrations.outdated(self._deps.db.engine)

    def _look_at_traffic(self) -> Traffic:
        now, grace = self._deps.clock.now(), timedelta(seconds=self._deps.settings.lag_seconds)
        with self._deps.db.unscoped("look at the outbox's lag") as session:
            paused = {one.workspace_id for one in paces.paused(session, now, grace=grace)}
            return Traffic(
                oldest_due=operating.oldest_due(session, now, but=paused),
                last_tick=self._own_tick() or beats.latest(session, now).get(Beating.CLOCK),
                paused=len(paused),
            )


def _age(then: datetime | None, now: datetime) -> float | None:
    """Return how many seconds ago that was, 0 for the future; None for never."""
    return None if then is None else round(max(0.0, (now - then).total_seconds()), 1)


def report(checks: list[Check]) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the body that say how it is."""
    ready = all(check.fine for check in checks)
    body = {
        "ready": ready,
        "failing": [check.name for check in checks if not check.fine],
        "checks": {check.name: {"ok": check.fine, **check.details} for check in checks},
    }
    return (200 if ready else 503), body
