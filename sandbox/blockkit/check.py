"""Slack's verdict on blocks, views and messages."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sandbox.blockkit.blocks import BLOCK, elements_of, walk
from sandbox.blockkit.charts import texts
from sandbox.blockkit.objects import plain
from sandbox.blockkit.problems import Json, Place, Problem, Surface
from sandbox.blockkit.shapes import Check, Shape, exactly, flag, many, string

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MESSAGE_CHARACTERS = 13_200  # of all blocks together: observed, not documented
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000
MOST_ATTACHMENTS = 100

# How often a block may occur in one message.
_AT_MOST = {"table": 1, "data_visualization": 2}


def check_blocks(
    blocks: object, surface: Surface, pointer: str = "/blocks", error: str = "invalid_blocks"
) -> list[Problem]:
    """What Slack would refuse in a list of blocks on one surface; empty when nothing.

    `pointer` is where the list stands in the payload (`blocks.validate` counts from the list: pass "").
    """
    if not isinstance(blocks, list):
        name = "invalid_blocks_format" if error == "invalid_blocks" else error
        constraint = {"type": "type", "expected": "array"}
        return [Problem("failed_constraint", "must provide an array", pointer, constraint, error=name)]
    at = Place(pointer, surface, [], error)
    many(BLOCK, 0, MOST_BLOCKS[surface])(blocks, at)
    _check_ids(blocks, at)
    if surface == "message":
        _check_totals(blocks, at)
    else:
        _check_focus(blocks, at)
    return at.found


def _check_ids(blocks: list[Any], at: Place) -> None:
    block_ids: set[str] = set()
    for block, here in walk(blocks, at.pointer):
        _once(block.get("block_id"), block_ids, "block_id", Place(here, at.surface, at.found, at.error))
        action_ids: set[str] = set()
        for element, inside in elements_of(block):
            place = Place(here + inside, at.surface, at.found, at.error)
            _once(element.get("action_id"), action_ids, "action_id", place)


def _once(name: Any, seen: set[str], key: str, at: Place) -> None:
    if not isinstance(name, str):
        return
    if name in seen:
        at.down(key).say(
            f"`{key}` {name} already exists", constraint={"type": "unique", "got": name}, field=key
        )
    seen.add(name)


def _check_focus(blocks: list[Any], at: Place) -> None:
    focused = [
        here + inside
        for block, here in walk(blocks, at.pointer)
        for element, inside in elements_of(block)
        if element.get("focus_on_load") is True
    ]
    for pointer in focused[1:]:
        place = Place(pointer, at.surface, at.found, at.error).down("focus_on_load")
        place.say("only one element can have focus_on_load set to true")


def _check_totals(blocks: list[Any], at: Place) -> None:
    kinds = Counter(str(block.get("type")) for block, _ in walk(blocks))
    for kind, most in _AT_MOST.items():
        if kinds[kind] > most:
            limit = {"type": "max_items", "expected": most, "got": kinds[kind]}
            says = (
                "only_one_table_allowed" if kind == "table" else f"no more than {most} {kind} blocks allowed"
            )
            at.say(says, constraint=limit)
    markdown = sum(
        len(block["text"])
        for block, _ in walk(blocks)
        if block.get("type") == "markdown" and isinstance(block.get("text"), str)
    )
    if markdown > MARKDOWN_CHARACTERS:
        limit = {"type": "max_length", "expected": MARKDOWN_CHARACTERS, "got": markdown}
        at.say(f"must be less than {MARKDOWN_CHARACTERS + 1} characters of markdown in all", constraint=limit)
    total = sum(len(text) for text in texts(blocks))
    if total > MESSAGE_CHARACTERS:
        limit = {"type": "max_length", "expected": MESSAGE_CHARACTERS, "got": total}
        at.found.append(
            Problem(
                "failed_constraint",
                f"blocks are too long: {total} characters in all",
                at.pointer,
                limit,
                error="msg_blocks_too_long",
            )
        )


def _anything(_value: Any, _at: Place) -> None:
    """Blocks are judged by check_blocks, not by the shape that holds them."""


_HELD: dict[str, Check] = {"private_metadata": string(3000, minimum=0), "callback_id": string(255, minimum=0)}
_HELD["external_id"] = string(255, minimum=0)
_VIEWS = {
    "modal": Shape(
        {"type": exactly("modal"), "title": plain(24), "blocks": _anything},
        {
            **_HELD,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": Shape({"type": exactly("home"), "blocks": _anything}, _HELD),
}


def check_view(view: object, pointer: str = "/view") -> list[Problem]:
    """What Slack would refuse in a modal or a Home tab.

    The `views.*` methods answer `invalid_arguments` (and `view_too_large`) with the problems' lines in
    `response_metadata.messages`; `blocks.validate` answers `invalid_view` with the problems themselves.
    """
    at = Place(pointer, "modal", [], "invalid_arguments")
    if not isinstance(view, dict):
        at.say("must provide an object", constraint={"type": "type", "expected": "object"})
        return at.found
    kind = view.get("type")
    if kind not in list(_VIEWS):
        at.unsupported(kind, list(_VIEWS))
        return at.found
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > VIEW_BYTES:
        limit = {"type": "max_bytes", "expected": VIEW_BYTES, "got": size}
        at.found.append(
            Problem(
                "failed_constraint", f"view is {size} bytes large", pointer, limit, error="view_too_large"
            )
        )
    _VIEWS[kind](view, at)
    if "blocks" in view:
        at.found.extend(check_blocks(view["blocks"], kind, f"{pointer}/blocks", at.error))
        if kind == "modal" and view["blocks"] == []:  # a Home may be empty
            at.down("blocks").say(
                "no fewer than 1 items allowed", constraint={"type": "min_items", "expected": 1}
            )
        inputs = [block for block, _ in walk(view["blocks"]) if block.get("type") == "input"]
        if kind == "modal" and inputs and "submit" not in view:
            at.say("missing required field: submit", code="missing_field", field="submit")
    return at.found


def _object(value: Any, at: Place) -> None:
    if not isinstance(value, dict):
        at.say("must provide an object", constraint={"type": "type", "expected": "object"})


_METADATA = Shape({"event_type": string(), "event_payload": _object}, {"entities": _anything})


def check_message(message: object, pointer: str = "") -> list[Problem]:
    """What Slack would refuse in a message: its text, blocks, attachments, markdown_text and metadata.

    Other arguments (channel, thread_ts …) are the method's affair. Text over 40,000 characters is cut, not
    refused.
    """
    at = Place(pointer, "message", [], "invalid_arguments")
    if not isinstance(message, dict):
        at.say("must provide an object", constraint={"type": "type", "expected": "object"})
        return at.found
    _check_content(message, at)
    if message.get("blocks"):
        at.found.extend(check_blocks(message["blocks"], "message", f"{pointer}/blocks"))
    _check_attachments(message.get("attachments"), at.down("attachments"))
    if message.get("metadata") is not None:
        _METADATA(
            message["metadata"], Place(f"{pointer}/metadata", "message", at.found, "invalid_metadata_format")
        )
    return at.found


def _check_content(message: Json, at: Place) -> None:
    markdown = message.get("markdown_text")
    said = [key for key in ("text", "blocks", "attachments") if message.get(key)]
    if markdown:
        if {"text", "blocks"} & set(said):
            _refuse(at, "markdown_text_conflict", "markdown_text cannot be used with text or blocks")
        if not isinstance(markdown, str) or len(markdown) > MARKDOWN_CHARACTERS:
            _refuse(
                at, "msg_too_long", f"markdown_text must be less than {MARKDOWN_CHARACTERS + 1} characters"
            )
    elif not said:
        _refuse(at, "no_text", "a message needs text, blocks or attachments")
    if not isinstance(message.get("text", ""), str | None):
        at.down("text").say("must provide a string", constraint={"type": "type", "expected": "string"})


def _refuse(at: Place, error: str, says: str) -> None:
    at.found.append(Problem("failed_constraint", says, at.pointer, error=error))


def _check_attachments(attachments: Any, at: Place) -> None:
    if not attachments:
        return
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        _refuse(at, "invalid_attachments", "must provide an array of objects")
        return
    if len(attachments) > MOST_ATTACHMENTS:
        _refuse(at, "too_many_attachments", f"no more than {MOST_ATTACHMENTS} items allowed")
    for index, item in enumerate(attachments):
        if "blocks" in item:
            here = f"{at.pointer}/{index}/blocks"
            at.found.extend(check_blocks(item["blocks"], "message", here, "invalid_attachments"))
