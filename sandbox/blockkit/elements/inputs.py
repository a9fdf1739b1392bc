"""Elements in which one writes, and the one that takes files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.blockkit.elements.members import HELD, ID, element_shape
from sandbox.blockkit.objects import DISPATCH
from sandbox.blockkit.problems import Json, Place
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.shapes import Check, Shape, flag, many, string, whole


def _lengths_in_order(element: Json, at: Place) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        at.down("min_length").say("must not be greater than max_length")


def _decimal(value: Any, at: Place) -> None:
    try:
        fits = Decimal(value if isinstance(value, str) else "").is_finite()
    except InvalidOperation:
        fits = False
    if not fits:
        at.say("must provide a number as a string", constraint={"type": "format", "expected": "number"})


def _bounds_in_order(element: Json, at: Place) -> None:
    low, high = Decimal(element.get("min_value", "-Infinity")), Decimal(element.get("max_value", "Infinity"))
    if low > high:
        at.down("min_value").say("must not be greater than max_value")
    elif "initial_value" in element and not low <= Decimal(element["initial_value"]) <= high:
        at.down("initial_value").say("must be between min_value and max_value")


_TYPED: Mapping[str, Check] = {**HELD, "dispatch_action_config": DISPATCH}

INPUTS: Mapping[str, Shape] = {
    "plain_text_input": element_shape(
        "plain_text_input",
        {
            **_TYPED,
            "initial_value": string(3000, minimum=0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        _lengths_in_order,
    ),
    "email_text_input": element_shape("email_text_input", {**_TYPED, "initial_value": string(minimum=0)}),
    "url_text_input": element_shape("url_text_input", {**_TYPED, "initial_value": string(minimum=0)}),
    "number_input": element_shape(
        "number_input",
        {**_TYPED, "initial_value": _decimal, "min_value": _decimal, "max_value": _decimal},
        _bounds_in_order,
        required={"is_decimal_allowed": flag},
    ),
    "rich_text_input": element_shape(
        "rich_text_input",
        {**_TYPED, "initial_value": RICH_TEXT, "min_lines": whole(1), "max_lines": whole(1)},
    ),
    "file_input": element_shape(
        "file_input", {"action_id": ID, "filetypes": many(string(), 1), "max_files": whole(1, 10)}
    ),
}
