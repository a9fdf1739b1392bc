"""Elements in which one chooses: menus of every kind, checkboxes, radio buttons."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.blockkit.elements.members import FOCUSED, HELD_ASKING, IDS, element_shape
from sandbox.blockkit.objects import (
    CONFIRM,
    FILTER,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    listed_options,
    same_option,
)
from sandbox.blockkit.problems import Json, Place
from sandbox.blockkit.shapes import Check, Shape, either, flag, many, not_both, string, whole


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


_CHOICES: Mapping[str, Check] = {"options": many(OPTION, 1, 100), "option_groups": many(OPTION_GROUP, 1, 100)}
_MANY: Mapping[str, Check] = {"max_selected_items": whole(1)}
_QUERY: Mapping[str, Check] = {"min_query_length": whole(0)}
_CONVERSATION: Mapping[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
_RESPONSE: Mapping[str, Check] = {"response_url_enabled": flag}
_CHOICE_RULES = (either("options", "option_groups"), not_both("options", "option_groups"), _initial_is_listed)


def _picked(
    kind: str, many_of: str, one_of_them: str, extra: Mapping[str, Check], single: Mapping[str, Check]
) -> dict[str, Shape]:
    """A menu of ids and its multi-select twin."""
    multi = f"multi_{kind}"
    return {
        kind: element_shape(kind, {**HELD_ASKING, **extra, **single, one_of_them: string()}),
        multi: element_shape(multi, {**HELD_ASKING, **extra, **_MANY, many_of: IDS}, _initial_fits),
    }


CHOICES: Mapping[str, Shape] = {
    "checkboxes": element_shape(
        "checkboxes",
        {**FOCUSED, "confirm": CONFIRM, "initial_options": many(MARKED_OPTION, 1, 10)},
        _initial_is_listed,
        required={"options": many(MARKED_OPTION, 1, 10)},
    ),
    "radio_buttons": element_shape(
        "radio_buttons",
        {**FOCUSED, "confirm": CONFIRM, "initial_option": MARKED_OPTION},
        _initial_is_listed,
        required={"options": many(MARKED_OPTION, 1, 10)},
    ),
    "static_select": element_shape(
        "static_select", {**HELD_ASKING, **_CHOICES, "initial_option": OPTION}, *_CHOICE_RULES
    ),
    "multi_static_select": element_shape(
        "multi_static_select",
        {**HELD_ASKING, **_CHOICES, **_MANY, "initial_options": many(OPTION, 1, 100)},
        *_CHOICE_RULES,
        _initial_fits,
    ),
    "external_select": element_shape("external_select", {**HELD_ASKING, **_QUERY, "initial_option": OPTION}),
    "multi_external_select": element_shape(
        "multi_external_select",
        {**HELD_ASKING, **_QUERY, **_MANY, "initial_options": many(OPTION, 1, 100)},
        _initial_fits,
    ),
    **_picked("users_select", "initial_users", "initial_user", {}, {}),
    **_picked("channels_select", "initial_channels", "initial_channel", {}, _RESPONSE),
    **_picked(
        "conversations_select", "initial_conversations", "initial_conversation", _CONVERSATION, _RESPONSE
    ),
}
