"""Check-ins: each member's rhythm within a relationship, and each time somebody was asked how it goes.

Answers, scores too, are private to their author and therefore sealed; what a lead may know (asked, answered,
passed over, never met, please look in) stands in columns of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, Index, Select, String, UniqueConstraint, exists, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person
from bot.store.people import Membership, Person, PersonState, SlackAccount
from bot.store.relationships import Kind, Relationship, RelationshipMember, RelationshipState


class CheckInState(StrEnum):
    """Asked until answered or passed over; cancelled when the relationship paused or ended meanwhile."""

    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"
    CANCELLED = "cancelled"


class Rhythm(ProgrammeRow, Row, kw_only=True):
    """When one member of one relationship is asked next. No ``next_at`` means: not again."""

    __tablename__ = "checkin_rhythms"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "relationship_id", "person_id"),
        Index(None, "workspace_id", "programme_id", "next_at"),
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


@dataclass(frozen=True)
class DueRhythm:
    """A rhythm with what is needed to ask: the kind of relationship and the person's own clock."""

    rhythm: Rhythm
    kind: Kind
    time_zone: str


def rhythms_of(session: Session, relationship_id: str) -> list[Rhythm]:
    """Return the rhythms of a relationship's members."""
    return list(session.scalars(select(Rhythm).where(Rhythm.relationship_id == relationship_id)))


def time_zones(session: Session, person_ids: Iterable[str]) -> dict[str, str]:
    """Return the time zone of each of these people, with or without a Slack account."""
    rows = session.execute(select(Person.id, Person.time_zone).where(Person.id.in_(list(person_ids))))
    return {person_id: zone for person_id, zone in rows}  # noqa: C416 - rows are not tuples of the right type


def _askable() -> Select[Rhythm, Kind, str]:
    """Select rhythms of active relationships whose person is here, has Slack, and was started."""
    return (
        select(Rhythm, Relationship.kind, Person.time_zone)
        .join(Relationship, Relationship.id == Rhythm.relationship_id)
        .join(Person, Person.id == Rhythm.person_id)
        .where(
            Relationship.state == RelationshipState.ACTIVE,
            Person.state == PersonState.HERE,
            exists().where(SlackAccount.person_id == Rhythm.person_id),
            exists().where(Membership.person_id == Rhythm.person_id, Membership.started_at.is_not(None)),
        )
    )


def due(session: Session, now: datetime, limit: int) -> list[DueRhythm]:
    """Return what can be asked by now, oldest first."""
    rows = session.execute(
        _askable().where(Rhythm.next_at <= now).order_by(Rhythm.next_at, Rhythm.id).limit(limit)
    )
    return [DueRhythm(*row) for row in rows]


def due_of(session: Session, person_ids: Collection[str], until: datetime) -> list[DueRhythm]:
    """Return everything these people can be asked about until ``until``, oldest first."""
    rows = session.execute(
        _askable()
        .where(Rhythm.person_id.in_(list(person_ids)), Rhythm.next_at <= until)
        .order_by(Rhythm.next_at, Rhythm.id)
    )
    return [DueRhythm(*row) for row in rows]


