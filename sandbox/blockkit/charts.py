"""Tables and charts: the blocks that carry data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.blockkit.problems import Json, Place
from sandbox.blockkit.richtext import RICH_TEXT
from sandbox.blockkit.shapes import Check, Shape, exactly, flag, many, number, one_of, string, whole

CELL_CHARACTERS = 10_000

_CELLS: Mapping[str, Shape] = {
    "raw_text": Shape({"type": exactly("raw_text"), "text": string(minimum=0)}),
    "raw_number": Shape({"type": exactly("raw_number"), "value": number}, {"text": string(minimum=0)}),
    "rich_text": RICH_TEXT,
}


def _cell(value: Any, at: Place) -> None:
    if not isinstance(value, dict):
        at.say("must provide an object", constraint={"type": "type", "expected": "object"})
    elif value.get("type") not in list(_CELLS):
        at.unsupported(value.get("type"), list(_CELLS))
    else:
        _CELLS[value["type"]](value, at)


_READ = frozenset({"text", "alt_text"})


def texts(value: Any) -> list[str]:
    """Every text inside a payload that a person would read, in no order."""
    found: list[str] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left.extend(one)
        elif isinstance(one, dict):
            for key, member in one.items():
                if isinstance(member, dict | list):
                    left.append(member)
                elif key in _READ and isinstance(member, str):
                    found.append(member)
    return found


def _cells_fit(block: Json, at: Place) -> None:
    total = sum(len(text) for text in texts(block["rows"]))
    if total > CELL_CHARACTERS:
        limit = {"type": "max_length", "expected": CELL_CHARACTERS, "got": total}
        at.down("rows").say(
            f"must be less than {CELL_CHARACTERS + 1} characters in all cells", constraint=limit
        )


def _rows_match(block: Json, at: Place) -> None:
    width = len(block["rows"][0])
    for index, row in enumerate(block["rows"]):
        if len(row) != width:
            at.down("rows").down(index).say("all rows must have the same number of cells")


def _plain_header(block: Json, at: Place) -> None:
    for index, cell in enumerate(block["rows"][0]):
        if cell["type"] == "rich_text":
            at.down("rows").down(0).down(index).unsupported("rich_text", ["raw_text", "raw_number"])


def _column(value: Any, at: Place) -> None:
    if value is not None:  # null keeps a column's default
        Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})(value, at)


TABLE = Shape(
    {"type": exactly("table"), "rows": many(many(_cell, 1, 20), 1, 100)},
    {"block_id": string(255), "column_settings": many(_column, 0, 20)},
    (_cells_fit,),
)

DATA_TABLE = Shape(
    {"type": exactly("data_table"), "caption": string(), "rows": many(many(_cell, 1, 20), 2, 101)},
    {"block_id": string(255), "page_size": whole(1, 100), "row_header_column_index": whole(0)},
    (_rows_match, _plain_header, _cells_fit),
)


def _above_zero(value: Any, at: Place) -> None:
    number(value, at)
    if isinstance(value, int | float) and value <= 0:
        at.say("must be greater than 0", constraint={"type": "exclusive_minimum", "expected": 0})


def _series_fit_axis(chart: Json, at: Place) -> None:
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    for index, series in enumerate(chart["series"]):
        here = at.down("series").down(index)
        if names.index(series["name"]) != index:
            here.down("name").say(f"name {series['name']} already exists")
        if any(point["label"] not in categories for point in series["data"]):
            here.down("data").say("labels must match the axis categories")


_POINT = Shape({"label": string(20), "value": number})
_SERIES = Shape({"name": string(20), "data": many(_POINT, 1, 20)})
_AXIS = Shape({"categories": many(string(20), 1, 20)}, {"x_label": string(50), "y_label": string(50)})


def _drawn(kind: str) -> Shape:
    members: Mapping[str, Check] = {
        "type": exactly(kind),
        "series": many(_SERIES, 1, 6),
        "axis_config": _AXIS,
    }
    return Shape(members, {}, (_series_fit_axis,))


_CHARTS: Mapping[str, Shape] = {
    "pie": Shape(
        {"type": exactly("pie"), "segments": many(Shape({"label": string(20), "value": _above_zero}), 1, 6)}
    ),
    "bar": _drawn("bar"),
    "area": _drawn("area"),
    "line": _drawn("line"),
}


def _chart(value: Any, at: Place) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in _CHARTS:
        _CHARTS[kind](value, at)
    else:
        at.unsupported(kind, list(_CHARTS))


DATA_VISUALIZATION = Shape(
    {"type": exactly("data_visualization"), "title": string(50), "chart": _chart}, {"block_id": string(255)}
)
