"""Which workspace an operator means: by our id or by Slack's, told apart by looking."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deps import Deps
from bot.errors import Misconfigured
from bot.store import programmes
from bot.store.programmes import Workspace, WorkspaceState


def known(deps: Deps) -> list[Workspace]:
    """Return every workspace whose data is not erased, also those that removed the app."""
    with deps.db.unscoped("which workspaces there are") as session:
        return programmes.every_row(session)


def meant(workspaces: Sequence[Workspace], given: str) -> Workspace:
    """Return the workspace with this id, ours or Slack's (T…, E…). Raises Misconfigured, listing all."""
    found = [one for one in workspaces if given in {one.id, one.account_home}]
    if len(found) != 1:
        raise Misconfigured(f"There is no workspace {given}. {listed(workspaces)}")
    return found[0]


def listed(workspaces: Sequence[Workspace]) -> str:
    """Return what workspaces there are: Slack's id, ours, the name, whether the app is installed."""
    if not workspaces:
        return "There is none yet: the app was not installed anywhere."
    return "There are: " + "; ".join(_line(one) for one in workspaces) + "."


def _line(one: Workspace) -> str:
    if one.state is WorkspaceState.ERASING:
        return f"{one.id} (being erased)"
    state = "installed" if one.state is WorkspaceState.INSTALLED else "the app was removed"
    return f"{one.account_home} = {one.id} ({one.name}, {state})"
