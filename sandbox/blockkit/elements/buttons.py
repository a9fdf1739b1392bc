"""Elements that are pressed: buttons of every kind, and the overflow menu."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.blockkit.elements.members import ID, IDS, element_shape
from sandbox.blockkit.objects import CONFIRM, OVERFLOW_OPTION, plain
from sandbox.blockkit.shapes import Check, Shape, address, many, one_of, string

_PUSHED: Mapping[str, Check] = {
    "action_id": ID,
    "value": string(2000, minimum=0),
    "accessibility_label": string(75),
    "confirm": CONFIRM,
}
_FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_WORKFLOW = Shape(
    {
        "trigger": Shape(
            {"url": address()},
            {"customizable_input_parameters": many(Shape({"name": string(), "value": string(minimum=0)}))},
        )
    }
)

BUTTONS: Mapping[str, Shape] = {
    "button": element_shape(
        "button",
        {
            **_PUSHED,
            "url": address(),
            "style": one_of("primary", "danger"),
            "agent_prompt": string(4000),
            "agent_prompt_display": string(),
            "visible_to_user_ids": IDS,
        },
        required={"text": plain(75)},
    ),
    "icon_button": element_shape(
        "icon_button",
        {**_PUSHED, "visible_to_user_ids": many(string(), 0, 10)},
        required={"icon": one_of("trash"), "text": plain(75)},
    ),
    "feedback_buttons": element_shape(
        "feedback_buttons",
        {"action_id": ID},
        required={"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
    ),
    "workflow_button": element_shape(
        "workflow_button",
        {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
        required={"text": plain(75), "workflow": _WORKFLOW},
    ),
    "overflow": element_shape(
        "overflow",
        {"action_id": ID, "confirm": CONFIRM},
        required={"options": many(OVERFLOW_OPTION, 1, 5)},
    ),
}
