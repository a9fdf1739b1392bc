"""What is due by time: whom to ask, to remind, to pass over, and moving a rhythm on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, exists, func, select, update
from sqlalchemy.orm import Session

from bot.store.checkins.rows import CheckIn, CheckInPause, CheckInState, DueRhythm, Rhythm
from bot.store.people import Membership, Person, PersonState, SlackAccount
from bot.store.relationships import Kind, Relationship, RelationshipState


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


def mark_reminded(session: Session, row: CheckIn, *, at: datetime, batch: str) -> bool:
    """Note the one reminder of a check-in; False when it was answered, passed or reminded of before."""
    return _while_unreminded(session, row, reminded_at=at, reminded_in=batch)


def remind_later(session: Session, row: CheckIn, at: datetime) -> bool:
    """Put the reminder of a check-in off; False when nothing is to be reminded of any more."""
    return _while_unreminded(session, row, remind_at=at)


def _while_unreminded(session: Session, row: CheckIn, **values: object) -> bool:
    result = session.execute(
        update(CheckIn)
        .where(CheckIn.id == row.id, CheckIn.state == CheckInState.ASKED, CheckIn.reminded_at.is_(None))
        .values(**values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


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


def pauses_of(session: Session, person_ids: Collection[str]) -> dict[str, CheckInPause]:
    """Return the pause of each of these people who asked for one."""
    rows = session.scalars(select(CheckInPause).where(CheckInPause.person_id.in_(list(person_ids))))
    return {row.person_id: row for row in rows}
