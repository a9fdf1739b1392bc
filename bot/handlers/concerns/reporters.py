"""What somebody does with a case of their own: see how it stands, take it back."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain.concerns import reporters
from bot.handlers.calls import Press, listen_press
from bot.handlers.home import publish
from bot.views.concerns import actions
from bot.views.concerns import reporters as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, actions.STATUS, show_status)
    listen_press(app, deps, actions.WITHDRAW, withdraw)


def show_status(call: Press) -> None:
    """Show the reporter how it stands."""
    with call.step(writes=False) as step:
        outcome = reporters.status(step, call.id("concern"))
    call.open(views.status(outcome, call.reader))


def withdraw(call: Press) -> None:
    """Take back what one raised; the modal shows it."""
    with call.step() as step:
        outcome = reporters.withdraw(step, call.id("concern"))
    call.replace_modal(views.status(outcome, call.reader))
    publish(call)
