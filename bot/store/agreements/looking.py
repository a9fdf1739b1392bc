"""Which programmes have agreements to remind of, to announce the end of, or to offer: one statement each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import exists, literal_column, select
from sqlalchemy.orm import Session

from bot.store import due
from bot.store.agreements.rows import Agreement
from bot.store.due import Place, same_programme
from bot.store.people import Membership
from bot.store.relationships import Basis, Relationship, RelationshipMember, RelationshipState

LONGEST_NOTICE = 366
"""Days before the end; a file may name more, and is then asked for as many."""


def places_to_remind(session: Session, now: datetime) -> list[Place]:
    """Return where an agreement has waited long enough (an unscoped session is needed, here and below)."""
    return due.places(
        session,
        select(Agreement.workspace_id, Agreement.programme_id)
        .join(Relationship, Relationship.id == Agreement.relationship_id)
        .where(Agreement.remind_at <= now, Relationship.state != RelationshipState.ENDED),
    )


def places_ending(session: Session, today: date, notice_days: Iterable[int]) -> list[Place]:
    """Return where an agreement needs a notice before its end.

    A notice may have been given for any number of days, also one that is in no file any more: they are named
    one by one, since an index can jump from one to the next but would read everything between them.
    """
    days_before = sorted(notice_days)
    longest = days_before[-1]
    queries = []
    for days in days_before:
        ending = (
            select(Agreement.workspace_id, Agreement.programme_id)
            .join(Relationship, Relationship.id == Agreement.relationship_id)
            .where(
                Agreement.ends_on >= today,
                Agreement.ends_on <= today + timedelta(days=days),
                Relationship.state.in_([RelationshipState.ACTIVE, RelationshipState.PAUSED]),
            )
        )
        if days == longest:
            queries.append(ending.where(Agreement.renewal_noticed.is_(None)))
        queries.append(ending.where(literal_column(_noticed_before(days, max(longest, LONGEST_NOTICE)))))
    return due.places(session, *queries)


@lru_cache
def _noticed_before(days: int, longest: int) -> str:
    # As text: to bind hundreds of values at each look costs more than the look.
    return f"agreements.renewal_noticed IN ({', '.join(map(str, range(days + 1, longest + 1))) or 'NULL'})"


def places_without_agreement(session: Session, _now: datetime) -> list[Place]:
    """Return where an active relationship that never had an agreement has not been offered one."""
    started = exists().where(
        *same_programme(Membership, RelationshipMember),
        Membership.person_id == RelationshipMember.person_id,
        Membership.started_at.is_not(None),
    )
    unstarted = exists().where(
        *same_programme(RelationshipMember, Relationship),
        RelationshipMember.relationship_id == Relationship.id,
        ~started,
    )
    return due.places(
        session,
        select(Relationship.workspace_id, Relationship.programme_id).where(
            due.literally(Relationship.state, RelationshipState.ACTIVE),
            due.literally(Relationship.basis, Basis.NONE),
            Relationship.offered_at.is_(None),
            ~unstarted,
        ),
    )
