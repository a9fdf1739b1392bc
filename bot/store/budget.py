"""How many of the few messages a week that nobody asked for each person was sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.outbox import OutboxRow, OutboxState

AT_ONCE = 500
"""People one statement asks about: well within the parameters any database takes."""

COUNTED = (OutboxState.CLAIMED, OutboxState.SENT, OutboxState.UNKNOWN)
"""On its way, there, or perhaps there. One that Slack refused, or that was cancelled, reached nobody."""


def counted(session: Session, person_ids: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """Return when each of these people was sent something unrequested after ``since``, newest first.

    Over every programme of the session's workspace: a person has one inbox. Those without any are absent.
    """
    found: dict[str, list[datetime]] = {}
    ordered = sorted(person_ids)
    for start in range(0, len(ordered), AT_ONCE):
        rows = session.execute(
            select(OutboxRow.recipient_id, OutboxRow.counted_at)
            .where(
                OutboxRow.recipient_id.in_(ordered[start : start + AT_ONCE]),
                OutboxRow.counted_at > since,
                OutboxRow.state.in_(COUNTED),
            )
            .order_by(OutboxRow.counted_at.desc())
        )
        for person_id, at in rows:
            if person_id is not None and at is not None:
                found.setdefault(person_id, []).append(at)
    return found
