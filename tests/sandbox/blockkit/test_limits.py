"""Each limit of Block Kit, at the limit and one past it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.blockkit import Surface, check_blocks

Json = dict[str, Any]


def _plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def _mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def _option(value: str = "v", text: str = "x", **more: Any) -> Json:
    return {"text": _plain(text), "value": value, **more}


def _options(count: int) -> list[Json]:
    return [_option(str(n)) for n in range(count)]


def _button(**more: Any) -> Json:
    return {"type": "button", "text": _plain(), **more}


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _section(**more: Any) -> Json:
    return {"type": "section", "text": _mrkdwn(), **more}


def _entry(kind: str, **more: Any) -> Json:
    return {"type": "input", "label": _plain(), "element": {"type": kind, **more}}


def _select(**more: Any) -> Json:
    return _actions({"type": "static_select", **more})


def _confirm(**more: Any) -> Json:
    asks = {"title": _plain(), "text": _plain(), "confirm": _plain(), "deny": _plain(), **more}
    return _actions(_button(confirm=asks))


def _picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "x", **more}


def _link(length: int) -> str:
    start = "https://pictures.example/"
    return start + "a" * (length - len(start))


def _cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def _table(rows: int = 1, cells: int = 1, text: str = "x", **more: Any) -> Json:
    return {"type": "table", "rows": [[_cell(text)] * cells for _ in range(rows)], **more}


def _data_table(rows: int = 2, cells: int = 1, **more: Any) -> Json:
    return {"type": "data_table", "caption": "c", "rows": [[_cell()] * cells for _ in range(rows)], **more}


def _pie(segments: int = 1, **more: Any) -> Json:
    chart = {"type": "pie", "segments": [{"label": str(n), "value": 1} for n in range(segments)]}
    return {"type": "data_visualization", "title": "t", "chart": chart, **more}


def _bars(series: int = 1, categories: int = 1) -> Json:
    labels = [str(n) for n in range(categories)]
    data = [{"label": label, "value": 1} for label in labels]
    chart = {
        "type": "bar",
        "series": [{"name": f"s{n}", "data": data} for n in range(series)],
        "axis_config": {"categories": labels},
    }
    return {"type": "data_visualization", "title": "t", "chart": chart}


def _card(**more: Any) -> Json:
    return {"type": "card", "title": _mrkdwn(), **more}


def _video(**more: Any) -> Json:
    return {
        "type": "video",
        "alt_text": "x",
        "title": _plain(),
        "thumbnail_url": "https://pictures.example/a.png",
        "video_url": "https://pictures.example/a",
        **more,
    }


def _container(children: int = 1, **more: Any) -> Json:
    child = {"type": "divider"}
    return {"type": "container", "title": _plain(), "child_blocks": [child] * children, **more}


# name: (surface, block of a size, the largest size accepted, where the refusal of one more points)
LARGEST: dict[str, tuple[Surface, Callable[[int], Json], int, str]] = {
    "block_id": ("message", lambda n: _section(block_id="x" * n), 255, "/block_id"),
    "section text": ("message", lambda n: _section(text=_mrkdwn("x" * n)), 3000, "/text/text"),
    "section fields": ("message", lambda n: _section(fields=[_plain()] * n), 10, "/fields"),
    "section field": ("message", lambda n: _section(fields=[_mrkdwn("x" * n)]), 2000, "/fields/0/text"),
    "header": ("home", lambda n: {"type": "header", "text": _plain("x" * n)}, 150, "/text/text"),
    "actions": ("message", lambda n: _actions(*[_button()] * n), 25, "/elements"),
    "context": ("modal", lambda n: {"type": "context", "elements": [_mrkdwn()] * n}, 10, "/elements"),
    "context actions": (
        "message",
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": _plain()}] * n,
        },
        5,
        "/elements",
    ),
    "image address": ("message", lambda n: _picture(image_url=_link(n)), 3000, "/image_url"),
    "image alt text": ("message", lambda n: _picture(alt_text="x" * n), 2000, "/alt_text"),
    "image title": ("message", lambda n: _picture(title=_plain("x" * n)), 2000, "/title/text"),
    "input label": (
        "modal",
        lambda n: _entry("datepicker") | {"label": _plain("x" * n)},
        2000,
        "/label/text",
    ),
    "input hint": ("modal", lambda n: _entry("datepicker") | {"hint": _plain("x" * n)}, 2000, "/hint/text"),
    "markdown": ("message", lambda n: {"type": "markdown", "text": "x" * n}, 12_000, "/text"),
    "table rows": ("message", lambda n: _table(rows=n), 100, "/rows"),
    "table cells": ("message", lambda n: _table(cells=n), 20, "/rows/0"),
    "table characters": ("message", lambda n: _table(text="x" * n), 10_000, "/rows"),
    "table columns": ("message", lambda n: _table(column_settings=[None] * n), 20, "/column_settings"),
    "data table rows": ("message", lambda n: _data_table(rows=n), 101, "/rows"),
    "data table cells": ("message", lambda n: _data_table(cells=n), 20, "/rows/0"),
    "data table page": ("message", lambda n: _data_table(page_size=n), 100, "/page_size"),
    "chart title": ("message", lambda n: _pie(title="x" * n), 50, "/title"),
    "pie segments": ("message", _pie, 6, "/chart/segments"),
    "chart series": ("message", _bars, 6, "/chart/series"),
    "chart categories": ("message", lambda n: _bars(categories=n), 20, "/chart/axis_config/categories"),
    "card title": ("message", lambda n: _card(title=_plain("x" * n)), 150, "/title/text"),
    "card subtitle": ("message", lambda n: _card(subtitle=_plain("x" * n)), 150, "/subtitle/text"),
    "card body": ("message", lambda n: _card(body=_mrkdwn("x" * n)), 200, "/body/text"),
    "card actions": ("message", lambda n: _card(actions=[_button()] * n), 2, "/actions"),
    "carousel": ("message", lambda n: {"type": "carousel", "elements": [_card()] * n}, 10, "/elements"),
    "container": ("message", _container, 10, "/child_blocks"),
    "container title": ("message", lambda n: _container(title=_plain("x" * n)), 150, "/title/text"),
    "alert": ("modal", lambda n: {"type": "alert", "text": _plain("x" * n)}, 200, "/text/text"),
    "video title": ("message", lambda n: _video(title=_plain("x" * n)), 199, "/title/text"),
    "video author": ("message", lambda n: _video(author_name="x" * n), 49, "/author_name"),
    "action_id": ("message", lambda n: _actions(_button(action_id="x" * n)), 255, "/action_id"),
    "button text": ("message", lambda n: _actions(_button(text=_plain("x" * n))), 75, "/text/text"),
    "button value": ("message", lambda n: _actions(_button(value="x" * n)), 2000, "/value"),
    "button address": ("message", lambda n: _actions(_button(url=_link(n))), 3000, "/url"),
    "button label": (
        "message",
        lambda n: _actions(_button(accessibility_label="x" * n)),
        75,
        "/accessibility_label",
    ),
    "option text": (
        "message",
        lambda n: _select(options=[_option(text="x" * n)]),
        75,
        "/options/0/text/text",
    ),
    "option value": ("message", lambda n: _select(options=[_option("x" * n)]), 150, "/options/0/value"),
    "option description": (
        "message",
        lambda n: _select(options=[_option(description=_plain("x" * n))]),
        75,
        "/description/text",
    ),
    "options": ("message", lambda n: _select(options=_options(n)), 100, "/options"),
    "option groups": (
        "message",
        lambda n: _select(option_groups=[{"label": _plain(), "options": _options(1)}] * n),
        100,
        "/option_groups",
    ),
    "options in a group": (
        "message",
        lambda n: _select(option_groups=[{"label": _plain(), "options": _options(n)}]),
        100,
        "/option_groups/0/options",
    ),
    "option group label": (
        "message",
        lambda n: _select(option_groups=[{"label": _plain("x" * n), "options": _options(1)}]),
        75,
        "/label/text",
    ),
    "checkboxes": (
        "message",
        lambda n: _actions({"type": "checkboxes", "options": _options(n)}),
        10,
        "/options",
    ),
    "radio buttons": (
        "message",
        lambda n: _actions({"type": "radio_buttons", "options": _options(n)}),
        10,
        "/options",
    ),
    "overflow": ("message", lambda n: _actions({"type": "overflow", "options": _options(n)}), 5, "/options"),
    "placeholder": (
        "message",
        lambda n: _select(options=_options(1), placeholder=_plain("x" * n)),
        150,
        "/placeholder/text",
    ),
    "confirm title": ("message", lambda n: _confirm(title=_plain("x" * n)), 100, "/confirm/title/text"),
    "confirm text": ("message", lambda n: _confirm(text=_mrkdwn("x" * n)), 300, "/confirm/text/text"),
    "confirm button": ("message", lambda n: _confirm(confirm=_plain("x" * n)), 30, "/confirm/confirm/text"),
    "deny button": ("message", lambda n: _confirm(deny=_plain("x" * n)), 30, "/confirm/deny/text"),
    "min_length": ("modal", lambda n: _entry("plain_text_input", min_length=n), 3000, "/min_length"),
    "max_length": ("modal", lambda n: _entry("plain_text_input", max_length=n), 3000, "/max_length"),
    "initial_value": (
        "modal",
        lambda n: _entry("plain_text_input", initial_value="x" * n),
        3000,
        "/initial_value",
    ),
    "max_files": ("modal", lambda n: _entry("file_input", max_files=n), 10, "/max_files"),
    "rich text indent": (
        "message",
        lambda n: {
            "type": "rich_text",
            "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [], "indent": n}],
        },
        8,
        "/indent",
    ),
}

# name: (surface, block of a size, the smallest size accepted)
SMALLEST: dict[str, tuple[Surface, Callable[[int], Json], int]] = {
    "section text": ("message", lambda n: _section(text=_mrkdwn("x" * n)), 1),
    "section fields": ("message", lambda n: _section(fields=[_plain()] * n), 1),
    "actions": ("message", lambda n: _actions(*[_button()] * n), 1),
    "context": ("message", lambda n: {"type": "context", "elements": [_plain()] * n}, 1),
    "options": ("message", lambda n: _select(options=_options(n)), 1),
    "checkboxes": ("message", lambda n: _actions({"type": "checkboxes", "options": _options(n)}), 1),
    "overflow": ("message", lambda n: _actions({"type": "overflow", "options": _options(n)}), 1),
    "data table rows": ("message", lambda n: _data_table(rows=n), 2),
    "pie segments": ("message", _pie, 1),
    "carousel": ("message", lambda n: {"type": "carousel", "elements": [_card()] * n}, 1),
    "container": ("message", _container, 1),
    "max_files": ("modal", lambda n: _entry("file_input", max_files=n), 1),
}


@pytest.mark.parametrize("name", LARGEST)
def test_accepts_the_largest_and_refuses_one_more(name: str) -> None:
    """Every upper limit is where Slack puts it, and the refusal points at the member that is too large."""
    surface, block, most, pointer = LARGEST[name]
    assert check_blocks([block(most)], surface) == []
    problems = check_blocks([block(most + 1)], surface)
    assert [problem for problem in problems if problem.pointer.endswith(pointer)], problems
    assert {problem.error for problem in problems} == {"invalid_blocks"}
    assert all(problem.code == "failed_constraint" for problem in problems)


@pytest.mark.parametrize("name", SMALLEST)
def test_accepts_the_smallest_and_refuses_one_less(name: str) -> None:
    """Every lower limit is where Slack puts it."""
    surface, block, least = SMALLEST[name]
    assert check_blocks([block(least)], surface) == []
    assert check_blocks([block(least - 1)], surface) != []


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface: Surface, most: int) -> None:
    """A message takes 50 blocks, a modal and Home 100."""
    assert check_blocks([{"type": "divider"}] * most, surface) == []
    (problem,) = check_blocks([{"type": "divider"}] * (most + 1), surface)
    assert problem.line == f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"


@pytest.mark.parametrize(
    ("block", "most", "says"),
    [
        (_table(), 1, "only_one_table_allowed"),
        (_pie(), 2, "no more than 2 data_visualization blocks allowed"),
    ],
)
def test_some_blocks_come_once_or_twice_a_message(block: Json, most: int, says: str) -> None:
    """One table and two charts a message."""
    assert check_blocks([block] * most, "message") == []
    assert [problem.message for problem in check_blocks([block] * (most + 1), "message")] == [says]


def test_markdown_blocks_share_their_limit() -> None:
    """12,000 characters of markdown go into one message, in however many blocks."""
    half: Json = {"type": "markdown", "text": "x" * 6000}
    assert check_blocks([half, half], "message") == []
    assert check_blocks([half, half, {"type": "markdown", "text": "x"}], "message") != []


def test_all_blocks_of_a_message_share_a_limit() -> None:
    """Some 13,200 characters of blocks in all are too long for a message, and for a message only."""
    blocks: list[Json] = [_section(text=_plain("x" * 2640)) for _ in range(5)]
    assert check_blocks(blocks, "message") == []
    longer = [*copy.deepcopy(blocks), _section()]
    assert [problem.error for problem in check_blocks(longer, "message")] == ["msg_blocks_too_long"]
    assert check_blocks(longer, "modal") == []
