"""Where something waits, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from bot.store.outbox.rows import OutboxRow, OutboxState
from bot.store.programmes import Workspace, WorkspaceState

FAR_AHEAD = timedelta(minutes=5)
"""A lease that ends later than this was given by a clock that was set back since: a claim shortens it."""


def waiting(session: Session, now: datetime) -> list[str]:
    """Return the workspaces that have something due (an unscoped session is needed).

    Goes from one workspace to the next in the index, so that it costs as much as there are workspaces,
    however much one of them has waiting.
    """
    found = set(
        session.scalars(
            select(OutboxRow.workspace_id)
            .where(
                OutboxRow.state == OutboxState.CLAIMED,
                or_(OutboxRow.lease_until <= now, OutboxRow.lease_until > now + FAR_AHEAD),
            )
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