def advance(
    session: Session,
    rhythm: Rhythm,
    *,
    next_on: date | None,
    next_at: datetime | None,
    survey: str,
) -> bool:
    """Move a rhythm on if it still stands where it was read; False when another clock got there first."""
    result = session.execute(
        update(Rhythm)
        .where(Rhythm.id == rhythm.id, Rhythm.next_at == rhythm.next_at, Rhythm.next_on == rhythm.next_on)
        .values(next_on=next_on, next_at=next_at, survey=survey)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def last_written(session: Session, person_ids: Collection[str]) -> dict[str, datetime]:
    """Return when each of these people last got a message about check-ins; those who never did are absent."""
    latest = func.max(CheckIn.asked_at), func.max(CheckIn.reminded_at)
    rows = session.execute(
        select(CheckIn.person_id, *latest)
        .where(CheckIn.person_id.in_(list(person_ids)))
        .group_by(CheckIn.person_id)
    )
    return {person_id: max(asked, reminded or asked) for person_id, asked, reminded in rows}


def in_message(session: Session, batch: str) -> list[CheckIn]:
    """Return the check-ins of one message, a first one or a reminder, in the order they are shown."""
    return list(
        session.scalars(
            select(CheckIn)
            .where((CheckIn.asked_in == batch) | (CheckIn.reminded_in == batch))
            .order_by(CheckIn.due_on, CheckIn.id)
        )
    )


def open_of_person(session: Session, person_id: str) -> list[CheckIn]:
    """Return what waits for a person's answer in active relationships, oldest first."""
    return list(
        session.scalars(
            select(CheckIn)
            .join(Relationship, Relationship.id == CheckIn.relationship_id)
            .where(
                CheckIn.person_id == person_id,
                CheckIn.state == CheckInState.ASKED,
                Relationship.state == RelationshipState.ACTIVE,
            )
            .order_by(CheckIn.asked_at, CheckIn.id)
        )
    )


def open_about(session: Session, person_id: str, relationship_ids: Collection[str]) -> list[CheckIn]:
    """Return a person's open check-ins about these relationships."""
    return list(
        session.scalars(
            select(CheckIn).where(
                CheckIn.person_id == person_id,
                CheckIn.relationship_id.in_(list(relationship_ids)),
                CheckIn.state == CheckInState.ASKED,
            )
        )
    )


def open_in(session: Session, relationship_id: str) -> list[CheckIn]:
    """Return the open check-ins of every member of a relationship."""
    return list(
        session.scalars(
            select(CheckIn).where(
                CheckIn.relationship_id == relationship_id, CheckIn.state == CheckInState.ASKED
            )
        )
    )


def newer_exists(session: Session, row: CheckIn) -> bool:
    """Tell whether the same person was asked again about the same relationship since."""
    return (
        session.scalars(
            select(CheckIn.id)
            .where(
                CheckIn.person_id == row.person_id,
                CheckIn.relationship_id == row.relationship_id,
                CheckIn.due_on > row.due_on,
            )
            .limit(1)
        ).first()
        is not None
    )


def due_for_reminder(session: Session, now: datetime, limit: int) -> list[tuple[CheckIn, str]]:
    """Return open check-ins nobody was reminded of yet, with the person's time zone, by person."""
    rows = session.execute(
        select(CheckIn, Person.time_zone)
        .join(Relationship, Relationship.id == CheckIn.relationship_id)
        .join(Person, Person.id == CheckIn.person_id)
        .where(
            CheckIn.state == CheckInState.ASKED,
            CheckIn.remind_at <= now,
            CheckIn.reminded_at.is_(None),
            CheckIn.passes_at > now,
            Relationship.state == RelationshipState.ACTIVE,
            Person.state == PersonState.HERE,
        )
        .order_by(CheckIn.person_id, CheckIn.id)
        .limit(limit)
    )
    return [(row, zone) for row, zone in rows]


def due_to_pass(session: Session, now: datetime, limit: int) -> list[tuple[CheckIn, RelationshipState]]:
    """Return open check-ins whose time ran out, or whose relationship ended, with its state."""
    rows = session.execute(
        select(CheckIn, Relationship.state)
        .join(Relationship, Relationship.id == CheckIn.relationship_id)
        .where(
            CheckIn.state == CheckInState.ASKED,
            (CheckIn.passes_at <= now) | (Relationship.state == RelationshipState.ENDED),
        )
        .order_by(CheckIn.id)
        .limit(limit)
    )
    return [(row, state) for row, state in rows]


def of_occasion(session: Session, relationship_id: str, due_on: date) -> list[CheckIn]:
    """Return what every member of a relationship was asked for the same day of its rhythm."""
    return list(
        session.scalars(
            select(CheckIn)
            .where(CheckIn.relationship_id == relationship_id, CheckIn.due_on == due_on)
            .order_by(CheckIn.person_id)
        )
    )


def answered_between(session: Session, since: datetime, until: datetime) -> list[CheckIn]:
    """Return the check-ins answered in ``[since, until)``, with answers."""
    return list(
        session.scalars(
            select(CheckIn).where(
                CheckIn.state == CheckInState.ANSWERED,
                CheckIn.answers.is_not(None),
                CheckIn.answered_at >= since,
                CheckIn.answered_at < until,
            )
        )
    )


def of_active(session: Session, asked_since: datetime) -> list[CheckIn]:
    """Return the check-ins of active relationships asked since then, newest occasion first."""
    return list(
        session.scalars(
            select(CheckIn)
            .join(Relationship, Relationship.id == CheckIn.relationship_id)
            .where(Relationship.state == RelationshipState.ACTIVE, CheckIn.asked_at >= asked_since)
            .order_by(CheckIn.relationship_id, CheckIn.due_on.desc(), CheckIn.person_id)
        )
    )


def last_answered(session: Session, person_id: str) -> datetime | None:
    """Return when a person last answered a check-in."""
    return session.scalars(select(func.max(CheckIn.answered_at)).where(CheckIn.person_id == person_id)).one()


def next_of_person(session: Session, person_id: str) -> list[Rhythm]:
    """Return the coming check-ins of a person in active relationships, soonest first."""
    return list(
        session.scalars(
            select(Rhythm)
            .join(Relationship, Relationship.id == Rhythm.relationship_id)
            .where(
                Rhythm.person_id == person_id,
                Rhythm.next_at.is_not(None),
                Relationship.state == RelationshipState.ACTIVE,
            )
            .order_by(Rhythm.next_at, Rhythm.id)
        )
    )


def members_of(
    session: Session, relationship_ids: Collection[str]
) -> dict[str, Sequence[RelationshipMember]]:
    """Return the members of these relationships, by relationship, mentors first, in one query."""
    found: dict[str, list[RelationshipMember]] = {}
    for member in session.scalars(
        select(RelationshipMember)
        .where(RelationshipMember.relationship_id.in_(list(relationship_ids)))
        .order_by(RelationshipMember.role.desc(), RelationshipMember.person_id)
    ):
        found.setdefault(member.relationship_id, []).append(member)
    return dict(found)


def pauses_of(session: Session, person_ids: Collection[str]) -> dict[str, CheckInPause]:
    """Return the pause of each of these people who asked for one."""
    rows = session.scalars(select(CheckInPause).where(CheckInPause.person_id.in_(list(person_ids))))
    return {row.person_id: row for row in rows}
