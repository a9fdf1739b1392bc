"""Blocks as text: what a person would read out loud."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.driver.words import Names, rich_text, text_of

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Json]]

PRESSED = frozenset({"button", "workflow_button", "icon_button", "feedback_buttons", "overflow"})

_CHOSEN_IDS = {
    "selected_user": "person",
    "selected_users": "person",
    "selected_conversation": "channel",
    "selected_conversations": "channel",
    "selected_channel": "channel",
    "selected_channels": "channel",
}


class Reader:
    """Reads blocks aloud, with the names one person knows and, for a view, what is entered in it."""

    def __init__(self, names: Names, values: Values | None = None) -> None:
        self._names = names
        self._values = values or {}

    def blocks(self, blocks: Iterable[Json]) -> str:
        """All blocks, one below the other."""
        read = [self.block(block) for block in blocks]
        return "\n".join(part for part in read if part)

    def block(self, block: Json) -> str:
        """One block."""
        reads = getattr(self, f"_{block.get('type')}", None)
        return str(reads(block)) if reads else f"({block.get('type')})"

    def text(self, text: Any) -> str:
        """A text object."""
        return text_of(text, self._names)

    def _header(self, block: Json) -> str:
        return self.text(block["text"])

    def _divider(self, _block: Json) -> str:
        return "---"

    def _section(self, block: Json) -> str:
        lines = [self.text(block.get("text"))]
        lines += [self.text(part) for part in block.get("fields", [])]
        if "accessory" in block:
            lines.append(self.element(block["accessory"], block))
        return "\n".join(line for line in lines if line)

    def _context(self, block: Json) -> str:
        return " ".join(self._item(item, block) for item in block["elements"])

    def _item(self, item: Json, block: Json) -> str:
        return self.element(item, block) if item.get("type") == "image" else self.text(item)

    def _actions(self, block: Json) -> str:
        return " ".join(self.element(item, block) for item in block["elements"])

    _context_actions = _actions

    def _input(self, block: Json) -> str:
        label, hint = self.text(block["label"]), self.text(block.get("hint"))
        optional = " (optional)" if block.get("optional") else ""
        line = f"{label}{optional}: {self.element(block['element'], block)}"
        return f"{line}\n  {hint}" if hint else line

    def _image(self, block: Json) -> str:
        title = self.text(block.get("title"))
        return f"{title}\n(picture: {block['alt_text']})" if title else f"(picture: {block['alt_text']})"

    def _video(self, block: Json) -> str:
        return f"{self.text(block['title'])}\n(video: {block['alt_text']})"

    def _rich_text(self, block: Json) -> str:
        return rich_text(block, self._names)

    def _markdown(self, block: Json) -> str:
        return str(block["text"])

    def _alert(self, block: Json) -> str:
        return f"! {self.text(block['text'])}"

    def _card(self, block: Json) -> str:
        lines = [self.element(block[key], block) for key in ("hero_image", "icon") if key in block]
        lines += [self.text(block.get(key)) for key in ("title", "subtitle", "body")]
        lines.append(" ".join(self.element(item, block) for item in block.get("actions", [])))
        return "\n".join(line for line in lines if line)

    def _carousel(self, block: Json) -> str:
        return self.blocks(block["elements"])

    def _container(self, block: Json) -> str:
        title = block.get("rich_text_title")
        lines = [rich_text(title, self._names) if title else self.text(block.get("title"))]
        lines += [self.text(block.get("subtitle")), self.blocks(block["child_blocks"])]
        return "\n".join(line for line in lines if line)

    def _plan(self, block: Json) -> str:
        return "\n".join([str(block["title"]), *(self._task_card(task) for task in block.get("tasks", []))])

    def _task_card(self, block: Json) -> str:
        details = [rich_text(block[key], self._names) for key in ("details", "output") if key in block]
        return "\n".join([f"{block['title']} ({block['status'].replace('_', ' ')})", *details])

    def _table(self, block: Json) -> str:
        return columns([[self._cell(cell) for cell in row] for row in block["rows"]])

    def _data_table(self, block: Json) -> str:
        return f"{block['caption']}\n{self._table(block)}"

    def _cell(self, cell: Json) -> str:
        if cell["type"] == "rich_text":
            return rich_text(cell, self._names).replace("\n", " ")
        return str(cell.get("text", cell.get("value", "")))

    def _data_visualization(self, block: Json) -> str:
        chart = block["chart"]
        if chart["type"] == "pie":
            rows = [[str(part["label"]), str(part["value"])] for part in chart["segments"]]
        else:
            head = ["", *(str(series["name"]) for series in chart["series"])]
            points = [
                {point["label"]: point["value"] for point in series["data"]} for series in chart["series"]
            ]
            categories = chart["axis_config"]["categories"]
            rows = [
                head,
                *([label, *(str(point.get(label, "")) for point in points)] for label in categories),
            ]
        return f"(chart: {block['title']})\n{columns(rows)}"

    def element(self, element: Json, block: Json) -> str:
        """One element with what is chosen or entered in it."""
        kind = element["type"]
        if kind == "image":
            return f"(picture: {element['alt_text']})"
        if kind in PRESSED:
            return self._button(element)
        if kind in {"checkboxes", "radio_buttons"}:
            return self._ticks(element, block)
        chosen = ", ".join(self.chosen(element, block))
        if kind.endswith(("_select", "picker")):
            return f"[{chosen or self.text(element.get('placeholder')) or 'choose'} ▾]"
        return chosen or "____"

    def _button(self, element: Json) -> str:
        if element["type"] == "overflow":
            return f"[… {' | '.join(self.text(option['text']) for option in element['options'])}]"
        sides = [element[key] for key in ("positive_button", "negative_button") if key in element] or [
            element
        ]
        return " ".join(f"[{self.text(side['text'])}]" for side in sides)

    def _ticks(self, element: Json, block: Json) -> str:
        chosen = self.chosen(element, block)
        on, off = ("[x]", "[ ]") if element["type"] == "checkboxes" else ("(•)", "( )")
        lines = []
        for option in element["options"]:
            label, more = self.text(option["text"]), self.text(option.get("description"))
            lines.append(f"{on if label in chosen else off} {label}{f' - {more}' if more else ''}")
        return "\n".join(lines) if len(lines) == 1 else "\n  " + "\n  ".join(lines)

    def chosen(self, element: Json, block: Json) -> list[str]:
        """What is chosen or entered in an element, as labels and names."""
        entries = self._values.get(block.get("block_id", ""), {})
        entry = entries.get(element.get("action_id", ""))
        if entry is None:
            entry = {
                key.replace("initial_", "selected_", 1) if key != "initial_value" else "value": value
                for key, value in element.items()
                if key.startswith("initial_")
            }
        found: list[str] = []
        for key, value in entry.items():
            if key in {"type", "timezone"} or value in (None, "", []):
                continue
            found += [self._name(key, item) for item in (value if isinstance(value, list) else [value])]
        return found

    def _name(self, key: str, value: Any) -> str:
        if isinstance(value, dict) and "elements" in value:
            return rich_text(value, self._names)
        if isinstance(value, dict):
            return self.text(value["text"]) if "text" in value else str(value.get("name") or value.get("id"))
        if key in _CHOSEN_IDS:
            named = self._names.person(value) if _CHOSEN_IDS[key] == "person" else self._names.channel(value)
            return str(named)
        if key == "selected_date_time":
            return dt.datetime.fromtimestamp(int(value), dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
        return str(value)


def columns(rows: list[list[str]]) -> str:
    """Rows as aligned columns."""
    width = max((len(row) for row in rows), default=0)
    full = [row + [""] * (width - len(row)) for row in rows]
    widths = [max(len(row[n]) for row in full) for n in range(width)]
    return "\n".join(
        " | ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in full
    )
