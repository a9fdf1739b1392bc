"""The outbox: what must be said to somebody else, recorded with the change that makes it so.

A row holds identifiers, never text; the words are made at the moment of sending, in the reader's language,
if the reason still holds. Its own random id is the key Slack sees in a message's metadata, so nothing about
a case can be read there. ``key`` is ours: what is said at most once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    Index,
    String,
    UniqueConstraint,
    and_,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Instant, Row, WorkspaceRow, choice, in_workspace

Key = String(255).with_variant(String(255, collation="C"), "postgresql")
"""Compared byte by byte on every database, so that keys with the same beginning stand side by side."""

LAST = "\U0010ffff"
"""The last of all characters: what begins with a prefix sorts before the prefix and this."""

AT_ONCE = 200
"""Rows one statement adds: well within the parameters any database takes."""


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
        Index(None, "state", "workspace_id", "not_before"),
        Index(None, "state", "not_before"),
        Index(None, "workspace_id", "recipient_id", "counted_at"),
    )

    programme_id: Mapped[str | None] = mapped_column(String(40), default=None)
    kind: Mapped[str]
    verb: Mapped[Verb] = mapped_column(choice(Verb), default=Verb.POST)
    key: Mapped[str] = mapped_column(Key)
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
    counted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it took one of the few messages a week that nobody asked for; None for what stands outside."""
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
    bind = session.get_bind()
    make: Any = postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert
    added = 0
    for start in range(0, len(notices), AT_ONCE):
        statement = (
            make(OutboxRow)
            .values(
                [
                    _values(notice, row_id, workspace_id, programme_id, now)
                    for row_id, notice in notices[start : start + AT_ONCE]
                ]
            )
            .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        )
        added += cast("CursorResult[Any]", session.execute(statement)).rowcount
    if added:
        session.info.setdefault("noticed", set()).add(workspace_id)
    return added


def _values(
    notice: Notice, row_id: str, workspace_id: str, programme_id: str | None, now: datetime
) -> dict[str, Any]:
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

    Asked as a range of keys, for which both databases use the index of keys (LIKE would read every row).
    """
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.key >= key_prefix,
            OutboxRow.key < key_prefix + LAST,
            OutboxRow.state == OutboxState.WAITING,
        )
        .values(state=OutboxState.CANCELLED, reason=reason, ended_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount


def by_key(session: Session, key: str) -> OutboxRow | None:
    """Return the row of a key within the session's workspace."""
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one_or_none()


@dataclass(frozen=True)
class Claimed:
    """What a claim took: rows to attempt, rows whose tries are used up, and how many it looked at in all."""

    rows: tuple[OutboxRow, ...]
    used_up: tuple[OutboxRow, ...]
    looked_at: int


def claim(
    session: Session, *, owner: str, now: datetime, lease_until: datetime, limit: int, max_tries: int
) -> Claimed:
    """Take up to ``limit`` due rows of the session's workspace for ``owner`` until ``lease_until``.

    A row whose owner's lease ran out is taken again, with the doubt about its earlier attempt as it is. Each
    claim counts as a try, so that a row that kills its process cannot do so for ever; rows that have used up
    ``max_tries`` are taken to be ended. What expired is cancelled here.
    """
    rows = list(
        session.scalars(
            select(OutboxRow)
            .where(_is_due(now))
            .order_by(OutboxRow.not_before, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    taken, used_up = [], []
    for row in rows:
        if row.expires_at is not None and row.expires_at <= now:
            row.state, row.reason, row.ended_at = OutboxState.CANCELLED, "expired", now
            continue
        row.state, row.owner, row.lease_until = OutboxState.CLAIMED, owner, lease_until
        if row.tries >= max_tries:
            used_up.append(row)
        else:
            row.tries += 1
            taken.append(row)
    session.flush()
    return Claimed(tuple(taken), tuple(used_up), len(rows))


def begin_post(session: Session, row_id: str, *, held_by: str, now: datetime, lease_until: datetime) -> bool:
    """Record, right before Slack is asked to post, that from now on it may have the message.

    The lease is renewed with it. False when ``held_by`` no longer holds the row: it must not be posted.
    """
    result = session.execute(
        update(OutboxRow)
        .where(_held(row_id, held_by))
        .values(
            doubt_since=func.coalesce(OutboxRow.doubt_since, literal(now, Instant())), lease_until=lease_until
        )
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def give_back(session: Session, row_ids: Iterable[str], *, held_by: str) -> int:
    """Let rows wait again that were claimed and not attempted: no try is counted. Returns how many."""
    result = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id.in_(list(row_ids)),
            OutboxRow.owner == held_by,
            OutboxRow.state == OutboxState.CLAIMED,
        )
        .values(state=OutboxState.WAITING, owner=None, lease_until=None, tries=OutboxRow.tries - 1)
    )
    return cast("CursorResult[Any]", result).rowcount


def settle(session: Session, row_id: str, *, held_by: str, values: Mapping[str, object]) -> bool:
    """Write an attempt's outcome if ``held_by`` still holds the row; False when another took it over."""
    result = session.execute(
        update(OutboxRow).where(_held(row_id, held_by)).values(owner=None, lease_until=None, **values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _held(row_id: str, owner: str) -> ColumnElement[bool]:
    return and_(OutboxRow.id == row_id, OutboxRow.owner == owner, OutboxRow.state == OutboxState.CLAIMED)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= now),
        and_(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= now),
    )


def waiting(session: Session, now: datetime) -> list[str]:
    """Return the workspaces that have something due (an unscoped session is needed)."""
    return list(
        session.scalars(
            select(OutboxRow.workspace_id).where(_is_due(now)).distinct().order_by(OutboxRow.workspace_id)
        )
    )


def next_due(session: Session) -> datetime | None:
    """Return when the session's workspace next has a row due, or a lease ends; None: nothing waits."""
    waits = select(func.min(OutboxRow.not_before)).where(OutboxRow.state == OutboxState.WAITING)
    leases = select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == OutboxState.CLAIMED)
    found = [moment for query in (waits, leases) if (moment := session.scalars(query).one()) is not None]
    return min(found, default=None)
