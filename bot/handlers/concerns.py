"""Raising a concern and handling one. Nothing is stored before Send; words are shown only in modals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.domain.concerns import casework, clocks, raising
from bot.domain.concerns.forms import Draft, Filed
from bot.errors import NotFound
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
    told,
)
from bot.handlers.calls.callers import origin_of
from bot.handlers.forms import Form
from bot.handlers.home import publish
from bot.store import programmes
from bot.views import refusals
from bot.views.concerns import actions, notices
from bot.views.concerns import casework as case_views
from bot.views.concerns import raising as raise_views

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
    listen_press(app, deps, actions.STATUS, show_status)
    listen_press(app, deps, actions.WITHDRAW, withdraw)
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
    app.event("member_joined_channel")(_listener_for_joining(deps))


def typed(call: Command) -> None:
    """Open the first screen. What was typed behind the command is neither read nor kept."""
    _first_screen(call)


def start(call: Press) -> None:
    """Open the first screen."""
    _first_screen(call)


def show_routes(call: Outsider) -> None:
    """Show somebody who is in no programme where they can turn; nothing can be entered there."""
    call.open(raise_views.intro(raising.for_outsiders(call.deps.guidelines.concerns), call.reader))


def strike(call: Press) -> None:
    """Take one person out of those who would read it, and show who would then."""
    struck = tuple(dict.fromkeys((*_struck(call), call.id("person"))))
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step, call.id("concern"), struck)
    call.replace_modal(raise_views.intro(outcome, call.reader))


def unstrike(call: Press) -> None:
    """Put everyone back."""
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step, call.id("concern"))
    call.replace_modal(raise_views.intro(outcome, call.reader))


def go_on(call: Submission) -> Answer:
    """Show the form."""
    with call.step(writes=False) as step:
        outcome = raising.blank(step, Draft(call.id("concern"), struck_ids=_struck(call)))
    return Answer(update=raise_views.form(outcome, call.reader))


def follow(call: Press) -> None:
    """Let the form name who would read what is chosen now."""
    with call.step(writes=False) as step:
        outcome = raising.blank(step, _draft(call, call.form))
    call.replace_modal(raise_views.form(outcome, call.reader))


def send(call: Submission) -> Answer:
    """Store the concern, or show the form again where other people would read it than it named."""
    with call.step() as step:
        outcome = raising.file(step, _draft(call, call.form))
    if isinstance(outcome, Filed):
        call.after(lambda: publish(call))
        return Answer(update=raise_views.filed(outcome, call.reader))
    return Answer(update=raise_views.form(outcome, call.reader))


def show_status(call: Press) -> None:
    """Show the reporter how it stands."""
    with call.step(writes=False) as step:
        outcome = casework.status(step, call.id("concern"))
    call.open(case_views.status(outcome, call.reader))


def withdraw(call: Press) -> None:
    """Take back what one raised; the modal shows it."""
    with call.step() as step:
        outcome = casework.withdraw(step, call.id("concern"))
    call.replace_modal(case_views.status(outcome, call.reader))
    publish(call)


def acknowledge(call: Press) -> None:
    """Acknowledge from one's own card, or from the open case."""
    with call.step() as step:
        outcome = casework.acknowledge(step, call.id("concern"))
        case = casework.current(step, call.id("concern")) if _in_modal(call) else None
    if case is not None:
        call.replace_modal(case_views.case(case, call.reader))
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
    call.open(case_views.case(outcome, call.reader))


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
    call.replace_modal(case_views.note_form(call.id("concern"), call.reader))


def ask_level(call: Press) -> None:
    """Show the form for another level."""
    with call.step(writes=False) as step:
        outcome = casework.may_work(step, call.id("concern"))
    call.replace_modal(case_views.level_form(outcome, call.reader))


def ask_outcome(call: Press) -> None:
    """Show the form for the outcome, to whoever may end it."""
    with call.step(writes=False) as step:
        casework.may_work(step, call.id("concern"))
    call.replace_modal(case_views.resolve_form(call.id("concern"), call.reader))


def save_note(call: Submission) -> Answer:
    """Keep a note; the case shows it."""
    with call.step() as step:
        outcome = casework.note(step, call.id("concern"), call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=case_views.case(outcome, call.reader))


def save_level(call: Submission) -> Answer:
    """Keep another level; the case shows it."""
    level = _level(call.form.choice(actions.TO_LEVEL))
    if level is None:
        raise NotFound
    with call.step() as step:
        outcome = casework.change_level(step, call.id("concern"), level, call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=case_views.case(outcome, call.reader))


def save_outcome(call: Submission) -> Answer:
    """End the case with its outcome."""
    with call.step() as step:
        outcome = casework.resolve(step, call.id("concern"), call.form.text(actions.WORDS))
    call.after(lambda: publish(call))
    return Answer(update=case_views.case(outcome, call.reader))


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


def _first_screen(call: Command | Press) -> None:
    with call.step(writes=False) as step:
        outcome = raising.first_screen(step)
    call.open(raise_views.intro(outcome, call.reader))


def _draft(call: Call, form: Form) -> Draft:
    return Draft(
        concern_id=call.id("concern"),
        level=_level(form.choice(actions.LEVEL)),
        about_slack_id=form.person(actions.ABOUT),
        about_text=form.text(actions.ABOUT_TEXT),
        words=form.text(actions.WORDS),
        wanted=form.choice(actions.WANTED),
        struck_ids=_struck(call),
        shown=call.ids.get("shown", ""),
    )


def _struck(call: Call) -> tuple[str, ...]:
    """Return the people struck out so far, which the modal carries until Send."""
    return tuple(person_id for name, person_id in sorted(call.ids.items()) if name.startswith("not"))


def _level(chosen: str) -> int | None:
    return int(chosen) if chosen.isdecimal() else None


def _in_modal(call: Press) -> bool:
    return (call.body.get("view") or {}).get("type") == "modal"
