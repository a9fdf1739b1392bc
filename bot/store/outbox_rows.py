"""The outbox as operators see it: how much waits and since when, single rows, and what may be done to them.

All of it needs an unscoped session, except where it says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from bot.store.outbox import OutboxRow, OutboxState
from bot.store.programmes import Workspace, WorkspaceState

OPEN = (OutboxState.WAITING, OutboxState.CLAIMED)
OVER = (OutboxState.SENT, OutboxState.CANCELLED)
UNDELIVERED = (OutboxState.DEAD, OutboxState.UNKNOWN)


def oldest_due(session: Session, now: datetime, *, but: Collection[str] = ()) -> datetime | None:
    """Return since when the longest due row waits in any workspace the bot is in; None if none is due.

    ``but`` are workspaces that nothing can be sent to, for a reason of their own: nobody's lateness.
    """
    installed = select(Workspace.id).where(Workspace.state == WorkspaceState.INSTALLED)
    where = [OutboxRow.workspace_id.in_(installed)]
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


@dataclass(frozen=True)
class Depth:
    """How many rows are in a state, and whether they are due."""

    state: OutboxState
    due: bool
    rows: int


def depths(session: Session, now: datetime) -> list[Depth]:
    """Return how many rows are not over, by state and whether they are due (dead and unknown never are).

    Sent and cancelled ones are not counted here, since there may be millions: ``tallies`` knows.
    """
    due = case((and_(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= now), 1), else_=0)
    rows = session.execute(
        select(OutboxRow.state, due, func.count())
        .where(OutboxRow.state.in_((*OPEN, *UNDELIVERED)))
        .group_by(OutboxRow.state, due)
    )
    found = {(state, bool(is_due)): int(count) for state, is_due, count in rows}
    known = [(OutboxState.WAITING, True), *((state, False) for state in (*OPEN, *UNDELIVERED))]
    return [Depth(state, is_due, found.get((state, is_due), 0)) for state, is_due in known]
