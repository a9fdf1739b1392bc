"""Settling into a workspace: the rows that must be there before anybody can be in a programme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.people import Account
from bot.ids import Ids
from bot.store import installations, programmes
from bot.store.base import change
from bot.store.database import Database, Scope
from bot.store.installations import Granted
from bot.store.programmes import Programme, Workspace, WorkspaceState


@dataclass(frozen=True)
class SettledIn:
    """The workspace and the programme the configuration names."""

    workspace_id: str
    programme_id: str
    is_new: bool = False
    """Whether the programme was made just now."""


def settle_in(
    db: Database,
    ids: Ids,
    *,
    team_id: str,
    enterprise_id: str,
    team_name: str,
    programme_name: str,
    granted: Granted | None = None,
    now: datetime | None = None,
) -> SettledIn:
    """Make sure the workspace and its programme are there; doing it again changes nothing.

    With ``granted`` (and ``now``) it is noted that SLACK_BOT_TOKEN belongs to this workspace and no other.
    An empty ``team_id`` means the whole organisation.
    """
    with db.unscoped("settle into a workspace", writes=True) as session:
        workspace_id = arrive(session, ids, team_id=team_id, enterprise_id=enterprise_id, name=team_name)
        if granted is not None and now is not None:
            installations.keep(session, ids(), workspace_id, granted, None, now=now)
    if granted is not None and now is not None:
        with db.unscoped("the token in the environment belongs nowhere else", writes=True) as session:
            installations.only_from_setting(session, workspace_id, now)
    with db.writing(Scope(workspace_id)) as session:
        programme, is_new = programme_of(session, ids, workspace_id, programme_name)
        return SettledIn(workspace_id, programme.id, is_new)


def arrive(session: Session, ids: Ids, *, team_id: str, enterprise_id: str, name: str) -> str:
    """Return the id of a workspace, made where it is new and brought back where it was gone.

    The session is an unscoped one. The row is held until it ends: neither leaving nor erasure comes between
    this and what is written next. One that is being erased already is left alone, and a new one made.
    """
    found = programmes.by_slack_team(session, team_id, enterprise_id, org_wide=not team_id, lock=True)
    if found is not None and change(
        session,
        Workspace,
        found.id,
        expected=(WorkspaceState.INSTALLED, WorkspaceState.GONE),
        to=WorkspaceState.INSTALLED,
        gone_at=None,
        name=name,
        slack_enterprise_id=enterprise_id or found.slack_enterprise_id,
    ):
        return found.id
    workspace = Workspace(id=ids(), slack_team_id=team_id, slack_enterprise_id=enterprise_id, name=name)
    session.add(workspace)
    session.flush()
    return workspace.id


def programme_of(session: Session, ids: Ids, workspace_id: str, name: str) -> tuple[Programme, bool]:
    """Return the programme of that name in the session's workspace, and whether it was made just now."""
    programme = programmes.by_name(session, name)
    if programme is not None:
        return programme, False
    programme = Programme(id=ids(), workspace_id=workspace_id, name=name)
    session.add(programme)
    session.flush()
    return programme, True


def choose_programme(db: Database, ids: Ids, workspace_id: str, name: str) -> SettledIn:
    """Return a programme of a workspace by name, made where there is none: for an operator's command."""
    with db.writing(Scope(workspace_id)) as session:
        programme, is_new = programme_of(session, ids, workspace_id, name)
        return SettledIn(workspace_id, programme.id, is_new)


def of_organisation(account: Account, enterprise_id: str) -> Account:
    """Return an account as it is known where the bot serves a whole organisation: whatever team it is in."""
    return replace(account, team_id=enterprise_id)
