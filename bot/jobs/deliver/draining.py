"""Draining the outbox: one batch of each workspace in turn, until nothing is due that may be sent now."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deps import Deps
from bot.jobs.deliver import outcomes
from bot.jobs.deliver.attempting import LEASE, Attempt, Holding
from bot.jobs.deliver.channels import Channels
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import MAX_TRIES, UNDELIVERED, Outcome, TakenOver
from bot.jobs.deliver.pacing import Pace
from bot.jobs.notices import NoticeKind
from bot.store import outbox
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState

log = logging.getLogger(__name__)

BATCH = 20
LEAST_LEASE = timedelta(seconds=45)
"""What must be left of a lease for another attempt to begin: several calls that each take their longest."""


@dataclass(frozen=True)
class _Batch:
    """What one batch of a workspace came to; ``more`` if there may be more to send at once."""

    handled: int
    more: bool


@dataclass(frozen=True)
class Drained:
    """What draining a workspace came to: how many rows were handled, and when to come back.

    ``again_at`` None: nothing more is known to wait. Not after now: more waits at once. Later: come then.
    """

    handled: int
    again_at: datetime | None


class Delivery:
    """Sends what the outbox holds. ``stopping`` is asked before each message; what is left is given back."""

    def __init__(
        self, deps: Deps, kinds: Mapping[str, NoticeKind], stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self._deps = deps
        self._kinds = kinds
        self._stopping = stopping
        self._channels = Channels()
        self._pace = Pace()
        self.opens_at: datetime | None = None
        """When the last drain could first have gone on, had it waited; None where nothing held it up."""

    def drain_all(self, *, paced: bool = False) -> int:
        """Drain every workspace that has something due, a batch of each in turn; return how many rows.

        What fails in one workspace is logged and does not hold up the others. ``paced`` keeps below Slack's
        limits; without, only what Slack itself says is honoured.
        """
        self.opens_at = None
        handled, closed = 0, set[str]()
        while not self._stopping() and (due := self._due() - closed):
            for workspace_id in sorted(due):
                batch = self._guarded(workspace_id, paced=paced)
                handled += batch.handled
                if not batch.more:
                    closed.add(workspace_id)
        return handled

    def _due(self) -> set[str]:
        """Return the workspaces with something due: asked each round, so that nobody new waits."""
        with self._deps.db.unscoped("find what is due") as session:
            return set(outbox.waiting(session, self._deps.clock.now()))

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

    def _guarded(self, workspace_id: str, *, paced: bool) -> _Batch:
        try:
            return self._batch(workspace_id, paced=paced)
        except Exception as fault:  # noqa: BLE001 - one workspace's trouble must not stop the others
            log.error("workspace %s: sending stopped for now: %s", workspace_id, _told(fault))  # noqa: TRY400 - the message may quote a person
            return _Batch(0, more=False)

    def _batch(self, workspace_id: str, *, paced: bool) -> _Batch:
        now = self._deps.clock.now()
        if self._is_closed(workspace_id, now, paced=paced):
            return _Batch(0, more=False)
        owner, lease_until = self._deps.ids(), now + LEASE
        with self._deps.db.writing(Scope(workspace_id)) as session:
            claimed = outbox.claim(
                session, owner=owner, now=now, lease_until=lease_until, limit=BATCH, max_tries=MAX_TRIES
            )
        for row in claimed.used_up:
            self._settle(row, owner, outcomes.given_up(row, row.doubt_since, "gave up", now))
        handled = claimed.looked_at - len(claimed.rows)
        for number, row in enumerate(claimed.rows):
            now = self._deps.clock.now()
            stopped = self._stopping() or self._is_closed(workspace_id, now, paced=paced)
            if stopped or now > lease_until - LEAST_LEASE:
                self._give_back(workspace_id, claimed.rows[number:], owner)
                return _Batch(handled, more=not stopped)
            self._handle(row, owner, paced=paced)
            handled += 1
        return _Batch(handled, more=claimed.looked_at > 0)

    def _is_closed(self, workspace_id: str, now: datetime, *, paced: bool) -> bool:
        opens = self._pace.opens_at(workspace_id, now, paced=paced)
        if opens > now:
            self._note(opens)
        return opens > now

    def _note(self, opens: datetime) -> None:
        self.opens_at = min(opens, self.opens_at or opens)

    def _give_back(self, workspace_id: str, rows: Sequence[OutboxRow], owner: str) -> None:
        with self._deps.db.writing(Scope(workspace_id)) as session:
            outbox.give_back(session, [row.id for row in rows], held_by=owner)

    def _handle(self, row: OutboxRow, owner: str, *, paced: bool) -> None:
        """Attempt and settle one row. Nothing it raises keeps the others of its batch waiting."""
        try:
            outcome = self._attempt(row, owner, paced=paced)
        except TakenOver:
            log.warning("outbox %s: another sender took it over", row.id)
            return
        if outcome.state is OutboxState.WAITING:
            self._note(outcome.values["not_before"])
        self._settle(row, owner, outcome)
        if outcome.afterwards is not None:
            outcome.afterwards()

    def _attempt(self, row: OutboxRow, owner: str, *, paced: bool) -> Outcome:
        kind, now = self._kinds.get(row.kind), self._deps.clock.now()
        if kind is None or row.programme_id is None:
            reason = "this version of the bot does not know this kind"
            return outcomes.ended(OutboxState.DEAD, reason, now)
        try:
            client = self._deps.slack.client(row.workspace_id)
        except KeyError:
            until = self._pace.pause(row.workspace_id, now)
            log.warning("workspace %s: no token, nothing is sent until %s", row.workspace_id, until)
            reason = "no token for this workspace"
            return outcomes.waits(until, reason, row.doubt_since, tries=row.tries - 1)
        line = Line(client, row.workspace_id, self._pace, self._deps.clock, paced)
        return Attempt(self._deps, self._channels, line, Holding(row, kind, owner)).run()

    def _settle(self, row: OutboxRow, owner: str, outcome: Outcome) -> None:
        try:
            self._record(row, owner, outcome)
        except Exception as fault:  # noqa: BLE001 - what follows from one row's end must not stop the rest
            log.error("outbox %s %s: not recorded: %s", row.id, row.kind, _told(fault))  # noqa: TRY400 - the message may quote a person
            self._try_again_later(row, owner, outcome)

    def _record(self, row: OutboxRow, owner: str, outcome: Outcome) -> None:
        """Write the outcome, and with it in one transaction what follows from a message nobody got."""
        kind = self._kinds.get(row.kind)
        undelivered = outcome.state in UNDELIVERED
        if undelivered and kind is not None and kind.on_dead is not None and row.programme_id is not None:
            with self._deps.step(row.workspace_id, row.programme_id) as step:
                held = outbox.settle(step.session, row.id, held_by=owner, values=outcome.values)
                if held:
                    kind.on_dead(step, row.ids, str(outcome.values.get("reason")))
        else:
            with self._deps.db.writing(Scope(row.workspace_id)) as session:
                held = outbox.settle(session, row.id, held_by=owner, values=outcome.values)
        if not held:
            log.warning("outbox %s: another sender took it over", row.id)
        elif undelivered:
            log.error("outbox %s %s is %s: %s", row.id, row.kind, outcome.state, outcome.values.get("reason"))
        elif outcome.state is OutboxState.CANCELLED:
            log.info("outbox %s %s is cancelled: %s", row.id, row.kind, outcome.values.get("reason"))

    def _try_again_later(self, row: OutboxRow, owner: str, outcome: Outcome) -> None:
        """Let a row wait whose outcome could not be recorded, with the doubt as the store has it.

        Where even that fails it stays claimed until its lease has run out, and is then taken again.
        """
        wait = timedelta(seconds=outcomes.BACK_OFF[-1 if outcome.state in UNDELIVERED else 0])
        values = {
            "state": OutboxState.WAITING,
            "not_before": self._deps.clock.now() + wait,
            "reason": "its outcome could not be recorded",
        }
        try:
            with self._deps.db.writing(Scope(row.workspace_id)) as session:
                outbox.settle(session, row.id, held_by=owner, values=values)
        except Exception as fault:  # noqa: BLE001 - the database is away: the lease brings the row back
            log.error("outbox %s: left to its lease: %s", row.id, type(fault).__name__)  # noqa: TRY400 - see above


def _told(fault: Exception) -> str:
    """Return an exception for the log: its type and where, not its message, which may quote a person."""
    stack = "".join(traceback.format_tb(fault.__traceback__))
    return f"{type(fault).__name__}\n{stack}"
