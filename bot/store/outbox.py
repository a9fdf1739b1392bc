"""The outbox: what must be said to somebody else, recorded with the change that makes it so.

A row holds identifiers, never text; the words are made at the moment of sending, in the reader's language,
if the reason still holds. Its own random id is the key Slack sees in a message's metadata, so nothing about
a case can be read there. ``key`` is ours: what is said at most once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    Index,
    ScalarSelect,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Instant, Row, WorkspaceRow, add_many, choice, in_workspace
from bot.store.programmes import Workspace, WorkspaceState

Key = String(255).with_variant(String(255, collation="C"), "postgresql")
"""Compared byte by byte on every database, so that keys with the same beginning stand side by side."""

LAST = "\U0010ffff"
"""The last of all characters: what begins with a prefix sorts before the prefix and this."""

AFTER_A_LOSS = 10
"""Rows claimed together whose process ended, the first time that happens to them."""

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
    rows = [_values(notice, row_id, workspace_id, programme_id, now) for row_id, notice in notices]
    added = add_many(session, OutboxRow, rows, unless=("workspace_id", "key"))
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
    session: Session,
    *,
    owner: str,
    now: datetime,
    lease_until: datetime,
    limit: int,
    max_tries: int,
    enduring: Collection[str] = (),
) -> Claimed:
    """Take up to ``limit`` due rows of the session's workspace for ``owner`` until ``lease_until``.

    Each claim counts as a try. A row whose owner's lease ran out is taken again, with the doubt about its
    earlier attempt as it is: in a small group the first time, alone from then on, so that a message that
    makes its process end cannot take others with it for ever; rows that have used up ``max_tries`` are taken
    to be ended. What expired is cancelled here, except what is of an ``enduring`` kind, which never expires.
    """
    _mend_leases(session, now, lease_until)
    rows = _lost(session, owner, now, lease_until) or _next(session, owner, now, lease_until, limit)
    taken, used_up = [], []
    for row in sorted(rows, key=lambda row: (row.not_before, row.id)):
        if row.expires_at is not None and row.expires_at <= now and row.kind not in enduring:
            row.state, row.reason, row.ended_at = OutboxState.CANCELLED, "expired", now
            row.owner = row.lease_until = None
            row.tries -= 1
        elif row.tries > max_tries:
            row.tries -= 1
            used_up.append(row)
        else:
            taken.append(row)
    session.flush()
    return Claimed(tuple(taken), tuple(used_up), len(rows))


def _mend_leases(session: Session, now: datetime, lease_until: datetime) -> None:
    """Shorten leases that end later than any could: the clock was set back since they were given.

    Their owner keeps them for one whole lease by the clock as it is now.
    """
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until > lease_until + (lease_until - now)
        )
        .values(lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )


def _lost(session: Session, owner: str, now: datetime, lease_until: datetime) -> list[OutboxRow]:
    """Take rows whose owner's lease ran out: the one that was lost most often alone, else a few."""
    found = session.execute(
        select(OutboxRow.id, OutboxRow.tries)
        .where(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= now)
        .order_by(OutboxRow.tries.desc(), OutboxRow.id)
        .limit(AFTER_A_LOSS)
        .with_for_update(skip_locked=True)
    ).all()
    if not found:
        return []
    ids = [found[0][0]] if found[0][1] > 1 else [row_id for row_id, _ in found]
    return _take(session, OutboxRow.id.in_(ids), owner, lease_until)


