"""Slack in: acknowledge, parse, call one domain step, show what came of it to the one who pressed."""

from __future__ import annotations

from slack_bolt import App

from bot.deps import Deps
from bot.handlers import (
    agreements,
    checkins,
    concerns,
    digests,
    home,
    hours,
    launch,
    mentors,
    mentorship,
    people,
    profiles,
    relationships,
    requests,
    workspaces,
)

NOUNS = (
    agreements,
    checkins,
    concerns,
    digests,
    home,
    hours,
    launch,
    mentors,
    mentorship,
    people,
    profiles,
    relationships,
    requests,
    workspaces,
)


def register(app: App, deps: Deps) -> None:
    """Plug every noun's handlers into the Bolt app."""
    for noun in NOUNS:
        noun.register(app, deps)
    subcommands: dict[str, mentorship.Subcommand] = {}
    for noun in NOUNS:
        subcommands.update(getattr(noun, "SUBCOMMANDS", {}))
    mentorship.route(app, deps, subcommands)
