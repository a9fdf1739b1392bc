"""How many of the few messages a week that nobody asked for each person was sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.store.base import among
from bot.store.outbox import OutboxRow, OutboxState, Verb, is_readable

COUNTED = (OutboxState.CLAIMED, OutboxState.SENT, OutboxState.UNKNOWN)
"""On its way, there, or perhaps there. One that Slack refused, or that was cancelled, reached nobody."""


def counted(session: Session, person_ids: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """Return when each of these people was sent something unrequested after ``since``, newest first.

    Over every programme of the session's workspace: a person has one inbox. Those without any are absent.
    """
    rows = session.execute(
        select(OutboxRow.recipient_id, OutboxRow.counted_at)
        .where(
            among(session, OutboxRow.recipient_id, person_ids),
            OutboxRow.counted_at > since,
            OutboxRow.state.in_(COUNTED),
        )
        .order_by(OutboxRow.counted_at.desc())
    )
    found: dict[str, list[datetime]] = {}
    for person_id, at in rows:
        if person_id is not None and at is not None:
            found.setdefault(person_id, []).append(at)
    return found


EXPIRED = "expired"
"""The reason ``outbox.claim`` gives."""
LATELY = timedelta(days=30)
MOST_HELD = 5
"""Of them on Home: each takes a few queries to be made into words."""


def held_for(
    session: Session, person_id: str, programme_id: str, kinds: Collection[str], now: datetime
) -> list[tuple[str, dict[str, str]]]:
    """Return kind and ids of what somebody has not been sent: held back for later, or expired of late.

    Newest first, at most ``MOST_HELD`` of these kinds within a programme.
    """
    rows = session.execute(
        select(OutboxRow.kind, OutboxRow.ids)
        .where(
            OutboxRow.recipient_id == person_id,
            OutboxRow.programme_id == programme_id,
            OutboxRow.verb == Verb.POST,
            OutboxRow.kind.in_(sorted(kinds)),
            or_(
                and_(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before > now),
                and_(
                    OutboxRow.state == OutboxState.CANCELLED,
                    OutboxRow.reason == EXPIRED,
                    OutboxRow.ended_at > now - LATELY,
                ),
            ),
        )
        .order_by(OutboxRow.created_at.desc(), OutboxRow.id)
        .limit(MOST_HELD)
    )
    return [(kind, dict(ids)) for kind, ids in rows if is_readable(ids)]
