"""What Slack's client refuses before it submits a modal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from sandbox.blockkit.blocks import walk
from sandbox.blockkit.problems import Json
from sandbox.blockkit.state import HOLDS

REQUIRED = "Please complete this required field."
TEXT_MAX = 3000  # the most a person can type into one text input
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def missing_inputs(view: Json, values: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """The inputs a person must correct before Slack sends the modal: block_id to the sentence under it.

    `values` is `state.values`. Empty when the modal may be sent.
    """
    errors: dict[str, str] = {}
    for block, _ in walk(view.get("blocks", [])):
        if block.get("type") != "input":
            continue
        element = block["element"]
        held = values.get(block["block_id"], {}).get(element["action_id"], {}).get(HOLDS[element["type"]])
        if held in (None, "", []) or (isinstance(held, str) and not held.strip()):
            wrong = None if block.get("optional") else REQUIRED
        else:
            wrong = _ENTRIES.get(element["type"], _fine)(element, held)
        if wrong is not None:
            errors[block["block_id"]] = wrong
    return errors


def _fine(_element: Json, _held: Any) -> str | None:
    return None


def _text(element: Json, held: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", TEXT_MAX)
    if len(held) < least:
        return f"Must be at least {least} characters."
    if len(held) > most:
        return f"Must be {most} characters or fewer."
    return None


def _number(element: Json, held: str) -> str | None:
    try:
        number = Decimal(held)
    except InvalidOperation:
        return "Must be a number."
    if not number.is_finite():
        return "Must be a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Must be a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be {element['max_value']} or less."
    return None


def _email(_element: Json, held: str) -> str | None:
    return None if _EMAIL.fullmatch(held) else "Must be a valid email address."


def _address(_element: Json, held: str) -> str | None:
    try:
        parts = urlsplit(held)
    except ValueError:
        return "Must be a valid URL."
    return None if parts.scheme in {"http", "https"} and parts.netloc else "Must be a valid URL."


_ENTRIES: dict[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _text,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _address,
}
