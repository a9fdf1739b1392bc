"""How fast a workspace may be written to: what Slack said, what was used of its limits, and why nothing goes.

One row a workspace, shared by every process that sends. ``kept`` holds the sender's own numbers, method by
method (``bot.jobs.deliver.pacing``); ``paused_until`` and ``reason`` are what an operator reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, WorkspaceRow, in_workspace, new_row, require_own


class Pace(WorkspaceRow, Row, kw_only=True):
    """The pace of one workspace; its id is the workspace's."""

    __tablename__ = "paces"
    __table_args__ = in_workspace()

    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    paused_until: Mapped[datetime | None] = mapped_column(default=None)
    """Until when nothing is sent there, since all of it failed."""
    paused_since: Mapped[datetime | None] = mapped_column(default=None)
    """When that began: it has failed at each attempt since."""
    reason: Mapped[str | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Paused:
    """A workspace that cannot be sent to at all, in Slack's own word for it."""

    workspace_id: str
    since: datetime
    until: datetime
    reason: str


def load(session: Session, workspace_id: str, *, lock: bool = False) -> dict[str, Any]:
    """Return what was kept of a workspace's pace, empty where nothing was.

    With ``lock`` nobody else changes it before this transaction ends; the row is made where there is none.
    """
    require_own(session, workspace_id)
    if lock:
        row = new_row(session, Pace).values(id=workspace_id, workspace_id=workspace_id, kept={})
        session.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    query = select(Pace.kept).where(Pace.id == workspace_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    return dict(found or {})


def save(session: Session, workspace_id: str, values: Mapping[str, Any]) -> None:
    """Keep a workspace's pace: ``kept``, and with it ``paused_until``, ``paused_since`` and ``reason``."""
    require_own(session, workspace_id)
    row = new_row(session, Pace).values(id=workspace_id, workspace_id=workspace_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=dict(values)))


def paused(session: Session, now: datetime, *, grace: timedelta = timedelta(0)) -> list[Paused]:
    """Return the workspaces nothing can be sent to now, longest first: of all with an unscoped session.

    One whose pause is over may be tried again and is none of them, though nothing has reached it since: only
    with ``grace`` it still is for so long after the end of its pause, in which a sender comes to try it.
    """
    rows = session.execute(
        select(Pace.workspace_id, Pace.paused_since, Pace.paused_until, Pace.reason)
        .where(Pace.paused_since.is_not(None), Pace.paused_until > now - grace)
        .order_by(Pace.paused_since, Pace.workspace_id)
    )
    return [
        Paused(workspace_id, since, until, reason or "")
        for workspace_id, since, until, reason in rows
        if since is not None and until is not None
    ]
