"""Draining the outbox: one group of each workspace in turn, until nothing is due that may be sent now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deps import Deps
from bot.jobs.deliver import outcomes
from bot.jobs.deliver.attempting import Attempt
from bot.jobs.deliver.channels import Channels
from bot.jobs.deliver.group import Group, Lease, Means
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import MAX_TRIES
from bot.jobs.deliver.pacing import Pace
from bot.jobs.deliver.quiet import Peace
from bot.jobs.deliver.recording import Come, Recorder, told
from bot.jobs.deliver.rounds import Batch, Round
from bot.jobs.deliver.words import Asked
from bot.jobs.notices import NoticeKind
from bot.store import outbox, paces
from bot.store.database import Scope
from bot.store.outbox import Claimed, OutboxRow, OutboxState
from bot.store.turns import Turns

log = logging.getLogger(__name__)

BATCH = 60
"""Rows claimed together: enough that their share of three transactions is little."""
WHILE_UNWELL = 5
"""Rows claimed together while all of a workspace fails: most are given back again."""
AT_ONCE = 4
"""Posts under way at the same moment in one workspace."""
LANES = 4
"""Workspaces sent to at the same moment by ``drain_all``."""
RESTING = 16
"""Beside the workspaces that are sent to, how many may rest for a moment or wait for a place."""
AFTER_A_FAULT = timedelta(seconds=5)
"""A workspace in which something went wrong that nobody foresaw is left alone so long."""
MENDED_EVERY = 60.0
"""Seconds between looks at a workspace's leases, for one that ends later than any can."""


@dataclass(frozen=True)
class Drained:
    """What draining a workspace came to: how many rows were handled, and when to come back.

    ``again_at`` None: nothing more is known to wait. Not after now: more waits at once. Later: come then.
    """

    handled: int
    again_at: datetime | None


