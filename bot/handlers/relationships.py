"""Ending a relationship."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain import relationships
from bot.handlers import home
from bot.handlers.calls import Press, listen_press
from bot.views import relationships as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.END, end)


def end(call: Press) -> None:
    """End it, say so to the one who pressed with what is next, and take it off their Home."""
    with call.step() as step:
        outcome = relationships.finish(step, call.id("relationship"))
    call.answer(views.finished(outcome, call.reader))
    home.publish(call)
