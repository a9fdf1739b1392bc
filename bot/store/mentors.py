"""The directory of mentors as search reads it: its change counter, and everything an index is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import ProgrammeRow, Row, in_programme
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount
from bot.store.profiles import Expertise, Profile, ProfileState
from bot.store.relationships import TAKES_A_PLACE, MemberRole, Relationship, RelationshipMember, places_taken
from bot.store.requests import MentorRequest, RequestState, open_count


class Directory(ProgrammeRow, Row, kw_only=True):
    """How often a programme's directory changed: an index made at another count is out of date."""

    __tablename__ = "directories"
    __table_args__ = in_programme(UniqueConstraint("workspace_id", "programme_id"))

    changes: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mentor whom search may offer or name."""

    person_id: str
    name: str
    state: ProfileState
    career_stage: str
    department: str
    languages: tuple[str, ...]
    places: int
    mentors_on: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many places a mentor gives, and how many open requests wait for an answer."""

    taken: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Close:
    """Whom a mentee need not be offered."""

    asked: frozenset[str]
    """Their answer to an open request of the mentee is still to come."""
    together: frozenset[str]
    """They share a relationship with the mentee that has not ended."""


def count_change(session: Session, *, row_id: str, workspace_id: str, programme_id: str) -> None:
    """Count one change of the directory; every process rebuilds its index at its next search."""
    counted = session.execute(update(Directory).values(changes=Directory.changes + 1))
    if cast("CursorResult[Any]", counted).rowcount == 0:
        session.add(Directory(id=row_id, workspace_id=workspace_id, programme_id=programme_id))
        session.flush()


def version(session: Session) -> tuple[int, int]:
    """Return what an index must have been made at to be up to date: changes, and mentors started."""
    changes = session.scalars(select(Directory.changes)).one_or_none()
    started = session.scalars(
        select(func.count(Membership.id)).where(
            Membership.role == Role.MENTOR, Membership.started_at.is_not(None)
        )
    ).one()
    return changes or 0, started


def entries(session: Session) -> list[Entry]:
    """Return every mentor who is here, started and not hidden, with their terms, in two queries."""
    labels: dict[str, list[str]] = {}
    for profile_id, label in session.execute(
        select(Expertise.profile_id, Expertise.label).order_by(Expertise.position, Expertise.id)
    ):
        labels.setdefault(profile_id, []).append(label)
    rows = session.execute(
        select(Profile, Person.name)
        .join(Person, Person.id == Profile.person_id)
        .join(SlackAccount, SlackAccount.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.state == PersonState.HERE,
            Profile.state != ProfileState.HIDDEN,
            Membership.role == Role.MENTOR,
            Membership.started_at.is_not(None),
        )
        .order_by(Profile.id)
    )
    return [
        Entry(
            person_id=profile.person_id,
            name=name,
            state=profile.state,
            career_stage=profile.career_stage,
            department=profile.department,
            languages=tuple(profile.languages),
            places=profile.places,
            mentors_on=profile.mentors_on,
            labels=tuple(labels.get(profile.id, ())),
        )
        for profile, name in rows
    ]


def full(session: Session) -> frozenset[str]:
    """Return the mentors who have no open place, in one query."""
    rows = session.scalars(
        select(Profile.person_id)
        .join(RelationshipMember, RelationshipMember.person_id == Profile.person_id)
        .join(Relationship, Relationship.id == RelationshipMember.relationship_id)
        .where(RelationshipMember.role == MemberRole.MENTOR, Relationship.state.in_(TAKES_A_PLACE))
        .group_by(Profile.person_id, Profile.places)
        .having(func.count() >= Profile.places)
    )
    return frozenset(rows)


def close_to(session: Session, person_id: str) -> Close:
    """Return whom a mentee need not be offered: already asked, or already together. Two queries."""
    asked = session.scalars(
        select(MentorRequest.mentor_id).where(
            MentorRequest.mentee_id == person_id, MentorRequest.state == RequestState.OPEN
        )
    )
    mine = (
        select(RelationshipMember.relationship_id)
        .join(Relationship, Relationship.id == RelationshipMember.relationship_id)
        .where(RelationshipMember.person_id == person_id, Relationship.state.in_(TAKES_A_PLACE))
    )
    together = session.scalars(
        select(RelationshipMember.person_id).where(RelationshipMember.relationship_id.in_(mine))
    )
    return Close(frozenset(asked), frozenset(together) - {person_id})


def loads(session: Session, mentor_ids: Iterable[str]) -> dict[str, Load]:
    """Return the load of each of these mentors, in two queries; those with none are absent."""
    wanted = list(mentor_ids)
    taken, waiting = places_taken(session, wanted), open_count(session, wanted)
    return {
        person_id: Load(taken.get(person_id, 0), waiting.get(person_id, 0))
        for person_id in taken.keys() | waiting.keys()
    }
