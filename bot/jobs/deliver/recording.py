"""Recording what came of attempts: many in one transaction, fenced by owner, and what follows from each."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.jobs.deliver import outcomes
from bot.jobs.deliver.outcomes import UNDELIVERED, Outcome
from bot.jobs.deliver.pacing import Pace
from bot.jobs.notices import NoticeKind
from bot.store import outbox, paces, people, tallies, troubles
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState, Verb

log = logging.getLogger(__name__)

Come = tuple[OutboxRow, Outcome]
"""A row and what came of it."""

COUNTED_AS = {
    OutboxState.DEAD: "dead",
    OutboxState.CANCELLED: "cancelled",
    OutboxState.UNKNOWN: "unknown",
}


class Recorder:
    """Writes outcomes, counts them, keeps the workspace's pace with them, and does what they lead to."""

    def __init__(self, deps: Deps, kinds: Mapping[str, NoticeKind], pace: Pace) -> None:
        self._deps = deps
        self._kinds = kinds
        self._pace = pace
        self._teller = deps.ids()

    def record(self, workspace_id: str, owner: str, come: Sequence[Come]) -> None:
        """Write the outcomes of one workspace. Nothing it raises keeps one row waiting for another.

        A message nobody got, or may not have got, has what follows from it in its own transaction.
        """
        alone = [(row, outcome) for row, outcome in come if self._has_consequence(row, outcome)]
        together = [(row, outcome) for row, outcome in come if not self._has_consequence(row, outcome)]
        if together or self._pace.is_changed(workspace_id):
            self._record_together(workspace_id, owner, together)
        for row, outcome in alone:
            self._record_alone(row, owner, outcome)

    def count(self, session: Session, counts: Mapping[str, int]) -> None:
        """Count what happened in a transaction of the sender's."""
        tallies.add(session, self._teller, counts, now=self._deps.clock.now())

    def _has_consequence(self, row: OutboxRow, outcome: Outcome) -> bool:
        kind = self._kinds.get(row.kind)
        return (
            outcome.state in UNDELIVERED
            and kind is not None
            and kind.on_dead is not None
            and row.programme_id is not None
        )

    def _record_together(self, workspace_id: str, owner: str, come: Sequence[Come]) -> None:
        try:
            with self._deps.db.writing(Scope(workspace_id)) as session:
                held = self._write(session, workspace_id, owner, come)
        except Exception as fault:  # noqa: BLE001 - one that cannot be recorded must not take the others along
            self._pace.unsaved(workspace_id)
            log.error("workspace %s: %d not recorded together: %s", workspace_id, len(come), told(fault))  # noqa: TRY400 - the message may quote a person
            for row, outcome in come:
                self._record_alone(row, owner, outcome)
            return
        for row, outcome in come:
            self._follow(row, outcome, held=row.id in held)

    def _write(self, session: Session, workspace_id: str, owner: str, come: Sequence[Come]) -> frozenset[str]:
        if self._pace.is_changed(workspace_id):
            self._pace.learn(workspace_id, paces.load(session, workspace_id, lock=True))
            paces.save(session, workspace_id, self._pace.kept(workspace_id, self._deps.clock.now()))
        held = outbox.settle_all(session, [(row.id, outcome.values) for row, outcome in come], held_by=owner)
        opened = dict(outcome.opened for row, outcome in come if outcome.opened is not None)
        if opened:
            people.remember_dms(session, opened)
        self.count(session, counted(come, held))
        return held

    def _record_alone(self, row: OutboxRow, owner: str, outcome: Outcome) -> None:
        kind = self._kinds.get(row.kind)
        try:
            if self._has_consequence(row, outcome) and kind is not None and kind.on_dead is not None:
                with self._deps.step(row.workspace_id, row.programme_id or "") as step:
                    held = self._write(step.session, row.workspace_id, owner, [(row, outcome)])
                    if held:
                        kind.on_dead(step, row.ids, str(outcome.values.get("reason")))
            else:
                with self._deps.db.writing(Scope(row.workspace_id)) as session:
                    held = self._write(session, row.workspace_id, owner, [(row, outcome)])
        except Exception as fault:  # noqa: BLE001 - what follows from one row's end must not stop the rest
            self._pace.unsaved(row.workspace_id)
            log.error("outbox %s %s: not recorded: %s", row.id, row.kind, told(fault))  # noqa: TRY400 - the message may quote a person
            self._try_again_later(row, owner, outcome)
            return
        self._follow(row, outcome, held=bool(held))

    def _follow(self, row: OutboxRow, outcome: Outcome, *, held: bool) -> None:
        reason = outcome.values.get("reason")
        if not held:
            log.warning("outbox %s: another sender took it over", row.id)
        elif outcome.state in UNDELIVERED:
            log.error("outbox %s %s is %s: %s", row.id, row.kind, outcome.state, reason)
        elif outcome.state is OutboxState.CANCELLED:
            log.info("outbox %s %s is cancelled: %s", row.id, row.kind, reason)
        if held and outcome.afterwards is not None:
            outcome.afterwards()

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
            log.error("outbox %s: left to its lease: %s", row.id, troubles.named(fault))  # noqa: TRY400 - see above


def counted(come: Sequence[Come], held: frozenset[str]) -> dict[str, int]:
    """Return what is counted of these outcomes."""
    counts: Counter[str] = Counter()
    for row, outcome in come:
        counts["looked_up"] += outcome.looked_up
        counts["limited"] += outcome.limited
        if row.id not in held:
            counts["lease_lost"] += 1
        elif outcome.state is OutboxState.SENT:
            counts["updated" if row.verb is Verb.UPDATE else "sent"] += 1
        elif outcome.state in COUNTED_AS:
            counts[COUNTED_AS[outcome.state]] += 1
    return dict(counts)


def told(fault: Exception) -> str:
    """Return an exception for the log: its type and where, not its message, which may quote a person.

    A database's known trouble is the operator's sentence.
    """
    if troubles.kind_of(fault) is not None:
        return troubles.named(fault)
    stack = "".join(traceback.format_tb(fault.__traceback__))
    return f"{type(fault).__name__}\n{stack}"
