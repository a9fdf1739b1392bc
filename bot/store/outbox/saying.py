"""Recording what must be said, and taking it back while it waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, func, null, select, update
from sqlalchemy.orm import Session

from bot.store.base import add_many
from bot.store.outbox.columns import PARTS
from bot.store.outbox.rows import Notice, OutboxRow, OutboxState, Verb

LAST = "\U0010ffff"
"""The last of all characters: what begins with a prefix sorts before the prefix and this."""


def put(
    session: Session,
    notice: Notice,
    *,
    row_id: str,
    workspace_id: str,
    programme_id: str | None,
    now: datetime,
) -> bool:
    """Record what must be said; False when that key was recorded before, which changes nothing."""
    return (
        put_many(session, [(row_id, notice)], workspace_id=workspace_id, programme_id=programme_id, now=now)
        == 1
    )


def put_many(
    session: Session,
    notices: Sequence[tuple[str, Notice]],
    *,
    workspace_id: str,
    programme_id: str | None,
    now: datetime,
) -> int:
    """Record notices under these row ids, many in one statement; return how many keys were new."""
    rows = [values_of(notice, row_id, workspace_id, programme_id, now) for row_id, notice in notices]
    added = add_many(session, OutboxRow, rows, unless=("workspace_id", "key"))
    if added:
        session.info.setdefault("noticed", set()).add(workspace_id)
    return added


def values_of(
    notice: Notice, row_id: str, workspace_id: str, programme_id: str | None, now: datetime
) -> dict[str, Any]:
    """Return the columns of a row that waits. Raises ValueError unless it goes to one person or channel."""
    if (notice.recipient_id is None) == (notice.to_channel is None):
        raise ValueError(f"{notice.kind}: a notice goes to one person or one channel")
    return {
        "id": row_id,
        "workspace_id": workspace_id,
        "programme_id": programme_id,
        "kind": notice.kind,
        "verb": Verb.UPDATE if notice.updates_key else Verb.POST,
        "key": notice.key,
        "updates_key": notice.updates_key,
        "recipient_id": notice.recipient_id,
        "to_channel": notice.to_channel,
        "ids": dict(notice.ids),
        "state": OutboxState.WAITING,
        "created_at": now,
        "not_before": notice.not_before or now,
        "expires_at": notice.expires_at,
        "tries": 0,
    }


def cancel(session: Session, key_prefix: str, *, now: datetime, reason: str) -> int:
    """Cancel what waits under keys that begin with ``key_prefix``: it is no longer true. Returns how many.

    A row that carries several things stays: what is no longer true is left out as it is sent.

    Asked as a range of keys, for which both databases use the index of keys (LIKE would read every row).
    """
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.key >= key_prefix,
            OutboxRow.key < key_prefix + LAST,
            OutboxRow.state == OutboxState.WAITING,
            _parts(session).is_(None),
        )
        .values(state=OutboxState.CANCELLED, reason=reason, ended_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount


def _parts(session: Session) -> ColumnElement[str | None]:
    """Return the parts of a row. SQLite ends a statement where it finds no JSON: that is asked first."""
    parts: ColumnElement[str | None] = OutboxRow.ids[PARTS].as_string()
    if session.get_bind().dialect.name == "postgresql":
        return parts
    return case((func.json_valid(OutboxRow.ids) == 1, parts), else_=null())


def by_key(session: Session, key: str) -> OutboxRow | None:
    """Return the row of a key within the session's workspace."""
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one_or_none()
