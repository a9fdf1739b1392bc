"""Concerns: the case, the people it is about, those who may read it, notes, and who opened it when.

What somebody wrote and whom they named is sealed. In the clear stand only ids, states and times: who raised
it, who is asked to read it, and when they answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person


class ConcernState(StrEnum):
    """Kept is the reporter's alone; filed waits for an acknowledgement; resolved and withdrawn are ends."""

    KEPT = "kept"
    FILED = "filed"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


HELD = (ConcernState.ACKNOWLEDGED, ConcernState.IN_PROGRESS)
OPEN = (ConcernState.KEPT, ConcernState.FILED, *HELD)
ENDED = (ConcernState.RESOLVED, ConcernState.WITHDRAWN)


class Capacity(StrEnum):
    """Why somebody must never see a case: named in it, or struck out by the reporter."""

    NAMED = "named"
    STRUCK = "struck"


class ReaderState(StrEnum):
    """Where somebody on a case's ladder stands. Only ``MAY_OPEN`` may open it."""

    WAITING = "waiting"
    ASKED = "asked"
    HOLDS = "holds"
    PASSED = "passed"
    RECUSED = "recused"
    READS = "reads"
    """Was let in by two people: may read, and is neither waited for nor responsible."""
    STRUCK = "struck"
    """The reporter struck them out after filing."""


RESPONSIBLE = (ReaderState.ASKED, ReaderState.HOLDS)
"""Those whom a case is taken from when it goes on."""
MAY_OPEN = (*RESPONSIBLE, ReaderState.READS)


class Opened(StrEnum):
    """What somebody read of a case."""

    WORDS = "words"
    LOG = "log"
    EXPORT = "export"
    ANSWER = "answer"


class Concern(ProgrammeRow, Row, kw_only=True):
    """One case. Its id is made as the form opens: a second Send finds the first."""

    __tablename__ = "concerns"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "reference"),
        Index(None, "workspace_id", "programme_id", "state"),
        due.index(
            "ix_concerns_to_remind",
            "acknowledge_by",
            where="state = 'filed' AND reminded_at IS NULL AND exhausted_at IS NULL",
        ),
        due.index("ix_concerns_to_climb", "climbs_at", where="state = 'filed'"),
        due.index(
            "ix_concerns_to_act",
            "act_by",
            where="state IN ('kept', 'acknowledged', 'in_progress') AND act_reminded_at IS NULL",
        ),
        due.index("ix_concerns_to_ask", "ask_again_at", where="ask_again_at IS NOT NULL"),
        due.index("ix_concerns_to_erase", "erase_at", where="erased_at IS NULL"),
        due.index(
            "ix_concerns_handled", "handler_id", where="state IN ('filed', 'acknowledged', 'in_progress')"
        ),
        of_person("reporter_id"),
        of_person("handler_id"),
    )

    reference: Mapped[str]
    state: Mapped[ConcernState] = mapped_column(choice(ConcernState))
    level: Mapped[int]
    reporter_id: Mapped[str]
    words: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    about: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """Somebody outside Slack, as the reporter wrote it: never matched to a directory."""
    wanted: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    outcome: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    handler_id: Mapped[str | None] = mapped_column(default=None)
    rung: Mapped[int] = mapped_column(default=0)
    """How often the case went on to somebody else."""
    changes: Mapped[int] = mapped_column(default=0)
    """How often its cards changed: part of the key of each update."""
    filed_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    climbs_at: Mapped[datetime | None] = mapped_column(default=None)
    exhausted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When nobody was left on the ladder who had not been asked."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    act_by: Mapped[datetime | None] = mapped_column(default=None)
    act_reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    asked_again: Mapped[int] = mapped_column(default=0)
    """How often the reporter was asked again after the end."""
    ask_again_at: Mapped[datetime | None] = mapped_column(default=None)
    erase_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    guideline_version: Mapped[str]
    """The fingerprint of the configuration at filing."""
    approved_version: Mapped[str] = mapped_column(default="")
    """The guideline in force at filing, with what leads had changed of it."""
    follows_id: Mapped[str | None] = mapped_column(String(40), default=None)
    """The reporter's earlier case, after which somebody made them pay for it."""
    first_acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    """Never taken back, unlike ``acknowledged_at``: the leads' figures are made of it."""
    first_ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reopened: Mapped[int] = mapped_column(default=0)
    batch_id: Mapped[str | None] = mapped_column(String(40), default=None)
    """The one batch of the leads' figures that counted it."""
    hold_since: Mapped[datetime | None] = mapped_column(default=None)
    """A legal hold: nothing of it is erased while it stands."""
    hold_by: Mapped[str | None] = mapped_column(String(40), default=None)
    hold_why: Mapped[bytes | None] = mapped_column(Sealed, default=None)


class ConcernParty(ProgrammeRow, Row, kw_only=True):
    """Somebody who must never see a case; who it is, is sealed."""

    __tablename__ = "concern_parties"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"), of("concerns", "concern_id")
    )

    concern_id: Mapped[str]
    who: Mapped[bytes | None] = mapped_column(Sealed, default=None)


class ConcernReader(ProgrammeRow, Row, kw_only=True):
    """One person on the ladder of one case: those whom the reporter was shown, in order."""

    __tablename__ = "concern_readers"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "concern_id", "person_id"),
        Index(None, "workspace_id", "programme_id", "person_id", "state"),
        of("concerns", "concern_id"),
        of_person("person_id"),
    )

    concern_id: Mapped[str]
    person_id: Mapped[str]
    position: Mapped[int]
    at_once: Mapped[bool]
    """Whether this person reads it from the start, by the case's level."""
    state: Mapped[ReaderState] = mapped_column(choice(ReaderState), default=ReaderState.WAITING)
    asked_rung: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)


class ConcernNote(ProgrammeRow, Row, kw_only=True):
    """What a handler wrote into the file."""

    __tablename__ = "concern_notes"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("author_id"),
    )

    concern_id: Mapped[str]
    author_id: Mapped[str]
    words: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    written_at: Mapped[datetime]


class ConcernOpening(ProgrammeRow, Row, kw_only=True):
    """Somebody opened the words of a case; the reporter may see this log."""

    __tablename__ = "concern_openings"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("person_id"),
    )

    concern_id: Mapped[str]
    person_id: Mapped[str]
    opened_at: Mapped[datetime]
    what: Mapped[Opened] = mapped_column(choice(Opened), default=Opened.WORDS)


@dataclass(frozen=True)
class Party:
    """Somebody who must never see a case, by our id where they have one and by Slack's."""

    capacity: Capacity
    slack_user_id: str
    person_id: str = ""

    def packed(self) -> str:
        """Return what is sealed."""
        return json.dumps([self.capacity.value, self.slack_user_id, self.person_id])

    @classmethod
    def unpacked(cls, text: str) -> Party:
        """Return what was sealed."""
        capacity, slack_user_id, person_id = json.loads(text)
        return cls(Capacity(capacity), slack_user_id, person_id)
