"""One's own hours and leave: opened from Home, kept by a form."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.domain import hours
from bot.errors import Refusal
from bot.guidelines import holidays
from bot.guidelines.programme import DAYS
from bot.handlers import home
from bot.handlers.calls import (
    Answer,
    Press,
    Submission,
    Suggestion,
    listen_press,
    listen_submission,
    listen_suggestion,
)
from bot.handlers.forms import Form
from bot.views import hours as views

MOST_OFFERED = 100


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.OPEN, open_form)
    listen_suggestion(app, deps, hours.HOLIDAYS_FIELD, offer_countries)
    listen_submission(app, deps, views.SAVE, save)


def open_form(call: Press) -> None:
    """Show the caller's own hours and leave."""
    with call.step(writes=False) as step:
        outcome = hours.form(step)
    call.open(views.form(outcome, call.reader))


def offer_countries(call: Suggestion) -> list[dict[str, Any]]:
    """Give the countries that what was typed may mean."""
    return views.countries(holidays.found(call.typed, MOST_OFFERED))


def save(call: Submission) -> Answer:
    """Keep hours and leave, or say under the field what is wrong."""
    form = call.form
    chosen = set(form.choices(hours.DAYS_FIELD))
    own = hours.OwnTime(
        days=tuple(day for day in DAYS if day in chosen),
        start=_time(form, hours.START_FIELD),
        end=_time(form, hours.END_FIELD),
        holidays=form.choice(hours.HOLIDAYS_FIELD),
    )
    with call.step() as step:
        outcome = hours.save(
            step,
            own,
            kept_leaves=form.choices(views.LEAVES),
            first=_day(form, hours.FIRST_FIELD),
            last=_day(form, hours.LAST_FIELD),
        )
    call.after(lambda: home.publish(call))
    return Answer(update=views.saved(outcome, call.reader))


def _time(form: Form, field: str) -> time:
    try:
        return time.fromisoformat(form.time(field))
    except ValueError:
        raise Refusal("hours.too_short", field=field) from None


def _day(form: Form, field: str) -> date | None:
    chosen = form.day(field)
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        raise Refusal("hours.leave_needs_both", field=field) from None
