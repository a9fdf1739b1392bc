"""What a person, a message or a digest shows of check-ins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.checkins.rows import CheckIn, CheckInState, Rhythm
from bot.store.relationships import Relationship, RelationshipState


def in_message(session: Session, batch: str) -> list[CheckIn]:
    """Return the check-ins of one message, a first one or a reminder, in the order they are shown."""
    return list(
        session.scalars(
            select(CheckIn)
            .where((CheckIn.asked_in == batch) | (CheckIn.reminded_in == batch))
            .order_by(CheckIn.due_on, CheckIn.id)
        )
    )


def in_messages(session: Session, batches: Collection[str]) -> list[CheckIn]:
    """Return the check-ins of several messages, first ones or reminders, in the order they are shown."""
    found: dict[str, CheckIn] = {}
    for column in (CheckIn.asked_in, CheckIn.reminded_in):  # one index each: OR would read every row
        for row in session.scalars(select(CheckIn).where(column.in_(sorted(batches)))):
            found[row.id] = row
    return sorted(found.values(), key=lambda row: (row.due_on, row.id))


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
