"""Where each kind of element may stand: on which surfaces, in which blocks."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.blockkit.problems import Surface

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
