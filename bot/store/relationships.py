"""Mentoring relationships: their kind, their members with roles, and how many places they take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, choice, in_programme, of, of_person
from bot.store.people import Person
from bot.store.profiles import Profile


class Kind(StrEnum):
    """What sort of mentoring it is; the rhythm of check-ins and some clauses depend on it."""

    MENTOR = "mentor"
    ADVISOR = "advisor"
    CO_ADVISOR = "co-advisor"
    ROTATION = "rotation"
    COMMITTEE = "committee"
    PEER = "peer"
    GROUP = "group"


class RelationshipState(StrEnum):
    """Drafting until every member signed the same version of the agreement."""

    DRAFTING = "drafting"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


TAKES_A_PLACE = (RelationshipState.DRAFTING, RelationshipState.ACTIVE, RelationshipState.PAUSED)


class Basis(StrEnum):
    """Where a relationship's agreement is: written here, on paper from before, or nowhere yet."""

    HERE = "here"
    PAPER = "paper"
    NONE = "none"


class MemberRole(StrEnum):
    """What somebody is within one relationship."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    PEER = "peer"


class Relationship(ProgrammeRow, Row, kw_only=True):
    """People who mentor together."""

    __tablename__ = "relationships"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "made_from"),
        due.index(
            "ix_relationships_to_offer",
            "workspace_id",
            "programme_id",
            where="state = 'active' AND basis = 'none' AND offered_at IS NULL",
        ),
        due.index("ix_relationships_ended", "ended_at", where="ended_at IS NOT NULL"),
        due.index("ix_relationships_to_end", "ends_on", where="ends_on IS NOT NULL AND state <> 'ended'"),
    )

    kind: Mapped[Kind] = mapped_column(choice(Kind))
    state: Mapped[RelationshipState] = mapped_column(choice(RelationshipState))
    basis: Mapped[Basis] = mapped_column(choice(Basis), default=Basis.HERE)
    made_from: Mapped[str]
    """What made it, once: ``request:<id>`` or ``pairs:<mentor>:<mentee>:<kind>``."""
    created_at: Mapped[datetime]
    started_on: Mapped[date | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    """A day somebody chose for the end, which only they know until then."""
    ends_by: Mapped[str | None] = mapped_column(String(40), default=None)
    """Who chose it."""
    offered_at: Mapped[datetime | None] = mapped_column(default=None)
    """When an imported pair was offered to write an agreement, or was found to have one."""


class RelationshipMember(ProgrammeRow, Row, kw_only=True):
    """One person in one relationship."""

    __tablename__ = "relationship_members"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "relationship_id", "person_id"),
        of("relationships", "relationship_id"),
        of_person("person_id"),
    )

    relationship_id: Mapped[str]
    person_id: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole))


def places_taken(session: Session, person_ids: Iterable[str]) -> dict[str, int]:
    """Return how many places each of these people gives as a mentor; those who give none are absent."""
    rows = session.execute(
        select(RelationshipMember.person_id, func.count())
        .join(Relationship, Relationship.id == RelationshipMember.relationship_id)
        .where(
            RelationshipMember.person_id.in_(list(person_ids)),
            RelationshipMember.role == MemberRole.MENTOR,
            Relationship.state.in_(TAKES_A_PLACE),
        )
        .group_by(RelationshipMember.person_id)
    )
    return {person_id: count for person_id, count in rows}  # noqa: C416 - rows are not tuples of the right type


def lock_people(session: Session, *person_ids: str) -> None:
    """Lock these people until the transaction ends, always in the same order: nobody waits in a circle.

    Rows that refer to them can be written meanwhile; what is counted against them takes turns.
    """
    session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    ).all()


def lock_places(session: Session, mentor_id: str) -> Profile | None:
    """Return the mentor's profile, locked until the transaction ends: two acts cannot take one place."""
    return session.scalars(
        select(Profile)
        .where(Profile.person_id == mentor_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def members(session: Session, relationship_id: str) -> list[RelationshipMember]:
    """Return the members of a relationship, mentors first."""
    return members_of(session, [relationship_id]).get(relationship_id, [])


def members_of(session: Session, relationship_ids: Iterable[str]) -> dict[str, list[RelationshipMember]]:
    """Return the members of these relationships by relationship, mentors first, in one query."""
    found: dict[str, list[RelationshipMember]] = {}
    for member in session.scalars(
        select(RelationshipMember)
        .where(RelationshipMember.relationship_id.in_(list(relationship_ids)))
        .order_by(RelationshipMember.role.desc(), RelationshipMember.person_id)
    ):
        found.setdefault(member.relationship_id, []).append(member)
    return found


def of_member(session: Session, person_id: str, states: Iterable[RelationshipState]) -> list[Relationship]:
    """Return the relationships in these states that a person is a member of, oldest first."""
    return list(
        session.scalars(
            select(Relationship)
            .join(RelationshipMember, RelationshipMember.relationship_id == Relationship.id)
            .where(RelationshipMember.person_id == person_id, Relationship.state.in_(list(states)))
            .order_by(Relationship.created_at, Relationship.id)
        )
    )


def made_from(session: Session, source: str) -> Relationship | None:
    """Return the relationship a request or an imported pair made."""
    return session.scalars(select(Relationship).where(Relationship.made_from == source)).one_or_none()


def connected(session: Session, one: str, other: str) -> bool:
    """Tell whether two people share a relationship that has not ended."""
    theirs = select(RelationshipMember.relationship_id).where(RelationshipMember.person_id == other)
    return (
        session.scalars(
            select(Relationship.id)
            .join(RelationshipMember, RelationshipMember.relationship_id == Relationship.id)
            .where(
                RelationshipMember.person_id == one,
                Relationship.id.in_(theirs),
                Relationship.state.in_(TAKES_A_PLACE),
            )
            .limit(1)
        ).first()
        is not None
    )


def all_made_from(session: Session) -> frozenset[str]:
    """Return what made each relationship of the session's programme, ended or not."""
    return frozenset(session.scalars(select(Relationship.made_from)))


def pairs_together(session: Session) -> frozenset[tuple[str, str, Kind]]:
    """Return every pair of mentor and mentee, with the kind, whose relationship has not ended."""
    mentor, mentee = aliased(RelationshipMember), aliased(RelationshipMember)
    rows = session.execute(
        select(mentor.person_id, mentee.person_id, Relationship.kind)
        .join(mentor, mentor.relationship_id == Relationship.id)
        .join(mentee, mentee.relationship_id == Relationship.id)
        .where(
            mentor.role == MemberRole.MENTOR,
            mentee.role == MemberRole.MENTEE,
            Relationship.state.in_(TAKES_A_PLACE),
        )
    )
    return frozenset((one, other, kind) for one, other, kind in rows)
