"""Workspaces in Slack: installed through a browser, authorised at each request, and left."""

from __future__ import annotations

from bot.handlers.workspaces.authorising import Authorising, Own, ask_who, settle_in
from bot.handlers.workspaces.leaving import register
from bot.handlers.workspaces.oauth import Installing

__all__ = ["Authorising", "Installing", "Own", "ask_who", "register", "settle_in"]
