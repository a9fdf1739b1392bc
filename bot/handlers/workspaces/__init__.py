"""Workspaces in Slack: installed through a browser, authorised at each request, reached by team, and left."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.handlers.workspaces import leaving, teams
from bot.handlers.workspaces.authorising import Authorising, Own, ask_who, settle_in
from bot.handlers.workspaces.oauth import Installing

__all__ = ["Authorising", "Installing", "Own", "ask_who", "register", "settle_in"]


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    leaving.register(app, deps)
    teams.register(app, deps)
