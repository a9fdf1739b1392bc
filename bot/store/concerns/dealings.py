"""What happens in a case beside its words: questions, steps, who is let in, drafts, and counted batches.

What anybody wrote is sealed here as in the case. A batch holds counts only, no id of any case.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person


class QuestionState(StrEnum):
    """Dropped is a question that nobody needs an answer to any more."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class StepKind(StrEnum):
    """What the one a case is about could notice."""

    TALK = "talk"
    ENDING = "ending"
    ASK_OTHERS = "ask_others"
    RHYTHM = "rhythm"
    PLACE = "place"
    OTHER = "other"


class StepState(StrEnum):
    """Agreed is the reporter's yes; told is what an obliged office does without one."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    TOLD = "told"
    DONE = "done"
    DROPPED = "dropped"


class Purpose(StrEnum):
    """What somebody is let in for; with hold nobody is, the case is kept from being erased."""

    HANDLE = "handle"
    READ = "read"
    HOLD = "hold"


class AccessState(StrEnum):
    """Proposed by one, confirmed by a second; the reporter may object; begun is in force."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    OBJECTED = "objected"
    BEGUN = "begun"


class ConcernQuestion(ProgrammeRow, Row, kw_only=True):
    """A question to the reporter and its answer, both written in modals."""

    __tablename__ = "concern_questions"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("asked_by"),
    )

    concern_id: Mapped[str]
    asked_by: Mapped[str]
    words: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    asked_at: Mapped[datetime]
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=QuestionState.OPEN)
    answer: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class ConcernStep(ProgrammeRow, Row, kw_only=True):
    """Something the one named could notice: its wording and the earliest day need the reporter's yes."""

    __tablename__ = "concern_steps"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        due.index("ix_concern_steps_ready", "earliest_on", where="state IN ('agreed', 'told')"),
        of("concerns", "concern_id"),
        of_person("proposed_by"),
    )

    concern_id: Mapped[str]
    kind: Mapped[StepKind] = mapped_column(choice(StepKind))
    wording: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    earliest_on: Mapped[date]
    state: Mapped[StepState] = mapped_column(choice(StepState), default=StepState.PROPOSED)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    obliged_office: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """The office that must act whatever the reporter says; they are told first."""
    relationship_id: Mapped[str | None] = mapped_column(default=None)
    """Which relationship it is about; a step outlives it, so it is no foreign key."""


class ConcernAccess(ProgrammeRow, Row, kw_only=True):
    """Somebody who would be let in to an open case, or a hold on it; never by one person alone."""

    __tablename__ = "concern_access"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("person_id"),
        of_person("proposed_by"),
        of_person("confirmed_by"),
    )

    concern_id: Mapped[str]
    person_id: Mapped[str]
    """Who would be let in; for a hold, who proposed it."""
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    why: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    state: Mapped[AccessState] = mapped_column(choice(AccessState), default=AccessState.PROPOSED)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    begun_at: Mapped[datetime | None] = mapped_column(default=None)


class ConcernDraft(ProgrammeRow, Row, kw_only=True):
    """A form that its writer asked to keep, under the id the case would have. Nobody else reads it."""

    __tablename__ = "concern_drafts"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "person_id"),
        Index(None, "kept_until"),
        of_person("person_id"),
    )

    person_id: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """The form's fields as JSON."""
    kept_until: Mapped[datetime]


class ConcernBatch(ProgrammeRow, Row, kw_only=True):
    """Ended cases counted together once, never again and never apart: what leads may know of times."""

    __tablename__ = "concern_batches"
    __table_args__ = in_programme(Index(None, "workspace_id", "programme_id", "closed_at"))

    closed_at: Mapped[datetime]
    n: Mapped[int]
    acknowledged_in_time: Mapped[int]
    acted_in_time: Mapped[int]
    median_ack_hours: Mapped[int]
    median_end_days: Mapped[int]
