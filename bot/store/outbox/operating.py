"""The outbox as operators see it: how much waits and since when, single rows, and what may be done to them.

All of it needs an unscoped session, except where it says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.outbox.rows import OutboxRow, OutboxState
from bot.store.programmes import Programme, ProgrammeKey, Workspace, WorkspaceState

OPEN = (OutboxState.WAITING, OutboxState.CLAIMED)
OVER = (OutboxState.SENT, OutboxState.CANCELLED)
UNDELIVERED = (OutboxState.DEAD, OutboxState.UNKNOWN)


def _installed() -> Select[str]:
    return select(Workspace.id).where(Workspace.state == WorkspaceState.INSTALLED)


def oldest_due(session: Session, now: datetime, *, but: Collection[str] = ()) -> datetime | None:
    """Return since when the longest due row waits in any workspace the bot is in; None if none is due.

    ``but`` are workspaces that nothing can be sent to, for a reason of their own: nobody's lateness.
    """
    where = [OutboxRow.workspace_id.in_(_installed())]
    if but:
        where.append(OutboxRow.workspace_id.not_in(sorted(but)))
    found = [
        session.scalars(
            select(column).where(OutboxRow.state == state, column <= now, *where).order_by(column).limit(1)
        ).first()
        for state, column in (
            (OutboxState.WAITING, OutboxRow.not_before),
            (OutboxState.CLAIMED, OutboxRow.lease_until),
        )
    ]
    return min((one for one in found if one is not None), default=None)


def programmes_kept(session: Session) -> list[ProgrammeKey]:
    """Return every programme, closed ones too, of the workspaces the bot is in."""
    rows = session.execute(
        select(Programme.workspace_id, Programme.id, Programme.state)
        .join(Workspace, Workspace.id == Programme.workspace_id)
        .where(Workspace.state == WorkspaceState.INSTALLED)
        .order_by(Programme.workspace_id, Programme.id)
    )
    return [ProgrammeKey(*row) for row in rows]


@dataclass(frozen=True)
class Depth:
    """How many rows are in a state, and whether they are due."""

    state: OutboxState
    due: bool
    rows: int


def depths(session: Session, now: datetime) -> list[Depth]:
    """Return how many rows are not over, by state and whether they are due (dead and unknown never are).

    What waits for a workspace the app was removed from is not due: it waits for the app to come back.
    Sent and cancelled ones are not counted here, since there may be millions: ``tallies`` knows.
    """
    can_go = and_(
        OutboxRow.state == OutboxState.WAITING,
        OutboxRow.not_before <= now,
        OutboxRow.workspace_id.in_(_installed()),
    )
    due = case((can_go, 1), else_=0)
    rows = session.execute(
        select(OutboxRow.state, due, func.count())
        .where(OutboxRow.state.in_((*OPEN, *UNDELIVERED)))
        .group_by(OutboxRow.state, due)
    )
    found = {(state, bool(is_due)): int(count) for state, is_due, count in rows}
    known = [(OutboxState.WAITING, True), *((state, False) for state in (*OPEN, *UNDELIVERED))]
    return [Depth(state, is_due, found.get((state, is_due), 0)) for state, is_due in known]


@dataclass(frozen=True)
class Wanted:
    """Which rows an operator wants to see; what is None or empty is not asked for."""

    states: Sequence[OutboxState] = ()
    foreign: bool = False
    """Also those in a state that this release does not know."""
    kind: str = ""
    workspace_id: str = ""
    due_at: datetime | None = None
    """What could be sent at that moment: nothing of a workspace that removed the app."""


def _between_the_known() -> list[ColumnElement[bool]]:
    """Return "a state that this release does not know" as ranges, for which the index of states is used.

    Asked as "none of these" it would be every row's turn, of millions that were sent.
    """
    known = sorted(state.value for state in OutboxState)
    between = [and_(OutboxRow.state > low, OutboxRow.state < high) for low, high in pairwise(known)]
    return [OutboxRow.state < known[0], *between, OutboxRow.state > known[-1]]


def find(session: Session, wanted: Wanted, limit: int) -> list[OutboxRow]:
    """Return up to ``limit`` rows, what is due longest or ended last first."""
    where: list[ColumnElement[bool]] = []
    if wanted.states:
        meant = OutboxRow.state.in_(wanted.states)
        where.append(or_(meant, *_between_the_known()) if wanted.foreign else meant)
    if wanted.kind:
        exact, noun = (
            OutboxRow.kind == wanted.kind,
            OutboxRow.kind.startswith(f"{wanted.kind}.", autoescape=True),
        )
        where.append(or_(exact, noun))
    if wanted.workspace_id:
        where.append(OutboxRow.workspace_id == wanted.workspace_id)
    if wanted.due_at is not None:
        where.append(OutboxRow.workspace_id.in_(_installed()))
        where.append(
            or_(
                and_(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= wanted.due_at),
                and_(OutboxRow.state == OutboxState.CLAIMED, OutboxRow.lease_until <= wanted.due_at),
            )
        )
    open_first = case((OutboxRow.ended_at.is_(None), 0), else_=1)
    order = (open_first, OutboxRow.ended_at.desc(), OutboxRow.not_before, OutboxRow.id)
    return list(session.scalars(select(OutboxRow).where(*where).order_by(*order).limit(limit)))


def by_id(session: Session, row_id: str) -> OutboxRow | None:
    """Return a row."""
    return session.scalars(select(OutboxRow).where(OutboxRow.id == row_id)).one_or_none()


def id_of(session: Session, workspace_id: str, key: str | None) -> str | None:
    """Return the id of the row of a key; None where there is no such row or no key."""
    found = select(OutboxRow.id).where(OutboxRow.workspace_id == workspace_id, OutboxRow.key == key)
    return session.scalars(found).first() if key is not None else None


def every(session: Session, states: Collection[OutboxState], limit: int) -> list[OutboxRow]:
    """Return up to ``limit`` rows in these states, oldest end first."""
    query = select(OutboxRow).where(OutboxRow.state.in_(states))
    return list(session.scalars(query.order_by(OutboxRow.ended_at, OutboxRow.id).limit(limit)))


def wait_again(
    session: Session,
    row_id: str,
    *,
    now: datetime,
    forget_doubt: bool,
    states: Collection[OutboxState] = UNDELIVERED,
) -> bool:
    """Let a row in one of these states wait again, due now, with all its tries; False if it is in none now.

    The doubt stays, so that Slack is looked at before anything is posted, unless it is to be forgotten. A
    session of the row's workspace is enough.
    """
    values: dict[str, Any] = {"doubt_since": None} if forget_doubt else {}
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state.in_(states))
        .values(
            state=OutboxState.WAITING,
            not_before=now,
            tries=0,
            owner=None,
            lease_until=None,
            reason=None,
            ended_at=None,
            **values,
        )
    )
    changed = cast("CursorResult[Any]", result).rowcount == 1
    if changed:
        session.info.setdefault("noticed", set()).update(
            session.scalars(select(OutboxRow.workspace_id).where(OutboxRow.id == row_id))
        )
    return changed


def cancel(session: Session, row_id: str, *, now: datetime, reason: str) -> bool:
    """Cancel a row that waits; False if it does not wait now. A session of its workspace is enough."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state == OutboxState.WAITING)
        .values(state=OutboxState.CANCELLED, reason=reason, ended_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def ended_before(
    session: Session,
    programme_id: str,
    states: Collection[OutboxState],
    before: datetime,
    *,
    after: str,
    limit: int,
) -> list[OutboxRow]:
    """Return up to ``limit`` rows of a programme that ended before a moment, by id from ``after`` on."""
    query = select(OutboxRow).where(
        OutboxRow.programme_id == programme_id,
        OutboxRow.state.in_(states),
        OutboxRow.ended_at < before,
        OutboxRow.id > after,
    )
    return list(session.scalars(query.order_by(OutboxRow.id).limit(limit)))


def remove(session: Session, row_ids: Iterable[str]) -> int:
    """Delete rows that are over; whatever was taken up again meanwhile stays. Returns how many."""
    gone = delete(OutboxRow).where(
        OutboxRow.id.in_(sorted(row_ids)), OutboxRow.state.in_((*OVER, *UNDELIVERED))
    )
    return cast("CursorResult[Any]", session.execute(gone)).rowcount
