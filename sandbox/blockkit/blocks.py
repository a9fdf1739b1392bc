"""Blocks: what each holds, and on which surfaces Slack shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.blockkit.charts import DATA_TABLE, DATA_VISUALIZATION, TABLE
from sandbox.blockkit.elements import IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION, element
from sandbox.blockkit.objects import IMAGE, IMAGE_SOURCE, SLACK_FILE, plain, rich
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
    not_both,
    one_of,
    string,
)

ID = string(255)

_EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})
_MESSAGE_AND_HOME: frozenset[Surface] = frozenset({"message", "home"})
_MESSAGE: frozenset[Surface] = frozenset({"message"})
_MODAL: frozenset[Surface] = frozenset({"modal"})

Rule = Callable[[Json, Place], None]


def _block(
    kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Rule
) -> Shape:
    return Shape({"type": exactly(kind), **required}, {"block_id": ID, **(optional or {})}, rules)


def _context_item(value: Any, at: Place) -> None:
    if isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        rich()(value, at)
    elif isinstance(value, dict) and value.get("type") == "image":
        IMAGE(value, at)
    else:
        at.unsupported(
            value.get("type") if isinstance(value, dict) else None, ["image", "plain_text", "mrkdwn"]
        )


def _dispatch_fits(block: Json, at: Place) -> None:
    if block.get("dispatch_action") and block["element"]["type"] == "file_input":
        at.down("dispatch_action").say("is not compatible with file_input")


def _response_url_in_modal(block: Json, at: Place) -> None:
    if block["element"].get("response_url_enabled") and at.surface != "modal":
        at.down("element").down("response_url_enabled").say("is only allowed in modals")


def _collapsing(block: Json, at: Place) -> None:
    if block.get("is_collapsible") and block.get("has_header_divider"):
        at.down("has_header_divider").say("cannot be set when is_collapsible is true")
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        at.down("default_collapsed").say("requires is_collapsible to be true")


def _child(value: Any, at: Place) -> None:
    _of([kind for kind in BLOCKS if kind != "container"])(value, at)


_SOURCE = Shape({"type": exactly("url"), "url": address(), "text": string()})
_STATUS = one_of("pending", "in_progress", "complete", "error")
_TASK_CARD = _block(
    "task_card",
    {"task_id": string(), "title": string(), "status": _STATUS},
    {"details": RICH_TEXT, "output": RICH_TEXT, "sources": many(_SOURCE)},
)
_CARD = _block(
    "card",
    {},
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": Shape({"type": exactly("icon"), "name": string()}),
        "title": rich(150),
        "subtitle": rich(150),
        "body": rich(200),
        "actions": many(element("button"), 1, 2),
    },
    either("hero_image", "title", "actions", "body"),
    not_both("icon", "slack_icon"),
)

BLOCKS: Mapping[str, tuple[frozenset[Surface], Shape]] = {
    "actions": (_EVERYWHERE, _block("actions", {"elements": many(element(*IN_ACTIONS), 1, 25)})),
    "context": (_EVERYWHERE, _block("context", {"elements": many(_context_item, 1, 10)})),
    "divider": (_EVERYWHERE, _block("divider", {})),
    "header": (_EVERYWHERE, _block("header", {"text": plain(150)})),
    "image": (
        _EVERYWHERE,
        _block(
            "image",
            {"alt_text": string(2000)},
            {"image_url": address(), "slack_file": SLACK_FILE, "title": plain(2000)},
            *IMAGE_SOURCE,
        ),
    ),
    "input": (
        _EVERYWHERE,
        _block(
            "input",
            {"label": plain(2000), "element": element(*IN_INPUT)},
            {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
            _dispatch_fits,
            _response_url_in_modal,
        ),
    ),
    "rich_text": (_EVERYWHERE, RICH_TEXT),
    "section": (
        _EVERYWHERE,
        _block(
            "section",
            {},
            {
                "text": rich(3000),
                "fields": many(rich(2000), 1, 10),
                "accessory": element(*IN_SECTION),
                "expand": flag,
            },
            either("text", "fields"),
        ),
    ),
    "video": (
        _EVERYWHERE,
        _block(
            "video",
            {"alt_text": string(), "title": plain(199), "thumbnail_url": address(), "video_url": address()},
            {
                "title_url": address(),
                "description": plain(199),
                "provider_icon_url": address(),
                "provider_name": string(49),
                "author_name": string(49),
            },
        ),
    ),
    "card": (_EVERYWHERE, _CARD),
    "carousel": (_MESSAGE_AND_HOME, _block("carousel", {"elements": many(_CARD, 1, 10)})),
    "table": (_MESSAGE_AND_HOME, TABLE),
    "data_table": (_MESSAGE_AND_HOME, DATA_TABLE),
    "container": (
        _MESSAGE,
        _block(
            "container",
            {"child_blocks": many(_child, 1, 10)},
            {
                "title": plain(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": rich(150),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": IMAGE,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
            either("title", "rich_text_title"),
            _collapsing,
        ),
    ),
    "context_actions": (
        _MESSAGE,
        _block("context_actions", {"elements": many(element(*IN_CONTEXT_ACTIONS), 1, 5)}),
    ),
    "data_visualization": (_MESSAGE, DATA_VISUALIZATION),
    "markdown": (_MESSAGE, _block("markdown", {"text": string(12_000)})),
    "plan": (_MESSAGE, _block("plan", {"title": string()}, {"tasks": many(_TASK_CARD)})),
    "task_card": (_MESSAGE, _TASK_CARD),
    "alert": (
        _MODAL,
        _block(
            "alert", {"text": rich(200)}, {"level": one_of("default", "info", "warning", "error", "success")}
        ),
    ),
}


def _of(kinds: list[str]) -> Check:
    shown: dict[Surface, list[str]] = {}

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
            return
        allowed = shown.get(at.surface)
        if allowed is None:
            allowed = shown[at.surface] = [kind for kind in kinds if at.surface in BLOCKS[kind][0]]
        if value.get("type") in allowed:
            BLOCKS[value["type"]][1](value, at)
        else:
            at.unsupported(value.get("type"), allowed)

    return check


BLOCK = _of(list(BLOCKS))


def walk(blocks: Any, pointer: str = "") -> Iterator[tuple[Json, str]]:
    """Every block with its pointer, those in containers and carousels too; anything else is passed over."""
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            here = f"{pointer}/{index}"
            yield block, here
            yield from walk(block.get("child_blocks"), f"{here}/child_blocks")
            if block.get("type") == "carousel":
                yield from walk(block.get("elements"), f"{here}/elements")


def elements_of(block: Json) -> Iterator[tuple[Json, str]]:
    """The elements of one block with their pointers within it."""
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield block[key], f"/{key}"
    lists = {"actions": "elements", "context_actions": "elements", "card": "actions"}
    key = lists.get(str(block.get("type")), "")
    listed = block.get(key)
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield item, f"/{key}/{index}"
