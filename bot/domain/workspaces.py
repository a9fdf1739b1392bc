"""Settling into a workspace: the rows that must be there before anybody can be in a programme."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ids import Ids
from bot.store import programmes
from bot.store.base import change
from bot.store.database import Database, Scope
from bot.store.programmes import Programme, Workspace, WorkspaceState


@dataclass(frozen=True)
class SettledIn:
    """The workspace and the programme the configuration names."""

    workspace_id: str
    programme_id: str


def settle_in(
    db: Database, ids: Ids, *, team_id: str, enterprise_id: str, team_name: str, programme_name: str
) -> SettledIn:
    """Make sure the workspace and its programme are there; doing it again changes nothing."""
    with db.unscoped("settle into a workspace", writes=True) as session:
        workspace = programmes.by_slack_team(session, team_id, enterprise_id)
        if workspace is None:
            workspace = Workspace(
                id=ids(), slack_team_id=team_id, slack_enterprise_id=enterprise_id, name=team_name
            )
            session.add(workspace)
            session.flush()
        workspace.name = team_name
        workspace_id = workspace.id
        change(session, Workspace, workspace_id, expected=WorkspaceState.GONE, to=WorkspaceState.INSTALLED)
    with db.writing(Scope(workspace_id)) as session:
        programme = programmes.by_name(session, programme_name)
        if programme is None:
            programme = Programme(id=ids(), workspace_id=workspace_id, name=programme_name)
            session.add(programme)
        return SettledIn(workspace_id, programme.id)
