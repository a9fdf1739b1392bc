"""Which teams of an organisation its installation reaches: one is let in, or taken out, at any time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.deps import Deps
from bot.handlers.calls.callers import origin_of
from bot.handlers.calls.telling import told
from bot.store import installations, programmes
from bot.store.database import Scope

log = logging.getLogger(__name__)

PAGE = 200


def register(app: App, deps: Deps) -> None:
    """Plug in."""

    def granted(event: dict[str, Any], body: dict[str, Any]) -> None:
        with told(deps, "team_access_granted"):
            reach(deps, body, more=_teams(event))

    def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        with told(deps, "team_access_revoked"):
            reach(deps, body, less=_teams(event))

    app.event("team_access_granted")(granted)
    app.event("team_access_revoked")(revoked)


def listed(client: WebClient) -> frozenset[str]:
    """Return the teams an organisation's token reaches. Raises what ``slack_sdk`` raises."""
    found: set[str] = set()
    cursor = ""
    while True:
        page = client.auth_teams_list(limit=PAGE, cursor=cursor)
        found.update(str(team["id"]) for team in page["teams"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return frozenset(found)


def reach(
    deps: Deps,
    body: Mapping[str, Any],
    *,
    more: frozenset[str] = frozenset(),
    less: frozenset[str] = frozenset(),
) -> None:
    """Keep which teams are reached after an event that let some in or took some out.

    Raises what ``slack_sdk`` raises where it had to be asked, since it never told before.
    """
    origin = origin_of(body)
    with deps.db.unscoped("whose teams they are") as session:
        found = programmes.by_slack_team(session, "", origin.enterprise_id, org_wide=True)
    if found is None or not origin.enterprise_id:
        return
    with deps.db.reading(Scope(found.id)) as session:
        row = installations.of_workspace(session)
    unknown = row is None or not row.teams
    asked = listed(deps.slack.client(found.id)) if unknown else frozenset()
    with deps.db.writing(Scope(found.id)) as session:
        row = installations.locked(session, found.id)
        before = asked if row is None or not row.teams else frozenset(row.teams)
        kept = installations.keep_teams(session, found.id, (before | more) - less - {installations.NO_TEAM})
    if kept and less:
        log.warning(
            "workspace %s: the app was taken out of %d teams. Their people are not served there any more.",
            found.id,
            len(less),
        )


def _teams(event: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(team_id) for team_id in event.get("team_ids") or ())
