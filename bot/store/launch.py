"""Who the programme has started for, and starting it for more people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bot.store.people import Membership, Person, PersonState, Role, SlackAccount


def waiting(session: Session) -> dict[str, frozenset[Role]]:
    """Return everybody in Slack the programme has not started for, with their roles."""
    found: dict[str, set[Role]] = {}
    for person_id, role in session.execute(select(Membership.person_id, Membership.role).where(*_waits())):
        found.setdefault(person_id, set()).add(role)
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def next_waiting(session: Session, limit: int) -> list[str]:
    """Return the ids of up to ``limit`` people the programme has not started for."""
    return list(
        session.scalars(
            select(Membership.person_id)
            .distinct()
            .where(*_waits())
            .order_by(Membership.person_id)
            .limit(limit)
        )
    )


def _waits() -> tuple[ColumnElement[bool], ...]:
    in_slack = (
        select(SlackAccount.person_id)
        .join(Person, Person.id == SlackAccount.person_id)
        .where(Person.state == PersonState.HERE)
    )
    return Membership.started_at.is_(None), Membership.person_id.in_(in_slack)


def started_count(session: Session) -> int:
    """Return how many people the programme has started for."""
    return len(
        session.scalars(
            select(Membership.person_id).where(Membership.started_at.is_not(None)).distinct()
        ).all()
    )


def people_of_slack_users(session: Session, user_ids: Iterable[str]) -> dict[str, str]:
    """Return person ids by Slack user id, for those of the programme only."""
    rows = session.execute(
        select(SlackAccount.user_id, SlackAccount.person_id).where(
            SlackAccount.user_id.in_(list(user_ids)),
            SlackAccount.person_id.in_(select(Membership.person_id)),
        )
    )
    return {user_id: person_id for user_id, person_id in rows}  # noqa: C416 - rows are not tuples of the right type


def mark_started(session: Session, person_ids: Collection[str], now: datetime) -> list[str]:
    """Start the programme for these people where it had not; return those for whom that changed something.

    Of two who start at once, each is given those that the other did not come to.
    """
    changed = session.scalars(
        update(Membership)
        .where(Membership.person_id.in_(list(person_ids)), Membership.started_at.is_(None))
        .values(started_at=now)
        .returning(Membership.person_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(set(changed))
