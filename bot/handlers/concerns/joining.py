"""Somebody joins a channel in which a card stands that they must not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.domain.concerns import clocks
from bot.handlers.calls import told
from bot.handlers.calls.callers import origin_of
from bot.store import programmes


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    app.event("member_joined_channel")(_listener_for_joining(deps))


def joined_channel(deps: Deps, team_id: str, slack_user_id: str, enterprise_id: str = "") -> None:
    """Take down at once what stands in a channel and somebody who has just joined must not see.

    Which channel it is does not matter: before a card is changed or taken down its own is looked at.
    """
    with deps.db.unscoped("find the programmes of a workspace") as session:
        serving = {workspace.id for workspace in programmes.serving(session, team_id, enterprise_id)}
        here = [one for one in programmes.everywhere(session) if one.workspace_id in serving]
    for programme in here:
        with deps.step(programme.workspace_id, programme.programme_id) as step:
            clocks.somebody_joined(step, slack_user_id)


def _listener_for_joining(deps: Deps) -> Callable[..., None]:
    def listener(event: dict[str, Any], body: dict[str, Any]) -> None:
        with told(deps, "member_joined_channel"):
            origin = origin_of(body)
            joined_channel(deps, origin.team_id, str(event["user"]), origin.enterprise_id)

    return listener
