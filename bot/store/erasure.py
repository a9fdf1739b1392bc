"""Removing everything of one workspace, table after table, whatever tables there are."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from bot.store.base import Row, WorkspaceRow


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
