"""A lead starts the programme, for a pilot group or everyone, and previews messages before."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import App

from bot.deps import Deps
from bot.domain import launch
from bot.errors import NotFound
from bot.handlers.calls import (
    Answer,
    Command,
    Press,
    Submission,
    listen_press,
    listen_submission,
)
from bot.handlers.home import publish
from bot.jobs import schedule
from bot.store import people
from bot.views import launch as views
from bot.views import refusals
from bot.views.reader import Reader


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.START, start_everyone)
    listen_press(app, deps, views.PILOT, open_pilot)
    listen_submission(app, deps, views.PILOT_SEND, start_pilot)
    listen_press(app, deps, views.PREVIEW, open_preview)
    listen_submission(app, deps, views.PREVIEW_SHOW, show_preview)


def tell_plan(call: Command) -> None:
    """Answer ``/mentorship start``: what stands, with the buttons."""
    with call.step(writes=False) as step:
        outcome = launch.asked_for(step)
    call.answer(views.plan(outcome, call.reader))


SUBCOMMANDS = {"start": tell_plan}


def start_everyone(call: Press) -> None:
    """Start for everybody it has not started for: answer at once, then go page by page."""
    with call.step(writes=False) as step:
        launch.plan(step)
    shown = call.open(refusals.as_modal(views.starting(call.reader), call.reader))
    people, more = 0, True
    while more:
        with call.step() as step:
            outcome = launch.start_page(step)
        people, more = people + outcome.people, outcome.more
    done = views.started(replace(outcome, people=people), call.reader)
    publish(call)
    call.update(shown, refusals.as_modal(done, call.reader))


def open_pilot(call: Press) -> None:
    """Show the form that names a pilot group."""
    with call.step(writes=False) as step:
        launch.plan(step)
    call.open(views.pilot_form(call.reader))


def start_pilot(call: Submission) -> Answer:
    """Start for the named group."""
    with call.step() as step:
        outcome = launch.start_pilot(step, call.form.people(views.GROUP), field=views.GROUP)
    call.after(lambda: publish(call))
    return Answer(update=refusals.as_modal(views.started(outcome, call.reader), call.reader))


def open_preview(call: Press) -> None:
    """Show the form that chooses a message and a reader."""
    with call.step(writes=False) as step:
        launch.plan(step)
    call.open(views.preview_form(schedule.previewed(), call.reader))


def show_preview(call: Submission) -> Answer:
    """Show the chosen message, with made-up contents, as the chosen person would read it. Sends nothing."""
    with call.step(writes=False) as step:
        person_id = launch.person_to_preview(step, call.form.person(views.PERSON), field=views.PERSON)
        kind = schedule.kinds().get(call.form.choice(views.KIND))
        contact = people.contact(step.session, person_id)
        if kind is None or kind.example is None or contact is None:
            raise NotFound
        outcome = kind.example(step, person_id)
    to = Reader(
        say=call.deps.texts.say(contact.language),
        time_zone=contact.time_zone,
        programme_id=call.programme.id,
    )
    return Answer(push=views.preview(kind.show(outcome, to), contact.name, call.reader))
