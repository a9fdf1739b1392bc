"""Composition objects: texts, options, confirmations, filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.blockkit.problems import Json, Place
from sandbox.blockkit.shapes import (
    Check,
    Shape,
    address,
    either,
    exactly,
    flag,
    many,
    not_both,
    one_of,
    string,
)

TEXT_MAX = 3000  # what a text object carries where its holder names no smaller limit


def plain(maximum: int = TEXT_MAX) -> Check:
    """A `plain_text` object."""
    return _text(("plain_text",), maximum)


def rich(maximum: int = TEXT_MAX) -> Check:
    """A `plain_text` or `mrkdwn` object."""
    return _text(("plain_text", "mrkdwn"), maximum)


def _text(kinds: tuple[str, ...], maximum: int) -> Check:
    shapes = {
        "plain_text": Shape({"type": one_of(*kinds), "text": string(maximum)}, {"emoji": flag}),
        "mrkdwn": Shape({"type": one_of(*kinds), "text": string(maximum)}, {"verbatim": flag}),
    }

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
        elif value.get("type") not in kinds:
            at.unsupported(value.get("type"), list(kinds))
        else:
            shapes[value["type"]](value, at)

    return check


CONFIRM = Shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

DISPATCH = Shape(
    {},
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)

FILTER = Shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    (either("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

SLACK_FILE = Shape({}, {"id": string(), "url": address()}, (either("id", "url"), not_both("id", "url")))

OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
# Radio buttons and checkboxes may carry mrkdwn in their options; menus may not.
MARKED_OPTION = Shape({"text": rich(75), "value": string(150)}, {"description": rich(75)})
OVERFLOW_OPTION = Shape(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": address()}
)
OPTION_GROUP = Shape({"label": plain(75), "options": many(OPTION, 1, 100)})

IMAGE_SOURCE: tuple[Callable[[Json, Place], None], ...] = (
    either("image_url", "slack_file"),
    not_both("image_url", "slack_file"),
)

IMAGE = Shape(
    {"type": exactly("image"), "alt_text": string(2000)},
    {"image_url": address(), "slack_file": SLACK_FILE},
    IMAGE_SOURCE,
)


def same_option(one: Json, other: Json) -> bool:
    """Whether two options are the same one, as Slack compares an initial option with the listed ones."""
    return bool(one["value"] == other["value"] and one["text"]["text"] == other["text"]["text"])


def listed_options(element: Json) -> list[Json]:
    """Every option an element lists, groups opened up."""
    grouped = [option for group in element.get("option_groups", []) for option in group.get("options", [])]
    return [*element.get("options", []), *grouped]
