"""Raising a concern: nothing is stored before Send."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain.concerns import raising
from bot.domain.concerns.forms import Draft, Filed
from bot.handlers.calls import (
    Answer,
    Call,
    Command,
    Outsider,
    Press,
    Submission,
    listen_command,
    listen_press,
    listen_shortcut,
    listen_submission,
)
from bot.handlers.forms import Form
from bot.handlers.home import publish
from bot.views.concerns import actions
from bot.views.concerns import raising as views

COMMAND = "/concern"


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_command(app, deps, COMMAND, typed, outside=show_routes)
    listen_shortcut(app, deps, actions.SHORTCUT, start, outside=show_routes)
    listen_press(app, deps, actions.OPEN, start)
    listen_press(app, deps, actions.STRIKE, strike)
    listen_press(app, deps, actions.UNSTRIKE, unstrike)
    listen_submission(app, deps, actions.CONTINUE, go_on)
    listen_press(app, deps, actions.LEVEL, follow)
    listen_press(app, deps, actions.ABOUT, follow)
    listen_submission(app, deps, actions.SEND, send)


def typed(call: Command) -> None:
    """Open the first screen. What was typed behind the command is neither read nor kept."""
    _first_screen(call)


def start(call: Press) -> None:
    """Open the first screen."""
    _first_screen(call)


def show_routes(call: Outsider) -> None:
    """Show somebody who is in no programme where they can turn; nothing can be entered there."""
    call.open(views.intro(raising.for_outsiders(call.deps.guidelines.concerns), call.reader))


def strike(call: Press) -> None:
    """Take one person out of those who would read it, and show who would then."""
    struck = tuple(dict.fromkeys((*_struck(call), call.id("person"))))
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step, call.id("concern"), struck)
    call.replace_modal(views.intro(outcome, call.reader))


def unstrike(call: Press) -> None:
    """Put everyone back."""
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step, call.id("concern"))
    call.replace_modal(views.intro(outcome, call.reader))


def go_on(call: Submission) -> Answer:
    """Show the form."""
    with call.step(writes=False) as step:
        outcome = raising.blank(step, Draft(call.id("concern"), struck_ids=_struck(call)))
    return Answer(update=views.form(outcome, call.reader))


def follow(call: Press) -> None:
    """Let the form name who would read what is chosen now."""
    with call.step(writes=False) as step:
        outcome = raising.blank(step, _draft(call, call.form))
    call.replace_modal(views.form(outcome, call.reader))


def send(call: Submission) -> Answer:
    """Store the concern, or show the form again where other people would read it than it named."""
    with call.step() as step:
        outcome = raising.file(step, _draft(call, call.form))
    if isinstance(outcome, Filed):
        call.after(lambda: publish(call))
        return Answer(update=views.filed(outcome, call.reader))
    return Answer(update=views.form(outcome, call.reader))


def _first_screen(call: Command | Press) -> None:
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step)
    call.open(views.intro(outcome, call.reader))


def _draft(call: Call, form: Form) -> Draft:
    return Draft(
        concern_id=call.id("concern"),
        level=form.chosen_number(actions.LEVEL),
        about_slack_ids=tuple(form.people(actions.ABOUT)),
        about_text=form.text(actions.ABOUT_TEXT),
        words=form.text(actions.WORDS),
        wanted=form.choice(actions.WANTED),
        struck_ids=_struck(call),
        shown=call.ids.get("shown", ""),
    )


def _struck(call: Call) -> tuple[str, ...]:
    """Return the people struck out so far, which the modal carries until Send."""
    return tuple(person_id for name, person_id in sorted(call.ids.items()) if name.startswith("not"))
