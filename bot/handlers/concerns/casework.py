"""Handling a case: its words are shown only in modals."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain.concerns import casework
from bot.errors import NotFound
from bot.handlers.calls import Answer, Press, Submission, listen_press, listen_submission
from bot.handlers.home import publish
from bot.views import refusals
from bot.views.concerns import actions, notices
from bot.views.concerns import casework as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, actions.ACKNOWLEDGE, acknowledge)
    listen_press(app, deps, actions.TAKE, take)
    listen_press(app, deps, actions.READ, read)
    listen_press(app, deps, actions.RECUSE, recuse)
    listen_press(app, deps, actions.NOTE, ask_note)
    listen_press(app, deps, actions.RELEVEL, ask_level)
    listen_press(app, deps, actions.RESOLVE, ask_outcome)
    listen_submission(app, deps, actions.SAVE_NOTE, save_note)
    listen_submission(app, deps, actions.SAVE_LEVEL, save_level)
    listen_submission(app, deps, actions.SAVE_OUTCOME, save_outcome)


def acknowledge(call: Press) -> None:
    """Acknowledge from one's own card, or from the open case."""
    with call.step() as step:
        outcome = casework.acknowledge(step, call.id("concern"))
        case = casework.current(step, call.id("concern")) if _in_modal(call) else None
    if case is not None:
        call.replace_modal(views.case(case, call.reader))
    else:
        call.replace_message(notices.for_handler(outcome, call.reader))
    publish(call)


def take(call: Press) -> None:
    """Acknowledge from the programme's channel; only the presser sees the answer."""
    with call.step() as step:
        casework.acknowledge(step, call.id("concern"))
    call.answer(notices.taken(call.reader))
    publish(call)


def read(call: Press) -> None:
    """Open the words in a modal; each opening is logged."""
    with call.step() as step:
        outcome = casework.open_case(step, call.id("concern"))
    call.open(views.case(outcome, call.reader))


def recuse(call: Press) -> None:
    """Pass a case on at once."""
    with call.step() as step:
        casework.recuse(step, call.id("concern"))
    done = notices.recused(call.reader)
    if _in_modal(call):
        call.replace_modal(refusals.as_modal(done, call.reader))
    else:
        call.replace_message(done)
    publish(call)


def ask_note(call: Press) -> None:
    """Show the form for a note, to whoever may write one."""
    with call.step(writes=False) as step:
        casework.may_work(step, call.id("concern"))
    call.replace_modal(views.note_form(call.id("concern"), call.reader))


def ask_level(call: Press) -> None:
    """Show the form for another level."""
    with call.step(writes=False) as step:
        outcome = casework.may_work(step, call.id("concern"))
    call.replace_modal(views.level_form(outcome, call.reader))


def ask_outcome(call: Press) -> None:
    """Show the form for the outcome, to whoever may end it."""
    with call.step(writes=False) as step:
        casework.may_work(step, call.id("concern"))
    call.replace_modal(views.resolve_form(call.id("concern"), call.reader))


def save_note(call: Submission) -> Answer:
    """Keep a note; the case shows it."""
    with call.step() as step:
        outcome = casework.note(step, call.id("concern"), call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=views.case(outcome, call.reader))


def save_level(call: Submission) -> Answer:
    """Keep another level; the case shows it."""
    level = call.form.chosen_number(actions.TO_LEVEL)
    if level is None:
        raise NotFound
    with call.step() as step:
        outcome = casework.change_level(step, call.id("concern"), level, call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=views.case(outcome, call.reader))


def save_outcome(call: Submission) -> Answer:
    """End the case with its outcome."""
    with call.step() as step:
        outcome = casework.resolve(step, call.id("concern"), call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=views.case(outcome, call.reader))


def _in_modal(call: Press) -> bool:
    return (call.body.get("view") or {}).get("type") == "modal"
