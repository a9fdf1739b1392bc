"""A mentor's own profile: opened by command or from Home, filled in a form."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import App

from bot.deps import Deps
from bot.domain import profiles
from bot.errors import Refusal
from bot.handlers import home
from bot.handlers.calls import Answer, Call, Command, Submission, listen_press, listen_submission
from bot.store.profiles import ProfileState
from bot.views import profiles as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.OPEN, open_form)
    listen_submission(app, deps, views.SAVE, save)


def open_form(call: Call) -> None:
    """Show the caller's own profile as a form."""
    with call.step(writes=False) as step:
        outcome = profiles.form(step)
    call.open(views.form(outcome, call.reader))


def save(call: Submission) -> Answer:
    """Store the profile, or say under the field what is wrong."""
    places = call.form.number(views.PLACES)
    if places is None:
        raise Refusal("profiles.wrong.no_number", field=views.PLACES)
    state = call.form.choice(views.STATE)
    draft = profiles.Draft(
        expertise=profiles.split(call.form.text(views.EXPERTISE)),
        career_stage=call.form.choice(views.STAGE),
        department=" ".join(call.form.text(views.DEPARTMENT).split()),
        languages=profiles.split(call.form.text(views.LANGUAGES)),
        places=places,
        mentors_on=call.form.text(views.MENTORS_ON),
        state=ProfileState(state) if state in set(ProfileState) else ProfileState.OPEN,
    )
    with call.step() as step:
        outcome = profiles.save(step, draft)
    call.after(lambda: home.publish(call))
    return Answer(update=views.saved(outcome, call.reader))


SUBCOMMANDS: dict[str, Callable[[Command], None]] = {"profile": open_form}
