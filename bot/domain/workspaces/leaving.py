"""A workspace is left: at once nothing runs there any more; after the configured time its data goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.guidelines.workspaces import Leaving
from bot.store import erasure, installations, people, programmes
from bot.store.base import change
from bot.store.database import Database
from bot.store.people import Role
from bot.store.programmes import Workspace, WorkspaceState

BATCH = 500
"""Rows one transaction removes."""


class Overtaken(Exception):  # noqa: N818 - says what happened
    """The installation is another than the one that was seen: what was to be done about that one is void."""


def leave(db: Database, workspace_id: str, now: datetime, *, seen: int | None = None) -> bool:
    """Note that the bot is in a workspace no more, and forget its tokens; False when that was known.

    Jobs and delivery leave it alone from then on. What waits in its outbox stays, for the case that it comes
    back before it is erased. ``seen`` is the version of the installation that is left (0 where there was
    none); raises Overtaken when it has another by now: installed anew, or its token renewed.
    """
    with db.unscoped("leave a workspace", writes=True) as session:
        programmes.locked_workspace(session, workspace_id)  # as an installation does: its tokens after it
        row = installations.locked(session, workspace_id)
        if seen is not None and seen != (row.version if row else 0):
            raise Overtaken
        left = change(
            session,
            Workspace,
            workspace_id,
            expected=WorkspaceState.INSTALLED,
            to=WorkspaceState.GONE,
            gone_at=now,
        )
        installations.blank(session, workspace_id, now)
    return left


def whom_to_ask(session: Session, person_id: str) -> list[str]:
    """Return the names of those who lead the session's programme, for a member it has started for.

    Nobody reads their own name, and nobody else any: whom a programme has not started for does not know it.
    """
    if not people.is_started(session, person_id):
        return []
    return [lead.name for lead in people.with_role(session, Role.LEAD) if lead.id != person_id]


@dataclass(frozen=True)
class Erasure:
    """How far the erasure of a workspace came in one batch."""

    rows: int
    ended: bool
    """Whether there is nothing more to do: it is erased, or was not to be erased (any further)."""
    erased: bool = False


def to_erase(session: Session, rules: Leaving, now: datetime, limit: int) -> list[str]:
    """Return the workspaces whose data is to go now, begun ones first (an unscoped session is needed)."""
    before = now - timedelta(days=rules.erase_after_days)
    return programmes.to_erase(session, before, keep=_slack_ids(rules.legal_holds), limit=limit)


def erase_some(db: Database, rules: Leaving, workspace_id: str, now: datetime) -> Erasure:
    """Remove up to a batch of a workspace's rows.

    First its names go, so that nothing finds it any more and an installation begins afresh, and what waits in
    its outbox is cancelled; that happens only if it is still gone, and for long enough. Then every table
    loses its rows; what remains is a row that says when it ended, under our own random id. A legal hold set
    meanwhile keeps what is still there.
    """
    before, keep = now - timedelta(days=rules.erase_after_days), _slack_ids(rules.legal_holds)
    with db.unscoped("erase a workspace", writes=True) as session:
        if programmes.begin_erasing(session, workspace_id, before, keep=keep):
            erasure.cancel_waiting(session, workspace_id, now)
    with db.unscoped("erase a workspace", writes=True) as session:
        if not programmes.is_erasing(session, workspace_id, keep=keep):
            return Erasure(0, ended=True)
        rows = erasure.remove(session, workspace_id, BATCH)
        if rows == 0:
            change(
                session,
                Workspace,
                workspace_id,
                expected=WorkspaceState.ERASING,
                to=WorkspaceState.ERASED,
                slack_team_id=programmes.ERASED_MARK + workspace_id,
                erased_at=now,
            )
    return Erasure(rows, ended=rows == 0, erased=rows == 0)


def _slack_ids(holds: Iterable[str]) -> list[str]:
    return sorted(set(holds))