def _next(session: Session, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[OutboxRow]:
    """Take the rows that have waited longest."""
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= now)
        .order_by(OutboxRow.not_before, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return _take(session, OutboxRow.id.in_(list(session.scalars(due))), owner, lease_until)


def _take(session: Session, which: ColumnElement[bool], owner: str, lease_until: datetime) -> list[OutboxRow]:
    return list(
        session.scalars(
            update(OutboxRow)
            .where(which)
            .values(
                state=OutboxState.CLAIMED, owner=owner, lease_until=lease_until, tries=OutboxRow.tries + 1
            )
            .returning(OutboxRow)
            .execution_options(synchronize_session=False)
        )
    )


def begin_posts(
    session: Session,
    row_ids: Collection[str],
    *,
    held_by: str,
    now: datetime,
    lease_until: datetime,
    counted: Collection[str] = (),
) -> frozenset[str]:
    """Record, right before Slack is asked to post these, that from now on it may have them.

    The lease is renewed with it, and the ``counted`` ones take their place among the few messages a week
    nobody asked for. Returns those that ``held_by`` still holds: no other may be posted.
    """
    mine = (OutboxRow.owner == held_by, OutboxRow.state == OutboxState.CLAIMED)
    held = session.scalars(
        update(OutboxRow)
        .where(OutboxRow.id.in_(sorted(row_ids)), *mine)
        .values(
            doubt_since=func.coalesce(OutboxRow.doubt_since, literal(now, Instant())), lease_until=lease_until
        )
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    counting = sorted(set(held) & set(counted))
    if counting:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(counting), OutboxRow.counted_at.is_(None))
            .values(counted_at=now)
            .execution_options(synchronize_session=False)
        )
    return frozenset(held)


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
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount


def settle_all(
    session: Session, outcomes: Sequence[tuple[str, Mapping[str, object]]], *, held_by: str
) -> frozenset[str]:
    """Write the outcomes of attempts, row by row those that ``held_by`` still holds; return which these are.

    What another sender took over meanwhile is left to it.
    """
    wanted = [row_id for row_id, _ in outcomes]
    held = set(
        session.scalars(
            select(OutboxRow.id)
            .where(
                OutboxRow.id.in_(sorted(wanted)),
                OutboxRow.owner == held_by,
                OutboxRow.state == OutboxState.CLAIMED,
            )
            .order_by(OutboxRow.id)
            .with_for_update()
        )
    )
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row_id, values in sorted(outcomes, key=lambda outcome: outcome[0]):
        if row_id in held:
            parameters = {f"new_{name}": value for name, value in values.items()}
            alike.setdefault(tuple(sorted(values)), []).append({"of": row_id, **parameters})
    table = cast("Table", OutboxRow.__table__)
    connection = session.connection()
    for names, rows in alike.items():
        written = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("of"))
            .values(owner=None, lease_until=None, **written),
            rows,
        )
    return frozenset(held)


def settle(session: Session, row_id: str, *, held_by: str, values: Mapping[str, object]) -> bool:
    """Write one attempt's outcome if ``held_by`` still holds the row; False when another took it over."""
    return row_id in settle_all(session, [(row_id, values)], held_by=held_by)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= now),
        and_(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= now),
    )


def waiting(session: Session, now: datetime) -> list[str]:
    """Return the workspaces that have something due (an unscoped session is needed).

    Goes from one workspace to the next in the index, so that it costs as much as there are workspaces,
    however much one of them has waiting.
    """
    found = set(
        session.scalars(
            select(OutboxRow.workspace_id)
            .where(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= now)
            .distinct()
        )
    )

    def first(*more: ColumnElement[bool]) -> ScalarSelect[str]:
        return (
            select(OutboxRow.workspace_id)
            .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= now, *more)
            .order_by(OutboxRow.workspace_id)
            .limit(1)
            .scalar_subquery()
        )

    steps = select(first().label("id")).cte("steps", recursive=True)
    steps = steps.union_all(select(first(OutboxRow.workspace_id > steps.c.id)).where(steps.c.id.is_not(None)))
    found.update(session.scalars(select(steps.c.id).where(steps.c.id.is_not(None))))
    if not found:
        return []
    # Where the bot was removed nothing is sent: what waits there is kept, in case it comes back.
    here = select(Workspace.id).where(Workspace.id.in_(found), Workspace.state == WorkspaceState.INSTALLED)
    return sorted(session.scalars(here))


def next_due(session: Session) -> datetime | None:
    """Return when the session's workspace next has a row due, or a lease ends; None: nothing waits."""
    waits = select(func.min(OutboxRow.not_before)).where(OutboxRow.state == OutboxState.WAITING)
    leases = select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == OutboxState.CLAIMED)
    found = [moment for query in (waits, leases) if (moment := session.scalars(query).one()) is not None]
    return min(found, default=None)
