"""Home: put together from what each noun adds, and published to the one who opens it or just acted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.domain import (
    agreements,
    checkins,
    concerns,
    digests,
    home,
    hours,
    launch,
    mentors,
    profiles,
    relationships,
    requests,
)
from bot.domain.step import Step
from bot.handlers.calls import Call, Press, listen_home, listen_press, told
from bot.jobs import schedule
from bot.jobs.notices import NoticeKind
from bot.store import budget
from bot.views import agreements as agreements_views
from bot.views import checkins as checkins_views
from bot.views import concerns as concerns_views
from bot.views import digests as digests_views
from bot.views import home as views
from bot.views import hours as hours_views
from bot.views import launch as launch_views
from bot.views import mentors as mentors_views
from bot.views import mentorship as mentorship_views
from bot.views import profiles as profiles_views
from bot.views import relationships as relationships_views
from bot.views import requests as requests_views
from bot.views.blocks import HomeParts
from bot.views.reader import Reader


@dataclass(frozen=True)
class Shelf:
    """What a noun adds: ``read`` gives what is there for ``step.by`` (None: nothing), ``show`` its parts."""

    read: Callable[[Step], Any | None]
    show: Callable[[Any, Reader], HomeParts]


SHELVES: tuple[Shelf, ...] = (
    Shelf(launch.at_home, launch_views.at_home),
    Shelf(concerns.at_home, concerns_views.at_home),
    Shelf(requests.at_home, requests_views.at_home),
    Shelf(relationships.at_home, relationships_views.at_home),
    Shelf(checkins.at_home, checkins_views.at_home),
    Shelf(agreements.at_home, agreements_views.at_home),
    Shelf(mentors.at_home, mentors_views.at_home),
    Shelf(profiles.at_home, profiles_views.at_home),
    Shelf(digests.at_home, digests_views.at_home),
    Shelf(hours.at_home, hours_views.at_home),
)
"""Every noun with something to show, in the order in which Home shows them."""


HELD = frozenset({"agreements.ends_soon", "checkins.revealed", "relationships.ended"})
"""What nobody asked for and no shelf shows by itself: while it is held back, its message stands on Home."""


@dataclass(frozen=True)
class Held:
    """A message that waits for its turn, as it is true now."""

    kind: NoticeKind
    outcome: Any


def held(step: Step) -> list[Held]:
    """Return what the caller has not been sent because their week has had its messages, newest first."""
    known = schedule.kinds()
    waiting = budget.held_for(step.session, step.by, step.programme_id, HELD, step.now)
    found = [(known[kind], known[kind].read(step, ids, step.by)) for kind, ids in waiting]
    return [Held(kind, outcome) for kind, outcome in found if outcome is not None]


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    listen_home(app, deps, show)
    listen_press(app, deps, views.PROGRAMME, choose)


def publish(call: Call) -> None:
    """Show the caller their own Home after one of their acts. A failure is only logged: the act stands."""
    with told(call.deps, "Home after an act"):
        show(call)


def show(call: Call) -> None:
    """Show the caller their own Home as it is now."""
    with call.step(writes=False) as step:
        frame = home.frame(step, call.programme, call.identity.programmes)
        found = [(shelf, shelf.read(step)) for shelf in SHELVES] if frame.is_whole else []
        waiting = held(step) if frame.is_whole else []
    parts = [shelf.show(outcome, call.reader) for shelf, outcome in found if outcome is not None]
    parts += [HomeParts(waiting=one.kind.show(one.outcome, call.reader).blocks) for one in waiting]
    call.client.views_publish(user_id=call.slack_user_id, view=views.show(frame, parts, call.reader))


def choose(call: Press) -> None:
    """Remember the programme chosen on Home or in the answer to a command, and show its Home."""
    with call.step() as step:
        home.choose(step)
    call.replace_message(mentorship_views.chosen(call.programme.name, call.reader))
    publish(call)
