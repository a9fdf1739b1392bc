"""What mentors offer: a profile for each mentor of a programme, and the expertise terms they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import ProgrammeRow, Row, choice, in_programme, of, of_person


class ProfileState(StrEnum):
    """Whether a mentor is offered to mentees. Only an open profile is."""

    OPEN = "open"
    PAUSED = "paused"
    HIDDEN = "hidden"


class Profile(ProgrammeRow, Row, kw_only=True):
    """A mentor's entry in the directory; members of the programme may read it."""

    __tablename__ = "profiles"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "person_id"), of_person("person_id")
    )

    person_id: Mapped[str]
    state: Mapped[ProfileState] = mapped_column(choice(ProfileState), default=ProfileState.OPEN)
    career_stage: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    places: Mapped[int] = mapped_column(default=1)
    mentors_on: Mapped[str] = mapped_column(String(3000), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class Expertise(ProgrammeRow, Row, kw_only=True):
    """One term a mentor holds: as written, and as compared (lower case, one space between words)."""

    __tablename__ = "expertise"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "profile_id", "term"), of("profiles", "profile_id")
    )

    profile_id: Mapped[str]
    term: Mapped[str]
    label: Mapped[str]
