"""One's own hours and leave: the form, what was kept, and Home."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models import blocks as kit

from bot.domain.hours import (
    DAYS_FIELD,
    END_FIELD,
    FIRST_FIELD,
    HOLIDAYS_FIELD,
    LAST_FIELD,
    START_FIELD,
    AtHome,
    Form,
    OwnTime,
    Saved,
)
from bot.guidelines.holidays import name_of
from bot.guidelines.programme import DAYS
from bot.texts import Mrkdwn
from bot.views.blocks import (
    Block,
    HomeParts,
    Modal,
    button,
    checkboxes_input,
    context,
    divider,
    modal,
    option,
    section,
)
from bot.views.pickers import date_input, searched_input, time_input
from bot.views.reader import Reader

OPEN = "hours.open"
SAVE = "hours.save"
LEAVES = "leaves"


def form(outcome: Form, to: Reader) -> Modal:
    """Return the form; it says first that nobody else sees it."""
    own = outcome.own
    blocks: list[Block] = [
        section(to.say("hours.form.who_sees")),
        checkboxes_input(
            to.say.plain("hours.form.days"),
            DAYS_FIELD,
            [option(to.say.plain(f"common.weekday.d{n}"), day) for n, day in enumerate(DAYS)],
            initial=own.days,
            optional=False,
        ),
        time_input(to.say.plain("hours.form.start"), START_FIELD, initial=f"{own.start:%H:%M}"),
        time_input(
            to.say.plain("hours.form.end"),
            END_FIELD,
            initial=f"{own.end:%H:%M}",
            hint=to.say.plain("hours.form.hint", zone=to.time_zone),
        ),
        searched_input(
            to.say.plain("hours.form.holidays"),
            HOLIDAYS_FIELD,
            initial=country(own.holidays) if own.holidays else None,
            hint=to.say.plain("hours.form.holidays_hint"),
            optional=True,
        ),
        divider(),
    ]
    if outcome.leaves:
        blocks.append(
            checkboxes_input(
                to.say.plain("hours.form.leaves"),
                LEAVES,
                [
                    option(
                        to.say.plain("hours.form.leave", first=to.day(leave.first), last=to.day(leave.last)),
                        leave.leave_id,
                    )
                    for leave in outcome.leaves
                ],
                initial=[leave.leave_id for leave in outcome.leaves],
                hint=to.say.plain("hours.form.leaves_hint"),
            )
        )
    blocks += [
        date_input(to.say.plain("hours.form.leave_first"), FIRST_FIELD, optional=True),
        date_input(
            to.say.plain("hours.form.leave_last"),
            LAST_FIELD,
            hint=to.say.plain("hours.form.leave_hint"),
            optional=True,
        ),
    ]
    return modal(
        title=to.say.plain("hours.form.title"),
        callback_id=SAVE,
        submit=to.say.plain("hours.form.save"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(),
        blocks=blocks,
    )


def country(code: str) -> kit.Option:
    """Return the choice of a country, or a part of one, whose public holidays are kept."""
    return option(name_of(code), code)


def countries(codes: Sequence[str]) -> list[dict[str, object]]:
    """Return what the menu of countries offers."""
    return [country(code).to_dict() for code in codes]


def saved(outcome: Saved, to: Reader) -> Modal:
    """Return how it stands now: when the bot writes, and what comes all the same."""
    which = "own" if outcome.is_own else "programmes"
    blocks: list[Block] = [section(to.say(f"hours.saved.{which}", **_times(outcome.own, to)))]
    if outcome.own.holidays:
        blocks.append(section(to.say("hours.saved.holidays", country=name_of(outcome.own.holidays))))
    blocks += [
        section(to.say("hours.saved.leave", first=to.day(leave.first), last=to.day(leave.last)))
        for leave in outcome.leaves
    ]
    return modal(
        title=to.say.plain("hours.form.title"),
        close=to.say.plain("common.close"),
        blocks=[*blocks, context(to.say("hours.saved.outside"))],
    )


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return what Home shows: own hours, the leave one is on or that comes next, and the way to both."""
    lines = []
    if outcome.own is not None:
        lines.append(to.say("hours.home.own", **_times(outcome.own, to)))
    if outcome.leave is not None:
        which = "on_leave" if outcome.is_now else "leave_comes"
        days = {"last": to.day(outcome.leave.last)}
        if not outcome.is_now:
            days["first"] = to.day(outcome.leave.first)
        lines.append(to.say(f"hours.home.{which}", **days))
    way = button(to.say.plain("hours.home.open"), OPEN, value=to.ref())
    return HomeParts(mine=[context(*lines)] if lines else [], next=[way])


def _times(own: OwnTime, to: Reader) -> dict[str, Mrkdwn]:
    return {
        "days": to.list(to.say(f"common.weekday.d{DAYS.index(day)}") for day in own.days),
        "start": Mrkdwn(f"{own.start:%H:%M}"),
        "end": Mrkdwn(f"{own.end:%H:%M}"),
    }
