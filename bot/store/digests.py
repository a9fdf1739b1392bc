"""Weekly digests, one a lead and week, and what is read to make one: each in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import due
from bot.store.acts import Act
from bot.store.base import ProgrammeRow, Row, in_programme, of_person
from bot.store.due import Place
from bot.store.outbox import OutboxRow, OutboxState
from bot.store.people import Membership, Person, PersonState, Role
from bot.store.profiles import Profile, ProfileState
from bot.store.relationships import (
    Basis,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
    places_taken,
)
from bot.store.requests import MentorRequest, RequestState

SNAPSHOT_VERSION = 1


class Thing(StrEnum):
    """What may need a lead, the most pressing first."""

    CONCERNS = "concerns"
    LOOK_IN = "look_in"
    UNDELIVERED = "undelivered"
    REQUESTS = "requests"
    AGREEMENTS = "agreements"
    MENTEES = "mentees"
    NEVER_MET = "never_met"
    SILENT = "silent"
    OVERLOADED = "overloaded"
    DORMANT = "dormant"


class Digest(ProgrammeRow, Row, kw_only=True):
    """One lead's digest of one week. ``snapshot`` holds counts only, frozen at the moment of sending."""

    __tablename__ = "digests"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "lead_id", "week"), of_person("lead_id")
    )

    lead_id: Mapped[str]
    week: Mapped[str] = mapped_column(String(10))
    """ISO week, such as ``2027-W09``: texts of one length, so that they sort by time."""
    due_at: Mapped[datetime]
    snapshot_version: Mapped[int] = mapped_column(default=SNAPSHOT_VERSION)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Member:
    """Somebody of the programme in one role; ``started_at`` is when it began for them, None for not yet."""

    person_id: str
    time_zone: str
    started_at: datetime | None


@dataclass(frozen=True)
class Pair:
    """One relationship with everybody in it."""

    relationship_id: str
    state: RelationshipState
    basis: Basis
    created_at: datetime
    started_on: date | None
    ended_at: datetime | None
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    """Everybody who is not a mentor in it: mentees, and peers."""

    @property
    def people(self) -> frozenset[str]:
        """Return everybody in it."""
        return frozenset(self.mentors) | frozenset(self.mentees)


@dataclass(frozen=True)
class Open:
    """A request that waits for its mentor."""

    request_id: str
    mentor_id: str
    asked_at: datetime


@dataclass(frozen=True)
class Offer:
    """What a mentor offers, and how much of it is taken."""

    person_id: str
    state: ProfileState
    places: int
    taken: int


@dataclass(frozen=True)
class Undelivered:
    """A message that could not be delivered."""

    recipient_id: str
    since: datetime


def members(session: Session, role: Role) -> list[Member]:
    """Return everybody here who holds a role, by person id."""
    rows = session.execute(
        select(Person.id, Person.time_zone, Membership.started_at)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.state == PersonState.HERE, Membership.role == role)
        .order_by(Person.id)
    )
    return [Member(*row) for row in rows]


def leads_to_look_at(session: Session, now: datetime, limit: int) -> list[tuple[Membership, str]]:
    """Return leads, with their time zone, whose digest may be due by now."""
    rows = session.execute(
        select(Membership, Person.time_zone)
        .join(Person, Person.id == Membership.person_id)
        .where(*_leads(), or_(*_to_look_at(now)))
        .order_by(Membership.id)
        .limit(limit)
    )
    return [(membership, zone) for membership, zone in rows]


def places_due(session: Session, now: datetime) -> list[Place]:
    """Return where a lead's digest may be due by now (an unscoped session is needed)."""
    leads = (
        select(Membership.workspace_id, Membership.programme_id)
        .join(Person, Person.id == Membership.person_id)
        .where(*_leads())
    )
    return due.places(session, *(leads.where(condition) for condition in _to_look_at(now)))


def _leads() -> tuple[ColumnElement[bool], ...]:
    return (
        due.literally(Membership.role, Role.LEAD),
        Membership.started_at.is_not(None),
        Person.state == PersonState.HERE,
    )


