"""Elements in which one picks a day, an hour or an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.blockkit.elements.members import FOCUSED, HELD_ASKING, element_shape
from sandbox.blockkit.objects import CONFIRM
from sandbox.blockkit.problems import Place
from sandbox.blockkit.shapes import Shape, matching, whole


def _date(value: Any, at: Place) -> None:
    try:
        fits = isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        fits = False
    if not fits:
        at.say(
            "must be a valid date of the form YYYY-MM-DD", constraint={"type": "format", "expected": "date"}
        )


def _zone(value: Any, at: Place) -> None:
    try:
        known = isinstance(value, str) and bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known:
        at.say("must be an IANA time zone", constraint={"type": "format", "expected": "timezone"})


_TIME = matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "must be a valid time of the form HH:mm")
_INSTANT = whole(1_000_000_000, 9_999_999_999)  # "10 digits" in Slack's words

PICKERS: Mapping[str, Shape] = {
    "datepicker": element_shape("datepicker", {**HELD_ASKING, "initial_date": _date}),
    "timepicker": element_shape("timepicker", {**HELD_ASKING, "initial_time": _TIME, "timezone": _zone}),
    "datetimepicker": element_shape(
        "datetimepicker", {**FOCUSED, "confirm": CONFIRM, "initial_date_time": _INSTANT}
    ),
}
