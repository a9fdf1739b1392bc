"""Raising a concern and handling one. Nothing is stored before Send; words are shown only in modals."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.handlers.concerns import casework, joining, raising, reporters


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    for part in (raising, reporters, casework, joining):
        part.register(app, deps)