class Delivery:
    """Sends what the outbox holds. ``stopping`` is asked before each message; what is left is given back.

    ``at_once`` posts are under way side by side in each of ``lanes`` workspaces; with one of each, everything
    happens in the calling thread, in order. ``wait`` waits so many real seconds or until a stop: with it a
    short rest that Slack asks for is waited out, and another workspace has the place meanwhile. Safe to be
    called by several threads and processes, also for the same workspace.
    """

    def __init__(
        self,
        deps: Deps,
        kinds: Mapping[str, NoticeKind],
        stopping: Callable[[], bool] = lambda: False,
        *,
        at_once: int = AT_ONCE,
        lanes: int = LANES,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._deps = deps
        self._kinds = kinds
        self._enduring = frozenset(kind.name for kind in kinds.values() if not kind.unrequested)
        self._stopping = stopping
        self._at_once = at_once
        self._wait = wait
        self._places = Turns(lanes)
        self._lanes = lanes if wait is None else lanes + RESTING
        self._pool = ThreadPoolExecutor(2 * at_once, thread_name_prefix="post") if at_once > 1 else None
        self._turns = ThreadPoolExecutor(self._lanes, thread_name_prefix="lane") if lanes > 1 else None
        self._channels = Channels()
        self._pace = Pace()
        self._peace = Peace(deps)
        self._recorder = Recorder(deps, kinds, self._pace)
        self._mended: dict[str, float] = {}
        self.opens_at: datetime | None = None
        """When the last drain could first have gone on, had it waited; None where nothing held it up."""

    def drain_all(self, *, paced: bool = False) -> int:
        """Drain every workspace that has something due, a batch of each in turn; return how many rows.

        What fails in one workspace is logged and does not hold up the others. ``paced`` keeps below Slack's
        limits; without, only what Slack itself says is honoured.
        """
        self.opens_at = None
        if self._turns is not None:
            return Round(self._deps.clock, self._stopping, self._due, self._turns, self._lanes).go(
                lambda workspace_id: self._guarded(workspace_id, paced=paced)
            )
        handled, closed = 0, set[str]()
        while not self._stopping() and (due := self._due() - closed):
            for workspace_id in sorted(due):
                batch = self._guarded(workspace_id, paced=paced)
                handled += batch.handled
                if not batch.more:
                    closed.add(workspace_id)
        return handled

    def drain(self, workspace_id: str, *, paced: bool, most_batches: int | None = None) -> Drained:
        """Send what is due in one workspace, oldest first; give up its turn after ``most_batches``."""
        handled, more, batches = 0, True, 0
        while more and not self._stopping():
            if batches == most_batches:
                return Drained(handled, self._deps.clock.now())
            batch = self._batch(workspace_id, paced=paced)
            handled, more, batches = handled + batch.handled, batch.more, batches + 1
        return Drained(handled, self._again_at(workspace_id, paced=paced))

    def _again_at(self, workspace_id: str, *, paced: bool) -> datetime | None:
        with self._deps.db.reading(Scope(workspace_id)) as session:
            first = outbox.next_due(session)
        if first is None:
            return None
        now = self._deps.clock.now()
        return max(first, self._pace.opens_at(workspace_id, now, paced=paced))

    def _due(self) -> set[str]:
        """Return the workspaces with something due: asked each round, so that nobody new waits."""
        with self._deps.db.unscoped("find what is due") as session:
            return set(outbox.waiting(session, self._deps.clock.now()))

    def _guarded(self, workspace_id: str, *, paced: bool) -> Batch:
        try:
            return self._batch(workspace_id, paced=paced)
        except Exception as fault:  # noqa: BLE001 - one workspace's trouble must not stop the others
            log.error("workspace %s: sending stopped for now: %s", workspace_id, told(fault))  # noqa: TRY400 - the message may quote a person
            until = self._deps.clock.now() + AFTER_A_FAULT
            self._note(until)
            return Batch(0, more=False, until=until)

    def _batch(self, workspace_id: str, *, paced: bool) -> Batch:
        with self._places.turn():
            if self._stopping():
                return Batch(0, more=False)
            return self._batch_in_place(workspace_id, paced=paced)

    def _batch_in_place(self, workspace_id: str, *, paced: bool) -> Batch:
        now = self._deps.clock.now()
        if self._is_closed(workspace_id, now, paced=paced):
            return self._closed(0, workspace_id, paced=paced)
        owner, lease = self._deps.ids(), Lease(now, self._deps.settings.call_seconds)
        claimed = self._claim(workspace_id, owner, lease, now, paced=paced)
        if claimed is None:
            return self._closed(0, workspace_id, paced=paced)
        come: list[Come] = [
            (row, outcomes.given_up(row, row.doubt_since, "gave up", now)) for row in claimed.used_up
        ]
        known, unknown = self._sorted(claimed.rows)
        come += [(row, outcomes.unknown_here(row, now)) for row in unknown]
        if come:
            self._recorder.record(workspace_id, owner, come)
        handled = claimed.looked_at - len(known)
        if not known:
            return Batch(handled, more=claimed.looked_at > 0)
        attempts = self._attempts(workspace_id, owner, known, paced=paced)
        if not attempts:
            return self._closed(handled, workspace_id, paced=paced)
        line = attempts[0].line
        means = Means(
            deps=self._deps,
            recorder=self._recorder,
            peace=self._peace,
            stopping=self._stopping,
            opens_at=lambda now: self._pace.opens_at(workspace_id, now, paced=False),
            pool=self._pool,
            at_once=self._at_once,
            rest=None if self._wait is None else self._rest,
        )
        made = Group(means, line, owner, lease).send(attempts)
        for attempt in made:
            if attempt.outcome is not None and attempt.outcome.state is OutboxState.WAITING:
                self._note(attempt.outcome.values["not_before"])
        handled += len(made)
        if self._stopping() or self._is_closed(workspace_id, self._deps.clock.now(), paced=paced):
            return self._closed(handled, workspace_id, paced=paced)
        return Batch(handled, more=True)

    def _closed(self, handled: int, workspace_id: str, *, paced: bool) -> Batch:
        now = self._deps.clock.now()
        return Batch(handled, more=False, until=self._pace.opens_at(workspace_id, now, paced=paced))

    def _claim(
        self, workspace_id: str, owner: str, lease: Lease, now: datetime, *, paced: bool
    ) -> Claimed | None:
        """Claim what may be sent now; None where another process learnt that nothing may."""
        with self._deps.db.writing(Scope(workspace_id)) as session:
            self._pace.learn(workspace_id, paces.load(session, workspace_id))
            if self._is_closed(workspace_id, now, paced=paced):
                return None
            claimed = outbox.claim(
                session,
                owner=owner,
                now=now,
                lease_until=lease.until,
                limit=self._limit(workspace_id, now, paced=paced),
                max_tries=MAX_TRIES,
                enduring=self._enduring,
                mend=self._is_time_to_mend(workspace_id),
            )
            cancelled = claimed.looked_at - len(claimed.rows) - len(claimed.used_up)
            self._recorder.count(session, {"cancelled": cancelled})
        return claimed

    def _is_time_to_mend(self, workspace_id: str) -> bool:
        now = time.monotonic()
        is_time = now - self._mended.get(workspace_id, now - MENDED_EVERY) >= MENDED_EVERY
        if is_time:
            self._mended[workspace_id] = now
        return is_time

    def _limit(self, workspace_id: str, now: datetime, *, paced: bool) -> int:
        most = WHILE_UNWELL if self._pace.is_failing(workspace_id) else BATCH
        return max(1, min(most, self._pace.at_once(workspace_id, now))) if paced else most

    def _sorted(self, rows: Sequence[OutboxRow]) -> tuple[list[Asked], list[OutboxRow]]:
        """Return the rows this version can make into messages, and the others."""
        known, unknown = [], []
        for row in rows:
            kind = self._kinds.get(row.kind)
            if kind is None or row.programme_id is None or not outcomes.is_whole(row):
                unknown.append(row)
            else:
                known.append(Asked(row, kind))
        return known, unknown

    def _attempts(
        self, workspace_id: str, owner: str, known: Sequence[Asked], *, paced: bool
    ) -> list[Attempt]:
        """Return the attempts to make; none where the bot has no token there, and the rows wait again."""
        try:
            client = self._deps.slack.client(workspace_id)
        except Exception as fault:  # noqa: BLE001 - whatever keeps the token from us, the rows wait
            until = self._pace.pause(workspace_id, self._deps.clock.now(), outcomes.NOT_INSTALLED)
            log.warning(
                "workspace %s: %s (%s), nothing is sent until %s",
                workspace_id,
                outcomes.NOT_INSTALLED,
                type(fault).__name__,
                until,
            )
            self._note(until)
            waits: list[Come] = []
            for row in (one.row for one in known):
                tries = row.tries - 1
                outcome = outcomes.waits(until, outcomes.NOT_INSTALLED, row.doubt_since, tries=tries)
                waits.append((row, outcome))
            self._recorder.record(workspace_id, owner, waits)
            return []
        line = Line(client, workspace_id, self._pace, self._deps.clock, paced)
        return [Attempt(self._deps, self._channels, line, asked) for asked in known]

    def _rest(self, seconds: float) -> None:
        """Let another workspace have the place meanwhile."""
        if self._wait is not None:
            self._places.give()
            try:
                self._wait(seconds)
            finally:
                self._places.take()

    def _is_closed(self, workspace_id: str, now: datetime, *, paced: bool) -> bool:
        opens = self._pace.opens_at(workspace_id, now, paced=paced)
        if opens > now:
            self._note(opens)
        return opens > now

    def _note(self, opens: datetime) -> None:
        self.opens_at = min(opens, self.opens_at or opens)
