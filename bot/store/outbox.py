"""The outbox: what must be said to somebody else, recorded with the change that makes it so.

A row holds identifiers, never text; the words are made at the moment of sending, in the reader's language,
if the reason still holds. Its own random id is the key Slack sees in a message's metadata, so nothing about
a case can be read there. ``key`` is ours: what is said at most once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import JSON, CursorResult, Index, String, UniqueConstraint, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, WorkspaceRow, choice, in_workspace


class OutboxState(StrEnum):
    """Every row ends sent, dead with a reason, or cancelled; unknown waits for an operator or is resent."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """Post a message, or update the one an earlier key posted."""

    POST = "post"
    UPDATE = "update"


class OutboxRow(WorkspaceRow, Row, kw_only=True):
    """One thing to say."""

    __tablename__ = "outbox"
    __table_args__ = in_workspace(
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "state", "not_before"),
        Index(None, "state", "not_before"),
    )

    programme_id: Mapped[str | None] = mapped_column(String(40), default=None)
    kind: Mapped[str]
    verb: Mapped[Verb] = mapped_column(choice(Verb), default=Verb.POST)
    key: Mapped[str]
    updates_key: Mapped[str | None] = mapped_column(default=None)
    recipient_id: Mapped[str | None] = mapped_column(default=None)
    to_channel: Mapped[str | None] = mapped_column(default=None)
    ids: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState), default=OutboxState.WAITING)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    doubt_since: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    channel: Mapped[str | None] = mapped_column(default=None)
    ts: Mapped[str | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Notice:
    """Something to say to a person (``recipient_id``) or in a channel (``to_channel``), at most once per key.

    ``ids`` are what the reader of ``kind`` needs to make the words at the moment of sending. With
    ``updates_key`` the message that key posted is changed instead of a new one posted.
    """

    kind: str
    key: str
    recipient_id: str | None = None
    to_channel: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None
    expires_at: datetime | None = None
    updates_key: str | None = None


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
    if (notice.recipient_id is None) == (notice.to_channel is None):
        raise ValueError(f"{notice.kind}: a notice goes to one person or one channel")
    bind = session.get_bind()
    make: Any = postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert
    statement = (
        make(OutboxRow)
        .values(
            id=row_id,
            workspace_id=workspace_id,
            programme_id=programme_id,
            kind=notice.kind,
            verb=Verb.UPDATE if notice.updates_key else Verb.POST,
            key=notice.key,
            updates_key=notice.updates_key,
            recipient_id=notice.recipient_id,
            to_channel=notice.to_channel,
            ids=dict(notice.ids),
            state=OutboxState.WAITING,
            created_at=now,
            not_before=notice.not_before or now,
            expires_at=notice.expires_at,
            tries=0,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    )
    added = cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
    if added:
        session.info["noticed"] = True
    return added


def cancel(session: Session, key_prefix: str, *, now: datetime, reason: str) -> int:
    """Cancel what waits under keys that begin with ``key_prefix``: it is no longer true. Returns how many."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.key.startswith(key_prefix, autoescape=True), OutboxRow.state == OutboxState.WAITING)
        .values(state=OutboxState.CANCELLED, reason=reason, ended_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount


def by_key(session: Session, key: str) -> OutboxRow | None:
    """Return the row of a key within the session's workspace."""
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one_or_none()


def claim(
    session: Session, *, owner: str, now: datetime, lease_until: datetime, limit: int, max_tries: int
) -> list[OutboxRow]:
    """Take up to ``limit`` due rows of the session's workspace for ``owner`` until ``lease_until``.

    A row whose owner's lease ran out is taken again, keeping the doubt about its earlier attempt. Rows that
    have used up ``max_tries`` die here, so that a row that kills its process cannot do so for ever.
    """
    due = or_(
        (OutboxRow.state == OutboxState.WAITING) & (OutboxRow.not_before <= now),
        (OutboxRow.state == OutboxState.CLAIMED) & (OutboxRow.lease_until <= now),
    )
    rows = list(
        session.scalars(
            select(OutboxRow)
            .where(due)
            .order_by(OutboxRow.not_before, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    taken = []
    for row in rows:
        if row.expires_at is not None and row.expires_at <= now:
            row.state, row.reason, row.ended_at = OutboxState.CANCELLED, "expired", now
        elif row.tries >= max_tries:
            row.state, row.ended_at = OutboxState.DEAD, now
            row.reason = row.reason or "gave up"
        else:
            row.state, row.owner, row.lease_until = OutboxState.CLAIMED, owner, lease_until
            row.tries += 1
            taken.append(row)
    session.flush()
    return taken


def settle(session: Session, row_id: str, *, held_by: str, values: Mapping[str, object]) -> bool:
    """Write an attempt's outcome if ``held_by`` still holds the row; False when another took it over."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.owner == held_by, OutboxRow.state == OutboxState.CLAIMED)
        .values(**values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def waiting(session: Session, now: datetime) -> list[str]:
    """Return the workspaces that have something due (an unscoped session is needed)."""
    due = or_(
        (OutboxRow.state == OutboxState.WAITING) & (OutboxRow.not_before <= now),
        (OutboxRow.state == OutboxState.CLAIMED) & (OutboxRow.lease_until <= now),
    )
    return list(
        session.scalars(select(OutboxRow.workspace_id).where(due).distinct().order_by(OutboxRow.workspace_id))
    )


def counts(session: Session, states: Iterable[OutboxState]) -> dict[OutboxState, int]:
    """Return how many rows are in each of these states."""
    rows = session.execute(
        select(OutboxRow.state, func.count())
        .where(OutboxRow.state.in_(list(states)))
        .group_by(OutboxRow.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - rows are not tuples of the right type
