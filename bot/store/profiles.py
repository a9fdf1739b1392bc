"""What mentors offer: a profile for each mentor of a programme, and the expertise terms they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

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
    """One term a mentor holds: as written, and as compared (``domain.mentors.words.normalise``)."""

    __tablename__ = "expertise"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "profile_id", "term"), of("profiles", "profile_id")
    )

    profile_id: Mapped[str]
    term: Mapped[str]
    label: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


def of_mentor(session: Session, person_id: str) -> Profile | None:
    """Return a mentor's profile, or None before the first one is filled in."""
    return session.scalars(select(Profile).where(Profile.person_id == person_id)).one_or_none()


def of_mentors(session: Session) -> dict[str, Profile]:
    """Return every profile of the session's programme, by person."""
    return {profile.person_id: profile for profile in session.scalars(select(Profile))}


def expertise(session: Session, profile_id: str) -> list[Expertise]:
    """Return the terms of a profile in the order they were written."""
    return list(
        session.scalars(
            select(Expertise)
            .where(Expertise.profile_id == profile_id)
            .order_by(Expertise.position, Expertise.id)
        )
    )


def all_expertise(session: Session) -> dict[str, list[Expertise]]:
    """Return the terms of every profile of the session's programme, by profile, as they were written."""
    found: dict[str, list[Expertise]] = {}
    for row in session.scalars(select(Expertise).order_by(Expertise.position, Expertise.id)):
        found.setdefault(row.profile_id, []).append(row)
    return found
