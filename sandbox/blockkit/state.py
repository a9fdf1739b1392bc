"""From what a person does with an element to what Slack sends the app: state and actions."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.blockkit.blocks import elements_of, walk
from sandbox.blockkit.objects import listed_options
from sandbox.blockkit.problems import Json

# Where each kind keeps what was chosen, in state.values and in an action.
HOLDS: dict[str, str] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}

# The member that fills an element when it opens; file inputs open empty.
INITIAL: dict[str, str] = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    **{
        held: held.replace("selected_", "initial_") for held in HOLDS.values() if held.startswith("selected_")
    },
}

LISTS = frozenset(
    {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}
)

# What an action repeats of its element besides the ids.
_ECHOED = ("text", "value", "style", "url", "placeholder", "confirm", "accessibility_label")


def initial_values(view: Json) -> dict[str, dict[str, Json]]:
    """`state.values` of a view as it opens: every element that keeps a value, empty or with its initial one.

    Elements in inputs, section accessories and actions blocks all count. Blocks and elements need ids; see
    `with_ids` for those the app left out.
    """
    values: dict[str, dict[str, Json]] = {}
    for block, _ in walk(view.get("blocks", [])):
        for element, _ in elements_of(block):
            held = HOLDS.get(element["type"])
            if held is not None:
                empty: Any = [] if held in LISTS else None
                initial = copy.deepcopy(element.get(INITIAL.get(held, ""), empty))
                entry = {"type": element["type"], held: initial}
                values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def state_value(element: Json, value: Any, known: Sequence[Json] = ()) -> Json:
    """A plain value from a control as an entry of `state.values`.

    Menus take an option's value (or the whole option), lists take lists, pickers "YYYY-MM-DD", "HH:mm" or
    whole seconds, inputs text, a file input ids or file objects. None, "" or an empty list clears. `known`
    holds options an external menu was offered. Raises ValueError with a sentence for a value the control
    could not produce.
    """
    kind = element["type"]
    held = HOLDS.get(kind)
    if held is None:
        raise ValueError(f"a {kind} keeps no value")
    return {"type": kind, held: _READERS[held](element, value, known)}


def _text(element: Json, value: Any, _known: Sequence[Json]) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"a {element['type']} takes text, not {value!r}")  # noqa: TRY004 - one error for any bad entry
    return str(value)


def _rich_text(element: Json, value: Any, _known: Sequence[Json]) -> Json | None:
    if isinstance(value, dict) and value.get("type") == "rich_text":
        return value
    text = _text(element, value, ())
    if text is None:
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _option(element: Json, value: Any, known: Sequence[Json]) -> Json | None:
    if value is None or value == "":
        return None
    wanted = value.get("value") if isinstance(value, dict) else str(value)
    for option in [*listed_options(element), *known]:
        if option["value"] == wanted:
            return copy.deepcopy(option)
    if isinstance(value, dict) and element["type"].endswith("external_select") and "text" in value:
        return copy.deepcopy(value)
    there = ", ".join(repr(option["value"]) for option in [*listed_options(element), *known]) or "nothing"
    raise ValueError(f"{wanted!r} is not among the options; there is {there}")


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _options(element: Json, value: Any, known: Sequence[Json]) -> list[Json]:
    chosen = [option for item in _listed(value) if (option := _option(element, item, known)) is not None]
    _not_too_many(element, chosen)
    if not element["type"].endswith("external_select"):
        # Slack lists what was chosen in the order the element shows it.
        order = [option["value"] for option in listed_options(element)]
        chosen.sort(key=lambda option: order.index(option["value"]))
    return chosen


def _not_too_many(element: Json, chosen: Sequence[Any]) -> None:
    most = element.get("max_selected_items") or element.get("max_files")
    if most is not None and len(chosen) > most:
        raise ValueError(f"at most {most} can be chosen, not {len(chosen)}")


def _id(element: Json, value: Any, _known: Sequence[Json]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f"a {element['type']} takes an id, not {value!r}")  # noqa: TRY004 - as above
    return value


def _ids(element: Json, value: Any, _known: Sequence[Json]) -> list[str]:
    ids = [name for item in _listed(value) if (name := _id(element, item, ())) is not None]
    _not_too_many(element, ids)
    return ids


def _date(_element: Json, value: Any, _known: Sequence[Json]) -> str | None:
    if value is None or value == "":
        return None
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValueError(f"{value!r} is not a date like 2026-03-31") from error


def _time(_element: Json, value: Any, _known: Sequence[Json]) -> str | None:
    if value is None or value == "":
        return None
    try:
        return dt.time.fromisoformat(str(value)).strftime("%H:%M")
    except ValueError as error:
        raise ValueError(f"{value!r} is not a time like 09:30") from error


def _instant(_element: Json, value: Any, _known: Sequence[Json]) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{value!r} is not an instant in whole seconds") from error


def _files(element: Json, value: Any, _known: Sequence[Json]) -> list[Json]:
    files = [{"id": item} if isinstance(item, str) else dict(item) for item in _listed(value)]
    limit = {"max_files": element.get("max_files", 10)}
    _not_too_many(limit, files)
    return files


_READERS: dict[str, Callable[[Json, Any, Sequence[Json]], Any]] = {
    "value": _text,
    "rich_text_value": _rich_text,
    "selected_option": _option,
    "selected_options": _options,
    "selected_user": _id,
    "selected_conversation": _id,
    "selected_channel": _id,
    "selected_users": _ids,
    "selected_conversations": _ids,
    "selected_channels": _ids,
    "selected_date": _date,
    "selected_time": _time,
    "selected_date_time": _instant,
    "files": _files,
}


def action_payload(
    element: Json, block_id: str, value: Any, action_ts: str, known: Sequence[Json] = ()
) -> Json:
    """The entry in the `actions` of a `block_actions` payload.

    `value` is what `state_value` takes; an overflow takes an option's value, feedback buttons "positive" or
    "negative" (or the value of one); buttons ignore it. Raises ValueError as `state_value` does.
    """
    kind = element["type"]
    action: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": action_ts,
    }
    action |= {key: copy.deepcopy(element[key]) for key in _ECHOED if key in element}
    if kind == "feedback_buttons":
        return action | _feedback(element, value)
    if kind == "overflow":
        return action | {"selected_option": _option(element, value, ())}
    held = HOLDS.get(kind)
    if held is None:
        return action
    initial = INITIAL.get(held, "")
    if initial in element:
        action[initial] = copy.deepcopy(element[initial])
    if "timezone" in element:
        action["timezone"] = element["timezone"]
    return action | {held: _READERS[held](element, value, known)}


def _feedback(element: Json, value: Any) -> Json:
    for side in ("positive", "negative"):
        button = element[f"{side}_button"]
        if value in {side, button["value"]}:
            return {"text": copy.deepcopy(button["text"]), "value": button["value"]}
    raise ValueError(f"{value!r} is neither the positive nor the negative button")


def find_element(blocks: list[Json], block_id: str | None, action_id: str) -> tuple[Json, Json]:
    """The block and the element that carry these ids; the first with the action_id when no block_id is given.

    Raises LookupError with a sentence that lists what is there.
    """
    there: list[str] = []
    for block, _ in walk(blocks):
        for element, _ in elements_of(block):
            if element.get("action_id") == action_id and block_id in {None, block.get("block_id")}:
                return block, element
            there.append(f"{block.get('block_id')}/{element.get('action_id')}")
    wanted = action_id if block_id is None else f"{block_id}/{action_id}"
    raise LookupError(f"no element {wanted}; there is {', '.join(there) or 'no element'}")


def with_ids(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy of the blocks in which every block has a block_id and every interactive element an action_id.

    Slack makes up the ones the app left out; `new_id` makes one up.
    """
    filled: list[Json] = _copied(blocks)
    for block, _ in walk(filled):
        if "block_id" not in block:
            block["block_id"] = new_id()
        for element, _ in elements_of(block):
            if element["type"] != "image" and "action_id" not in element:
                element["action_id"] = new_id()
    return filled


def _copied(value: Any) -> Any:
    """A copy of what was JSON: several times as fast as ``copy.deepcopy``, which knows more than trees."""
    if isinstance(value, dict):
        return {key: _copied(member) for key, member in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
