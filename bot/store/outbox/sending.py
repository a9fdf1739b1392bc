"""What a sender does with rows: claim, begin their posts, record what came of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.orm import Session

from bot.store.base import Instant, set_many
from bot.store.outbox.rows import OutboxRow, OutboxState

AFTER_A_LOSS = 10
"""Rows claimed together whose process ended, the first time that happens to them."""


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
    mend: bool = True,
) -> Claimed:
    """Take up to ``limit`` due rows of the session's workspace for ``owner`` until ``lease_until``.

    Each claim counts as a try. A row whose owner's lease ran out is taken again, with the doubt about its
    earlier attempt as it is: in a small group the first time, alone from then on, so that a message that
    makes its process end cannot take others with it for ever; rows that have used up ``max_tries`` are taken
    to be ended. What expired is cancelled here, except what is of an ``enduring`` kind, which never expires.
    With ``mend``, wanted now and then, leases are shortened that end later than any could.
    """
    if mend:
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


# Made once: a claim is asked for with every group, and making a statement costs more than asking it.
_NOW, _UNTIL = bindparam("now", type_=Instant()), bindparam("until", type_=Instant())
_MEND = (
    update(OutboxRow)
    .where(
        OutboxRow.state == OutboxState.CLAIMED,
        OutboxRow.lease_until > bindparam("longest", type_=Instant()),
    )
    .values(lease_until=_UNTIL)
    .execution_options(synchronize_session=False)
)
_LOST = (
    select(OutboxRow.id, OutboxRow.tries)
    .where(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= _NOW)
    .order_by(OutboxRow.tries.desc(), OutboxRow.id)
    .limit(AFTER_A_LOSS)
    .with_for_update(skip_locked=True)
)
_NEXT = (
    select(OutboxRow.id)
    .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= _NOW)
    .order_by(OutboxRow.not_before, OutboxRow.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(OutboxRow)
    .where(OutboxRow.id.in_(bindparam("wanted", expanding=True)))
    .values(
        state=OutboxState.CLAIMED,
        owner=bindparam("new_owner"),
        lease_until=_UNTIL,
        tries=OutboxRow.tries + 1,
    )
    .returning(OutboxRow)
    .execution_options(synchronize_session=False)
)


def _mend_leases(session: Session, now: datetime, lease_until: datetime) -> None:
    """Shorten leases that end later than any could: the clock was set back since they were given.

    Their owner keeps them for one whole lease by the clock as it is now.
    """
    session.execute(_MEND, {"longest": lease_until + (lease_until - now), "until": lease_until})


def _lost(session: Session, owner: str, now: datetime, lease_until: datetime) -> list[OutboxRow]:
    """Take rows whose owner's lease ran out: the one that was lost most often alone, else a few."""
    found = session.execute(_LOST, {"now": now}).all()
    alone = bool(found) and found[0][1] > 1
    return _take(session, [row_id for row_id, _ in (found[:1] if alone else found)], owner, lease_until)


def _next(session: Session, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[OutboxRow]:
    """Take the rows that have waited longest."""
    return _take(session, session.scalars(_NEXT, {"now": now, "most": limit}).all(), owner, lease_until)


def _take(session: Session, ids: Sequence[str], owner: str, lease_until: datetime) -> list[OutboxRow]:
    if not ids:
        return []
    return list(session.scalars(_TAKE, {"wanted": list(ids), "new_owner": owner, "until": lease_until}))


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
            .where(OutboxRow.id.in_(counting))
            .values(counted_at=now)
            .execution_options(synchronize_session=False)
        )
    return frozenset(held)


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
            row = {"id": row_id, "owner": None, "lease_until": None, **values}
            alike.setdefault(tuple(sorted(values)), []).append(row)
    for rows in alike.values():
        set_many(session, OutboxRow, rows)
    return frozenset(held)


def settle(session: Session, row_id: str, *, held_by: str, values: Mapping[str, object]) -> bool:
    """Write one attempt's outcome if ``held_by`` still holds the row; False when another took it over."""
    return row_id in settle_all(session, [(row_id, values)], held_by=held_by)
