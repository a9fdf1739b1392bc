"""After a restore: what waited at the time of the backup may have been said since."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from bot.store.outbox import OutboxRow, OutboxState


def doubt_what_waits(session: Session, now: datetime) -> int:
    """Let Slack be asked about every open row before it is posted; return how many (unscoped session).

    What was recorded long before the backup may have been posted at any time since it was recorded.
    """
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state.in_([OutboxState.WAITING, OutboxState.CLAIMED]),
            OutboxRow.doubt_since.is_(None),
            OutboxRow.created_at <= now,
        )
        .values(doubt_since=OutboxRow.created_at)
    )
    return cast("CursorResult[Any]", result).rowcount
