"""A lead's digest: shown now, opened again, and what its things to do are about."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.domain import concerns, digests
from bot.domain.digests import Thing
from bot.errors import NotFound
from bot.handlers.calls import Command, Press, listen_press
from bot.views import concerns as concern_views
from bot.views import digests as views


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_press(app, deps, views.OPEN, open_again)
    listen_press(app, deps, views.THING, look)
    listen_press(app, deps, views.REMIND, remind)


def show(call: Command) -> None:
    """Answer with what the digest would say now."""
    with call.step(writes=False) as step:
        outcome = digests.present(step)
    call.answer(views.weekly(outcome, call.reader))


def open_again(call: Press) -> None:
    """Open a digest as it was sent."""
    with call.step(writes=False) as step:
        outcome = digests.of_week(step, call.id("digest"), call.person_id)
    if outcome is None:
        raise NotFound
    call.open(views.opened(outcome, call.reader))


def look(call: Press) -> None:
    """Open what a thing to do is about, as it is now."""
    if call.id("thing") == Thing.CONCERNS:
        with call.step(writes=False) as step:
            found = concerns.at_home(step)
        call.open(views.waiting(concern_views.at_home(found, call.reader).waiting, call.reader))
        return
    with call.step(writes=False) as step:
        outcome = digests.listing(step, call.id("thing"))
    call.open(views.listing(outcome, call.reader))


def remind(call: Press) -> None:
    """Remind everybody a thing waits for, and say how many."""
    with call.step() as step:
        outcome = digests.remind(step, call.id("thing"))
    call.replace_modal(views.reminded(outcome, call.reader))


SUBCOMMANDS = {"digest": show}
