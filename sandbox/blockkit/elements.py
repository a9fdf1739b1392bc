"""Block elements: buttons, menus, pickers, inputs; where each may stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.blockkit.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    IMAGE,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    listed_options,
    plain,
    same_option,
)
from sandbox.blockkit.problems import Json, Place, Surface
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.shapes import (
    Check,
    Shape,
    address,
    either,
    exactly,
    flag,
    many,
    matching,
    not_both,
    one_of,
    string,
    whole,
)

ID = string(255)

MENUS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_MENUS = tuple(f"multi_{menu}" for menu in MENUS)
TEXT_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")

# Slack's surfaces of the elements that are not allowed everywhere.
SURFACES: Mapping[str, frozenset[Surface]] = {
    "file_input": frozenset({"modal"}),
    "email_text_input": frozenset({"modal"}),
    "number_input": frozenset({"modal"}),
    "url_text_input": frozenset({"modal"}),
    "rich_text_input": frozenset({"modal", "home"}),
    "datetimepicker": frozenset({"message", "modal"}),
    "feedback_buttons": frozenset({"message"}),
    "icon_button": frozenset({"message"}),
    "workflow_button": frozenset({"message"}),
}

IN_SECTION = (
    *(
        "button",
        "checkboxes",
        "datepicker",
        "image",
        "overflow",
        "radio_buttons",
        "timepicker",
        "workflow_button",
    ),
    *MENUS,
    *MULTI_MENUS,
)
IN_ACTIONS = (
    *("button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "rich_text_input"),
    *("timepicker", "workflow_button"),
    *MENUS,
    *MULTI_MENUS,
)
IN_INPUT = (
    *(
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "file_input",
        "radio_buttons",
        "rich_text_input",
        "timepicker",
    ),
    *TEXT_INPUTS,
    *MENUS,
    *MULTI_MENUS,
)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")


def _initial_is_listed(element: Json, at: Place) -> None:
    listed = listed_options(element)
    if "initial_option" in element and not any(
        same_option(element["initial_option"], option) for option in listed
    ):
        at.down("initial_option").say("must be one of the provided options")
    for index, chosen in enumerate(element.get("initial_options", [])):
        if not any(same_option(chosen, option) for option in listed):
            at.down("initial_options").down(index).say("must be one of the provided options")


def _initial_fits(element: Json, at: Place) -> None:
    most = element.get("max_selected_items")
    for key, chosen in element.items():
        if (
            most is not None
            and key.startswith("initial_")
            and isinstance(chosen, list)
            and len(chosen) > most
        ):
            at.down(key).say(
                f"no more than {most} items allowed", constraint={"type": "max_items", "expected": most}
            )


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

_INPUT: Mapping[str, Check] = {"action_id": ID, "focus_on_load": flag}
_HELD: Mapping[str, Check] = {**_INPUT, "placeholder": plain(150)}
_MENU: Mapping[str, Check] = {**_HELD, "confirm": CONFIRM}
_CHOICES: Mapping[str, Check] = {"options": many(OPTION, 1, 100), "option_groups": many(OPTION_GROUP, 1, 100)}
_TYPED: Mapping[str, Check] = {**_HELD, "dispatch_action_config": DISPATCH}
_PUSHED: Mapping[str, Check] = {
    "action_id": ID,
    "value": string(2000, minimum=0),
    "accessibility_label": string(75),
    "confirm": CONFIRM,
}
_MANY: Mapping[str, Check] = {"max_selected_items": whole(1)}
_QUERY: Mapping[str, Check] = {"min_query_length": whole(0)}
_IDS = many(string())
_CONVERSATION: Mapping[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
_CHOICE_RULES = (either("options", "option_groups"), not_both("options", "option_groups"), _initial_is_listed)

_FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_WORKFLOW = Shape(
    {
        "trigger": Shape(
            {"url": address()},
            {"customizable_input_parameters": many(Shape({"name": string(), "value": string(minimum=0)}))},
        )
    }
)


def _element(
    kind: str, optional: Mapping[str, Check], *rules: Any, required: Mapping[str, Check] | None = None
) -> Shape:
    return Shape({"type": exactly(kind), **(required or {})}, optional, rules)


def _picked(
    kind: str, many_of: str, one_of_them: str, extra: Mapping[str, Check], single: Mapping[str, Check]
) -> dict[str, Shape]:
    """A menu of ids and its multi-select twin."""
    multi = f"multi_{kind}"
    return {
        kind: _element(kind, {**_MENU, **extra, **single, one_of_them: string()}),
        multi: _element(multi, {**_MENU, **extra, **_MANY, many_of: _IDS}, _initial_fits),
    }


_RESPONSE: Mapping[str, Check] = {"response_url_enabled": flag}

ELEMENTS: Mapping[str, Shape] = {
    "button": _element(
        "button",
        {
            **_PUSHED,
            "url": address(),
            "style": one_of("primary", "danger"),
            "agent_prompt": string(4000),
            "agent_prompt_display": string(),
            "visible_to_user_ids": _IDS,
        },
        required={"text": plain(75)},
    ),
    "icon_button": _element(
        "icon_button",
        {**_PUSHED, "visible_to_user_ids": many(string(), 0, 10)},
        required={"icon": one_of("trash"), "text": plain(75)},
    ),
    "feedback_buttons": _element(
        "feedback_buttons",
        {"action_id": ID},
        required={"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
    ),
    "workflow_button": _element(
        "workflow_button",
        {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
        required={"text": plain(75), "workflow": _WORKFLOW},
    ),
    "image": IMAGE,
    "overflow": _element(
        "overflow",
        {"action_id": ID, "confirm": CONFIRM},
        required={"options": many(OVERFLOW_OPTION, 1, 5)},
    ),
    "checkboxes": _element(
        "checkboxes",
        {**_INPUT, "confirm": CONFIRM, "initial_options": many(MARKED_OPTION, 1, 10)},
        _initial_is_listed,
        required={"options": many(MARKED_OPTION, 1, 10)},
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {**_INPUT, "confirm": CONFIRM, "initial_option": MARKED_OPTION},
        _initial_is_listed,
        required={"options": many(MARKED_OPTION, 1, 10)},
    ),
    "static_select": _element(
        "static_select", {**_MENU, **_CHOICES, "initial_option": OPTION}, *_CHOICE_RULES
    ),
    "multi_static_select": _element(
        "multi_static_select",
        {**_MENU, **_CHOICES, **_MANY, "initial_options": many(OPTION, 1, 100)},
        *_CHOICE_RULES,
        _initial_fits,
    ),
    "external_select": _element("external_select", {**_MENU, **_QUERY, "initial_option": OPTION}),
    "multi_external_select": _element(
        "multi_external_select",
        {**_MENU, **_QUERY, **_MANY, "initial_options": many(OPTION, 1, 100)},
        _initial_fits,
    ),
    **_picked("users_select", "initial_users", "initial_user", {}, {}),
    **_picked("channels_select", "initial_channels", "initial_channel", {}, _RESPONSE),
    **_picked(
        "conversations_select", "initial_conversations", "initial_conversation", _CONVERSATION, _RESPONSE
    ),
    "datepicker": _element("datepicker", {**_MENU, "initial_date": _date}),
    "timepicker": _element("timepicker", {**_MENU, "initial_time": _TIME, "timezone": _zone}),
    "datetimepicker": _element(
        "datetimepicker", {**_INPUT, "confirm": CONFIRM, "initial_date_time": _INSTANT}
    ),
    "plain_text_input": _element(
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
    "email_text_input": _element("email_text_input", {**_TYPED, "initial_value": string(minimum=0)}),
    "url_text_input": _element("url_text_input", {**_TYPED, "initial_value": string(minimum=0)}),
    "number_input": _element(
        "number_input",
        {**_TYPED, "initial_value": _decimal, "min_value": _decimal, "max_value": _decimal},
        _bounds_in_order,
        required={"is_decimal_allowed": flag},
    ),
    "rich_text_input": _element(
        "rich_text_input",
        {**_TYPED, "initial_value": RICH_TEXT, "min_lines": whole(1), "max_lines": whole(1)},
    ),
    "file_input": _element(
        "file_input", {"action_id": ID, "filetypes": many(string(), 1), "max_files": whole(1, 10)}
    ),
}


def element(*kinds: str) -> Check:
    """An element of one of some kinds, allowed on the surface at hand."""

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
            return
        allowed = [kind for kind in kinds if at.surface in SURFACES.get(kind, {at.surface})]
        kind = value.get("type")
        if kind not in allowed:
            at.unsupported(kind, allowed)
            return
        ELEMENTS[kind](value, at)

    return check
