"""Asking a mentor, and the mentor's answer."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain import requests
from bot.handlers import home
from bot.handlers.calls import Answer, Press, Submission, listen_press, listen_submission
from bot.views import requests as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.ASK, open_form)
    listen_submission(app, deps, views.SEND, send)
    listen_press(app, deps, views.ACCEPT, accept)
    listen_press(app, deps, views.DECLINE, decline)
    listen_press(app, deps, views.WITHDRAW, withdraw)


def open_form(call: Press) -> None:
    """Show the form for a request to the mentor on the pressed card."""
    with call.step(writes=False) as step:
        outcome = requests.prepare(step, call.id("mentor"), call.ids.get("topic", ""))
    call.open(views.form(outcome, call.reader))


def send(call: Submission) -> Answer:
    """Record the request and say at once what happens next."""
    with call.step() as step:
        outcome = requests.ask(
            step,
            request_id=call.id("request"),
            mentor_id=call.id("mentor"),
            note=call.form.text(views.NOTE),
            looked_for=call.ids.get("topic", ""),
        )
    call.after(lambda: home.publish(call))
    return Answer(update=views.sent(outcome, call.reader))


def accept(call: Press) -> None:
    """Accept; the card shows it."""
    with call.step() as step:
        outcome = requests.accept(step, call.id("request"))
    call.replace_part(views.for_mentor(outcome, call.reader))
    home.publish(call)


def decline(call: Press) -> None:
    """Decline; the card shows it, and the mentee reads "not possible this time"."""
    with call.step() as step:
        outcome = requests.decline(step, call.id("request"))
    call.replace_part(views.for_mentor(outcome, call.reader))
    home.publish(call)


def withdraw(call: Press) -> None:
    """Take a request back; the card shows it."""
    with call.step() as step:
        outcome = requests.withdraw(step, call.id("request"))
    call.replace_message(views.for_mentee(outcome, call.reader))
    home.publish(call)
