"""Who the programme has started for, and starting it for more people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from bot.store.people import Membership, Person, PersonState, Role, SlackAccount


def waiting(session: Session) -> dict[str, frozenset[Role]]:
    """Return everybody in Slack the programme has not started for, with their roles."""
    found: dict[str, set[Role]] = {}
    for person_id, role in session.execute(
        select(Membership.person_id, Membership.role)
        .join(Person, Person.id == Membership.person_id)
        .join(SlackAccount, SlackAccount.person_id == Membership.person_id)
        .where(Membership.started_at.is_(None), Person.state == PersonState.HERE)
    ):
        found.setdefault(person_id, set()).add(role)
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


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


def mark_started(session: Session, person_ids: Collection[str], now: datetime) -> int:
    """Start the programme for these people where it had not; return how many roles that changed."""
    result = session.execute(
        update(Membership)
        .where(Membership.person_id.in_(list(person_ids)), Membership.started_at.is_(None))
        .values(started_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount
