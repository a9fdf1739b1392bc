"""Removing everything of one workspace, table after table, whatever tables there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from bot.store.base import Row, WorkspaceRow
from bot.store.outbox.rows import OutboxRow, OutboxState

REASON = "the app was removed from its workspace, whose data is being erased"


def cancel_waiting(session: Session, workspace_id: str, now: datetime) -> int:
    """Cancel whatever waits to be sent in a workspace; return how many (an unscoped session is needed).

    Each row ends with a reason before any goes: if the erasure is stopped half-way, none seems to wait.
    """
    open_ones = (OutboxState.WAITING, OutboxState.CLAIMED)
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.workspace_id == workspace_id, OutboxRow.state.in_(open_ones))
        .values(state=OutboxState.CANCELLED, reason=REASON, ended_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount


def remove(session: Session, workspace_id: str, limit: int) -> int:
    """Remove up to about ``limit`` rows of a workspace; return how many (an unscoped session is needed).

    Tables that refer to others come first, so that no batch leaves a reference to what is gone. A row that
    refers to its own table goes with all of that table in one statement.
    """
    removed = 0
    for table in reversed(tables()):
        if removed >= limit:
            break
        where = table.workspace_id == workspace_id
        if not _refers_to_itself(table):
            some = select(table.id).where(where).limit(limit - removed).scalar_subquery()
            where = table.id.in_(some)
        removed += cast("CursorResult[Any]", session.execute(delete(table).where(where))).rowcount
    return removed


def tables() -> list[Any]:
    """Return every mapped table of a workspace, those first that others refer to."""
    order = {table.name: number for number, table in enumerate(Row.metadata.sorted_tables)}
    mapped: list[Any] = [
        mapper.class_ for mapper in Row.registry.mappers if issubclass(mapper.class_, WorkspaceRow)
    ]
    return sorted(mapped, key=lambda table: order[table.__tablename__])


def _refers_to_itself(table: Any) -> bool:
    keys = Row.metadata.tables[table.__tablename__].foreign_keys
    return any(key.column.table.name == table.__tablename__ for key in keys)
