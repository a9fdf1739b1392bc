"""What Slack delivered and was acted on: it may deliver the same again, over another way or later.

Only identifiers, hashed; forgotten after a day, when Slack delivers nothing of it any more.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Index, delete, select
from sqlalchemy.orm import Mapped, Session

from bot.store.base import Row, WorkspaceRow, in_workspace, new_row, require_own


class Received(WorkspaceRow, Row, kw_only=True):
    """One delivery that was acted on."""

    __tablename__ = "received"
    __table_args__ = in_workspace(Index(None, "at"))

    at: Mapped[datetime]


def first_time(session: Session, workspace_id: str, key: str, now: datetime) -> bool:
    """Note a delivery by Slack's key for it; False when it was noted before.

    Raises ValueError for another workspace than the session's.
    """
    require_own(session, workspace_id)
    statement = (
        new_row(session, Received)
        .values(id=_hashed(workspace_id, key), workspace_id=workspace_id, at=now)
        .on_conflict_do_nothing()
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def is_known(session: Session, workspace_id: str, key: str) -> bool:
    """Tell whether a delivery was noted."""
    query = select(Received.id).where(Received.id == _hashed(workspace_id, key))
    return session.scalars(query).first() is not None


def any_before(session: Session, before: datetime) -> bool:
    """Tell whether anything was noted before then (an unscoped session is needed)."""
    return session.scalars(select(Received.id).where(Received.at < before).limit(1)).first() is not None


def forget(session: Session, before: datetime, limit: int) -> int:
    """Forget up to ``limit`` deliveries noted before; return how many (an unscoped session is needed)."""
    old = select(Received.id).where(Received.at < before).limit(limit).scalar_subquery()
    return cast("CursorResult[Any]", session.execute(delete(Received).where(Received.id.in_(old)))).rowcount


def _hashed(workspace_id: str, key: str) -> str:
    return hashlib.sha256(f"{workspace_id}:{key}".encode()).hexdigest()[:40]