def _to_look_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of which one must hold: apart, since each is one step into the index."""
    return Membership.next_digest_at.is_(None), Membership.next_digest_at <= now


def pairs(session: Session) -> list[Pair]:
    """Return every relationship, ended ones too, oldest first."""
    found: dict[str, tuple[Relationship, list[RelationshipMember]]] = {}
    for relationship, member in session.execute(
        select(Relationship, RelationshipMember)
        .join(RelationshipMember, RelationshipMember.relationship_id == Relationship.id)
        .order_by(Relationship.created_at, Relationship.id, RelationshipMember.person_id)
    ):
        found.setdefault(relationship.id, (relationship, []))[1].append(member)
    return [
        Pair(
            relationship_id=row.id,
            state=row.state,
            basis=row.basis,
            created_at=row.created_at,
            started_on=row.started_on,
            ended_at=row.ended_at,
            mentors=tuple(m.person_id for m in theirs if m.role is MemberRole.MENTOR),
            mentees=tuple(m.person_id for m in theirs if m.role is not MemberRole.MENTOR),
        )
        for row, theirs in found.values()
    ]


def open_requests(session: Session) -> list[Open]:
    """Return every open request, oldest first."""
    rows = session.execute(
        select(MentorRequest.id, MentorRequest.mentor_id, MentorRequest.asked_at)
        .where(MentorRequest.state == RequestState.OPEN)
        .order_by(MentorRequest.asked_at, MentorRequest.id)
    )
    return [Open(*row) for row in rows]


def offers(session: Session, mentor_ids: Iterable[str]) -> list[Offer]:
    """Return what these mentors offer; those without a profile are absent."""
    ids = list(mentor_ids)
    taken = places_taken(session, ids)
    rows = session.execute(
        select(Profile.person_id, Profile.state, Profile.places)
        .where(Profile.person_id.in_(ids))
        .order_by(Profile.person_id)
    )
    return [Offer(person_id, state, places, taken.get(person_id, 0)) for person_id, state, places in rows]


def last_acts(session: Session, but: str) -> dict[str, datetime]:
    """Return when each person last did anything in the programme other than acts that begin with ``but``."""
    rows = session.execute(
        select(Act.who, func.max(Act.at)).where(~Act.what.startswith(but, autoescape=True)).group_by(Act.who)
    )
    return {who: at for who, at in rows}  # noqa: C416 - rows are not tuples of the right type


def undelivered(session: Session, programme_id: str, since: datetime, but_kinds: str) -> list[Undelivered]:
    """Return messages to persons that ended undelivered since then, but not kinds that begin so."""
    rows = session.execute(
        select(OutboxRow.recipient_id, OutboxRow.ended_at)
        .where(
            OutboxRow.programme_id == programme_id,
            OutboxRow.state.in_([OutboxState.DEAD, OutboxState.UNKNOWN]),
            OutboxRow.ended_at >= since,
            OutboxRow.recipient_id.is_not(None),
            ~OutboxRow.kind.startswith(but_kinds, autoescape=True),
        )
        .order_by(OutboxRow.ended_at, OutboxRow.id)
    )
    return [Undelivered(recipient, ended) for recipient, ended in rows if recipient and ended]


def existing(session: Session, lead_ids: Iterable[str], weeks: Iterable[str]) -> set[tuple[str, str]]:
    """Return which of these leads have a digest of which of these weeks."""
    rows = session.execute(
        select(Digest.lead_id, Digest.week).where(
            Digest.lead_id.in_(list(lead_ids)), Digest.week.in_(list(weeks))
        )
    )
    return {(lead_id, week) for lead_id, week in rows}


def latest(session: Session, lead_id: str, *, before: str | None = None) -> Digest | None:
    """Return a lead's newest frozen digest, of a week earlier than ``before`` where given."""
    query = select(Digest).where(Digest.lead_id == lead_id, Digest.frozen_at.is_not(None))
    if before is not None:
        query = query.where(Digest.week < before)
    return session.scalars(query.order_by(Digest.week.desc()).limit(1)).one_or_none()
