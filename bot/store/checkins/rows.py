"""The rows of check-ins: each member's rhythm in a relationship, and each time somebody was asked.

Answers, scores too, are private to their author and therefore sealed; what a lead may know (asked, answered,
passed over, never met, please look in) stands in columns of its own.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person
from bot.store.relationships import Kind


class CheckInState(StrEnum):
    """Asked until answered or passed over; cancelled when the relationship paused or ended meanwhile."""

    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"
    CANCELLED = "cancelled"


PLANNED = "next_at IS NOT NULL"
OPEN = "state = 'asked'"
UNREMINDED = "state = 'asked' AND reminded_at IS NULL"
"""What the clock looks for has small indexes of its own, however many rows are over or not planned."""


class Rhythm(ProgrammeRow, Row, kw_only=True):
    """When one member of one relationship is asked next. No ``next_at`` means: not again."""

    __tablename__ = "checkin_rhythms"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "relationship_id", "person_id"),
        # With the id the first of many that are due at one moment are read in order, and no more of them.
        due.index(
            "ix_checkin_rhythms_planned", "workspace_id", "programme_id", "next_at", "id", where=PLANNED
        ),
        due.index("ix_checkin_rhythms_due", "next_at", "workspace_id", "programme_id", where=PLANNED),
        Index(None, "workspace_id", "programme_id", "person_id", "next_at"),
        of("relationships", "relationship_id"),
        of_person("person_id"),
    )

    relationship_id: Mapped[str]
    person_id: Mapped[str]
    started_on: Mapped[date]
    next_on: Mapped[date | None] = mapped_column(default=None)
    """The day the rhythm names, which does not move; ``next_at`` is when it can be asked (UTC)."""
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    survey: Mapped[str] = mapped_column(default="")


class CheckIn(ProgrammeRow, Row, kw_only=True):
    """One person asked once about one relationship."""

    __tablename__ = "checkins"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "relationship_id", "person_id", "due_on"),
        Index(None, "workspace_id", "programme_id", "state", "passes_at"),
        due.index("ix_checkins_to_pass", "passes_at", "workspace_id", "programme_id", where=OPEN),
        due.index("ix_checkins_to_remind", "remind_at", "workspace_id", "programme_id", where=UNREMINDED),
        Index(None, "workspace_id", "programme_id", "person_id", "asked_at"),
        Index(None, "workspace_id", "programme_id", "asked_in"),
        Index(None, "workspace_id", "programme_id", "reminded_in"),
        of("relationships", "relationship_id"),
        of_person("person_id"),
    )

    relationship_id: Mapped[str]
    person_id: Mapped[str]
    due_on: Mapped[date]
    survey: Mapped[str]
    survey_version: Mapped[int]
    state: Mapped[CheckInState] = mapped_column(choice(CheckInState), default=CheckInState.ASKED)
    asked_at: Mapped[datetime]
    asked_in: Mapped[str] = mapped_column(String(40))
    """The message it was asked in; a mentor of several is asked about all in one."""
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_in: Mapped[str | None] = mapped_column(String(40), default=None)
    passes_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_form: Mapped[str | None] = mapped_column(String(40), default=None)
    """The form that was sent, so that Slack's second delivery of it is known as the same."""
    not_met: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=False)
    look_in: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    open_line: Mapped[bytes | None] = mapped_column(Sealed, default=None)


class CheckInPause(ProgrammeRow, Row, kw_only=True):
    """Days, both included, on which somebody wished not to be asked. Seen by nobody else."""

    __tablename__ = "checkin_pauses"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "person_id"), of_person("person_id")
    )

    person_id: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]


class Due(NamedTuple):
    """A rhythm whose moment has come, as the index of what is due has it, and whose it is."""

    next_at: datetime
    rhythm_id: str
    person_id: str


class DueRhythm(NamedTuple):
    """A rhythm as it was read, with the kind of its relationship: what is needed to ask."""

    rhythm_id: str
    relationship_id: str
    person_id: str
    started_on: date
    next_on: date | None
    next_at: datetime
    survey: str
    kind: Kind


class Moved(NamedTuple):
    """Where a rhythm stands from now on."""

    rhythm_id: str
    next_on: date | None
    next_at: datetime | None
    survey: str
