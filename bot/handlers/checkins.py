"""Answering a check-in, saying that one has not met, reading what one wrote, pausing."""

from __future__ import annotations

from datetime import date

from slack_bolt import App

from bot.deps import Deps
from bot.domain import checkins
from bot.errors import Refusal
from bot.handlers.calls import Answer, Press, Submission, listen_press, listen_submission
from bot.handlers.home import publish
from bot.views import checkins as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.ANSWER, open_form)
    listen_submission(app, deps, views.SEND, send)
    listen_press(app, deps, views.NOT_MET, not_met)
    listen_press(app, deps, views.READ, read)
    listen_press(app, deps, views.PAUSE, open_pause)
    listen_submission(app, deps, views.SET_PAUSE, pause)
    listen_press(app, deps, views.RESUME, resume)


def open_form(call: Press) -> None:
    """Show the form of the pressed check-in."""
    with call.step(writes=False) as step:
        outcome = checkins.prepare(step, call.id("checkin"))
    call.open(views.form(outcome, call.reader))


def send(call: Submission) -> Answer:
    """Keep the answers; thank, and offer help where one is low."""
    form = call.form
    fields = set(form.values) - {checkins.OPEN_LINE, views.SHARE, views.LOOK_IN}
    with call.step() as step:
        outcome = checkins.answer(
            step,
            call.id("checkin"),
            form_id=call.id("form"),
            answers={field: form.choice(field) or form.text(field) for field in fields},
            open_line=form.text(checkins.OPEN_LINE),
            share=views.YES in form.choices(views.SHARE),
            look_in=views.YES in form.choices(views.LOOK_IN),
        )
    call.after(lambda: publish(call))
    return Answer(update=views.thanks(outcome, call.reader))


def not_met(call: Press) -> None:
    """Note that the two have not met yet, and say what could help."""
    with call.step() as step:
        outcome = checkins.not_met(step, call.id("checkin"))
    call.answer(views.noted(outcome, call.deps.guidelines.checkins.help.get("meeting"), call.reader))
    publish(call)


def read(call: Press) -> None:
    """Show what one wrote, and what the others shared where both have."""
    with call.step(writes=False) as step:
        outcome = checkins.read(step, call.id("checkin"))
    call.open(views.read(outcome, call.reader))


def open_pause(call: Press) -> None:
    """Show the form in which one asks not to be asked for a while."""
    call.open(views.pause_form(call.reader))


def pause(call: Submission) -> Answer:
    """Pause one's own check-ins until a day."""
    try:
        until = date.fromisoformat(call.form.day(checkins.UNTIL))
    except ValueError:
        raise Refusal("checkins.pause.not_that_day", field=checkins.UNTIL) from None
    with call.step() as step:
        checkins.pause(step, until)
    call.after(lambda: publish(call))
    return Answer(update=views.paused(until, call.reader))


def resume(call: Press) -> None:
    """End one's pause."""
    with call.step() as step:
        checkins.resume(step)
    publish(call)
