"""The bot is removed from a workspace, or its tokens are revoked: in either order, twice, or only one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt import App
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.deps import Deps
from bot.domain import workspaces
from bot.domain.workspaces import Overtaken
from bot.handlers.calls.callers import Origin, origin_of
from bot.handlers.calls.telling import told
from bot.store import installations, programmes
from bot.store.database import Scope
from bot.store.installations import Installation
from bot.store.programmes import Workspace

log = logging.getLogger(__name__)

CLOSE = timedelta(seconds=2)
"""Slack tells the time of an event in whole seconds, by its own clock."""
LOOKS = 5
"""How often one looks anew at an installation that changes at the same time."""
OVER = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""How Slack says that a token is good no more."""


def register(app: App, deps: Deps) -> None:
    """Plug in."""

    def uninstalled(body: dict[str, Any]) -> None:
        with told(deps, "app_uninstalled"):
            left(deps, body)

    def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        with told(deps, "tokens_revoked"):
            if (event.get("tokens") or {}).get("bot"):  # a person's own token is none of ours
                left(deps, body)

    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)


def left(deps: Deps, body: Mapping[str, Any]) -> None:
    """Leave the workspace an event is about, unless it is about an installation before the present one."""
    origin = origin_of(body)
    with deps.db.unscoped("which workspace was left") as session:
        found = programmes.serving(session, origin.team_id, origin.enterprise_id)
    found = [workspace for workspace in found if (not workspace.slack_team_id) is _means_all(origin)]
    for workspace in found:
        for _ in range(LOOKS):
            try:
                _leave(deps, workspace, body)
            except Overtaken:
                continue  # installed or renewed in this moment: whether the event is of before is asked anew
            break
        else:
            log.error("workspace %s: it was removed and changed time and again at once", workspace.id)


def _leave(deps: Deps, workspace: Workspace, body: Mapping[str, Any]) -> None:
    with deps.db.reading(Scope(workspace.id)) as session:
        row = installations.of_workspace(session)
    # What is revoked already has nothing an event of before could take away.
    if row is not None and row.revoked_at is None and _is_of_before(deps, row, body):
        log.info("workspace %s: an event of an earlier installation came late", workspace.id)
        return
    if workspaces.leave(deps.db, workspace.id, deps.clock.now(), seen=row.version if row else 0):
        log.warning(
            "workspace %s: the app was removed. Nothing is sent there any more; its data is erased after "
            "%d days unless it is installed again.",
            workspace.id,
            deps.guidelines.workspaces.leaving.erase_after_days,
        )


def _means_all(origin: Origin) -> bool:
    """Tell whether an event is about an installation for the whole organisation."""
    return origin.org_wide or not origin.team_id or origin.team_id == origin.enterprise_id


def _is_of_before(deps: Deps, row: Installation, body: Mapping[str, Any]) -> bool:
    """Tell whether an event is of an installation before this one: where it may be, Slack is asked."""
    seconds = body.get("event_time")
    if not isinstance(seconds, int | float):
        return False
    at = datetime.fromtimestamp(seconds, UTC)
    if at > row.installed_at + CLOSE:
        return False
    try:
        client = deps.slack.client(row.workspace_id)
        with deps.db.reading(Scope(row.workspace_id)) as session:
            held = installations.held(session)
        if held is not None and held.token:
            client.token = held.token  # the one read a moment ago may be of the installation before
        client.auth_test()
    except KeyError:
        return False
    except SlackApiError as fault:
        return fault.response.get("error") not in OVER and at < row.installed_at
    except (SlackClientError, OSError):
        return at < row.installed_at
    return True
