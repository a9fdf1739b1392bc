"""What every domain step is given: the open session, who acts, when, and the rules in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.guidelines import Guidelines
from bot.ids import Ids
from bot.store import acts, outbox, sealing
from bot.store.base import Row
from bot.store.outbox import Notice


class Place(TypedDict):
    """The columns that tie a row to one programme of one workspace."""

    workspace_id: str
    programme_id: str


@dataclass(frozen=True)
class Step:
    """One act in one programme, inside one transaction. ``by`` is a person's id, or ``acts.BY_CLOCK``."""

    session: Session
    workspace_id: str
    programme_id: str
    by: str
    now: datetime
    ids: Ids
    rules: Guidelines

    @property
    def place(self) -> Place:
        """Return the columns that tie a new row to this workspace and programme."""
        return {"workspace_id": self.workspace_id, "programme_id": self.programme_id}

    def add(self, row: Row) -> None:
        """Add a new row and write it, so that later queries of this step find it."""
        self.session.add(row)
        self.session.flush()

    def record(self, what: str, subject_id: str, **details: str) -> None:
        """Append to the acts: who did what to which subject, with identifiers as details."""
        acts.record(
            self.session,
            act_id=self.ids(),
            workspace_id=self.workspace_id,
            programme_id=self.programme_id,
            what=what,
            who=self.by,
            subject_id=subject_id,
            at=self.now,
            guideline_version=self.rules.version,
            details=details,
        )

    def record_all(self, what: str, subjects: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Append one act for each subject and its details, in as few statements as there can be."""
        acts.record_many(
            self.session,
            [
                {
                    "id": self.ids(),
                    "workspace_id": self.workspace_id,
                    "programme_id": self.programme_id,
                    "what": what,
                    "who": self.by,
                    "subject_id": subject_id,
                    "at": self.now,
                    "guideline_version": self.rules.version,
                    "details": dict(details),
                }
                for subject_id, details in subjects
            ],
        )

    def tell(self, notice: Notice) -> bool:
        """Put a notice into the outbox; False when that key was said before."""
        return self.tell_all([notice]) == 1

    def tell_all(self, notices: Iterable[Notice]) -> int:
        """Put many notices into the outbox at once; return how many had not been said before."""
        return outbox.put_many(
            self.session,
            [(self.ids(), notice) for notice in notices],
            workspace_id=self.workspace_id,
            programme_id=self.programme_id,
            now=self.now,
        )

    def tell_together(self, notice: Notice) -> bool:
        """Put a notice into the message of its kind that waits for that person; False when said before."""
        return outbox.put_together(
            self.session,
            notice,
            row_id=self.ids(),
            workspace_id=self.workspace_id,
            programme_id=self.programme_id,
            now=self.now,
        )

    def untell(self, key_prefix: str, reason: str) -> int:
        """Cancel notices that still wait under keys beginning with ``key_prefix``; return how many."""
        return outbox.cancel(self.session, key_prefix, now=self.now, reason=reason)

    def seal(self, column: InstrumentedAttribute[Any], row_id: str, text: str) -> bytes:
        """Return private text sealed for its place."""
        return sealing.seal(self.session, column, row_id, text)

    def unseal(self, column: InstrumentedAttribute[Any], row: Row) -> str:
        """Return private text from its place; empty where nothing is stored."""
        return sealing.unseal(self.session, column, row)
