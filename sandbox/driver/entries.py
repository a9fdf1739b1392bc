"""From what a person says to what a control takes: labels to options, names to ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sandbox.blockkit.objects import listed_options
from sandbox.blockkit.state import HOLDS
from sandbox.driver.sight import Sight
from sandbox.driver.words import plainly, text_of

Json = dict[str, Any]
Suggest = Callable[[str], list[Json]]


def entered(element: Json, value: Any, sight: Sight, suggest: Suggest) -> Any:
    """The plain value the control API takes for what a person chose or typed.

    Options are named by label or value, people by handle or name, channels by "#name"; `suggest` asks the app
    for the options of an external menu. Raises AssertionError that lists what there is.
    """
    kind = element["type"]
    held = HOLDS.get(kind, "selected_option")
    if value is None:
        return None
    if kind == "checkboxes" and isinstance(value, bool):
        return [option["value"] for option in element["options"]] if value else []
    if held.endswith("s"):
        several = list(value) if isinstance(value, list | tuple | set) else [value]
        return [_one(element, held, item, sight, suggest) for item in several]
    return _one(element, held, value, sight, suggest)


def _one(element: Json, held: str, value: Any, sight: Sight, suggest: Suggest) -> Any:
    if held.startswith("selected_option"):
        return _option(element, str(value), sight, suggest)
    if held.startswith("selected_user"):
        return _person(str(value), sight)
    if held.startswith(("selected_conversation", "selected_channel")):
        return _channel(str(value), sight)
    if isinstance(value, dt.date | dt.time):
        return _when(value)
    return value if held in {"selected_date_time", "files", "rich_text_value"} else str(value)


def _when(value: dt.date | dt.time) -> str | int:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return int(value.timestamp())
    return value.isoformat() if isinstance(value, dt.date) else value.strftime("%H:%M")


def _option(element: Json, wanted: str, sight: Sight, suggest: Suggest) -> str:
    external = element["type"].endswith("external_select")
    options = suggest(wanted) if external else listed_options(element)
    labels = {str(option["value"]): text_of(option["text"], sight.names) for option in options}
    if wanted in labels:
        return wanted
    equal = [value for value, label in labels.items() if plainly(label) == plainly(wanted)]
    within = [value for value, label in labels.items() if plainly(wanted) in plainly(label)]
    for found in (equal, within):
        if len(found) == 1:
            return found[0]
    there = "\n".join(f"  {label} ({value})" for value, label in labels.items()) or "  nothing"
    many = "means several options" if equal or within else "is not among the options"
    raise AssertionError(f"{wanted!r} {many}; there is\n{there}")


def _person(wanted: str, sight: Sight) -> str:
    person = sight.person_named(wanted)
    if person is None:
        there = ", ".join(one["name"] for one in sight.people)
        raise AssertionError(f"nobody here is called {wanted!r}; there is {there}")
    return str(person["id"])


def _channel(wanted: str, sight: Sight) -> str:
    channel = sight.channel_named(wanted)
    if channel is None:
        there = ", ".join(one["name"] for one in sight.channels)
        raise AssertionError(f"{sight.me['name']} sees no channel {wanted!r}; there is {there}")
    return str(channel["id"])
