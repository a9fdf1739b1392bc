"""Where something waits, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.store.base import Instant
from bot.store.outbox.rows import OutboxRow, OutboxState
from bot.store.programmes import Workspace, WorkspaceState

FAR_AHEAD = timedelta(minutes=5)
"""A lease that ends later than this was given by a clock that was set back since: a claim shortens it."""


# Made once: they are asked at every turn, and making a statement costs more than asking it.
_NOW = bindparam("now", type_=Instant())
_LOST = (
    select(OutboxRow.workspace_id)
    .where(
        OutboxRow.state == OutboxState.CLAIMED,
        or_(OutboxRow.lease_until <= _NOW, OutboxRow.lease_until > bindparam("far_ahead", type_=Instant())),
    )
    .distinct()
)


def _first(*more: ColumnElement[bool]) -> ScalarSelect[str]:
    return (
        select(OutboxRow.workspace_id)
        .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.not_before <= _NOW, *more)
        .order_by(OutboxRow.workspace_id)
        .limit(1)
        .scalar_subquery()
    )


def _one_after_the_other() -> Select[str]:
    """Return the question that goes from one workspace to the next in the index."""
    steps = select(_first().label("id")).cte("steps", recursive=True)
    steps = steps.union_all(
        select(_first(OutboxRow.workspace_id > steps.c.id)).where(steps.c.id.is_not(None))
    )
    return select(steps.c.id).where(steps.c.id.is_not(None))


_WAITING = _one_after_the_other()
# Where the bot was removed nothing is sent: what waits there is kept, in case it comes back.
_HERE = select(Workspace.id).where(
    Workspace.id.in_(bindparam("found", expanding=True)), Workspace.state == WorkspaceState.INSTALLED
)


def waiting(session: Session, now: datetime) -> list[str]:
    """Return the workspaces that have something due (an unscoped session is needed).

    It costs as much as there are workspaces, however much one of them has waiting.
    """
    found = set(session.scalars(_LOST, {"now": now, "far_ahead": now + FAR_AHEAD}))
    found.update(session.scalars(_WAITING, {"now": now}))
    return sorted(session.scalars(_HERE, {"found": sorted(found)})) if found else []


def next_due(session: Session) -> datetime | None:
    """Return when the session's workspace next has a row due, or a lease ends; None: nothing waits."""
    waits = select(func.min(OutboxRow.not_before)).where(OutboxRow.state == OutboxState.WAITING)
    leases = select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == OutboxState.CLAIMED)
    found = [moment for query in (waits, leases) if (moment := session.scalars(query).one()) is not None]
    return min(found, default=None)
