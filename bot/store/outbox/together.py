"""What falls together: several things of one kind for one person stand in one message.

Each keeps a row and a key of its own, so that it is said at most once. The first of them carries the message:
its ids hold those of every part. The rows of the others are over, and say why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.base import add_many
from bot.store.outbox.columns import PARTS, is_readable
from bot.store.outbox.rows import Notice, OutboxRow, OutboxState, Verb
from bot.store.outbox.saying import put, values_of

MOST_PARTS = 8
"""In one message: with five blocks each, a title and small print they are within Slack's fifty."""
JOINED = "goes in one message with another"


def parts_of(ids: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the ids of each part of what a row says: of a row that was never joined, its own."""
    if PARTS not in ids:
        return [dict(ids)]
    parts: list[dict[str, str]] = json.loads(ids[PARTS])
    return parts


def put_together(
    session: Session,
    notice: Notice,
    *,
    row_id: str,
    workspace_id: str,
    programme_id: str | None,
    now: datetime,
) -> bool:
    """Record what must be said in the message of its kind that still waits for that person, else in its own.

    False when that key was recorded before, which changes nothing. A message that a sender has claimed, or
    that Slack may have, is joined no more. The joined one goes when the first would have gone, and expires
    with the last of its parts.
    """
    carrier = _carrier(session, notice, programme_id)
    if carrier is None:
        return put(
            session, notice, row_id=row_id, workspace_id=workspace_id, programme_id=programme_id, now=now
        )
    over = {"state": OutboxState.CANCELLED, "reason": JOINED, "ended_at": now}
    row = {**values_of(notice, row_id, workspace_id, programme_id, now), **over}
    if not add_many(session, OutboxRow, [row], unless=("workspace_id", "key")):
        return False
    parts = parts_of(carrier.ids)
    if dict(notice.ids) not in parts:
        carrier.ids = {**carrier.ids, PARTS: json.dumps([*parts, dict(notice.ids)])}
    if carrier.expires_at is not None:
        carrier.expires_at = max(carrier.expires_at, notice.expires_at) if notice.expires_at else None
    session.flush()
    return True


def _carrier(session: Session, notice: Notice, programme_id: str | None) -> OutboxRow | None:
    """Return the row to join, locked, so that no sender takes it before it carries one more."""
    waiting = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.recipient_id == notice.recipient_id,
            OutboxRow.programme_id == programme_id,
            OutboxRow.kind == notice.kind,
            OutboxRow.verb == Verb.POST,
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.doubt_since.is_(None),
        )
        .order_by(OutboxRow.created_at, OutboxRow.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return next(
        (row for row in waiting if is_readable(row.ids) and len(parts_of(row.ids)) < MOST_PARTS), None
    )
