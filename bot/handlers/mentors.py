"""Finding a mentor: the command, the form on Home, and the terms offered as buttons."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain import mentors
from bot.handlers.calls import (
    Answer,
    Command,
    Press,
    Submission,
    listen_command,
    listen_press,
    listen_submission,
)
from bot.texts import unescape
from bot.views import mentors as views

COMMAND = "/findmentor"
ASKS_FOR_HELP = frozenset({"", "help", "?", "-h", "--help"})


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_command(app, deps, COMMAND, answer_command)
    listen_press(app, deps, views.SEARCH, open_form)
    for place in range(mentors.MOST_AREAS):
        listen_press(app, deps, f"{views.TERM}.{place}", choose_term)
    listen_submission(app, deps, views.FIND, search)


def answer_command(call: Command) -> None:
    """Show the mentors for what was typed; without words, how to search and what there is."""
    if call.text.casefold() in ASKS_FOR_HELP:
        with call.step(writes=False) as step:
            there_is = mentors.opening(step)
        call.answer(views.opening(there_is, call.reader))
        return
    with call.step(writes=False) as step:
        outcome = mentors.find(step, unescape(call.text))
    call.answer(views.found(outcome, call.reader))


def open_form(call: Press) -> None:
    """Open the search form."""
    with call.step(writes=False) as step:
        outcome = mentors.opening(step)
    call.open(views.form(outcome, call.reader))


def search(call: Submission) -> Answer:
    """Show the mentors in the form's place."""
    with call.step(writes=False) as step:
        outcome = mentors.find(step, call.form.text(views.TYPED))
    return Answer(update=views.found_in_modal(outcome, call.reader))


def choose_term(call: Press) -> None:
    """Show the mentors for the term on the pressed button, where it was pressed."""
    with call.step(writes=False) as step:
        outcome = mentors.find_term(step, call.id("term"))
    if call.respond is None:
        call.replace_modal(views.found_in_modal(outcome, call.reader))
    else:
        call.replace_message(views.found(outcome, call.reader))
