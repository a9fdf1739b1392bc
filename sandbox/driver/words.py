"""Slack's markup as a person reads it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ANGLE = re.compile(r"<([^<>\n]+)>")
# Bold, italic, struck and code lose their marks; a mark inside a word is a character like any other.
_MARKS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)


@dataclass(frozen=True)
class Names:
    """What ids are called: people by real name, channels by name."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def person(self, user_id: str) -> str:
        """A person's or bot's name; the id where nobody is known by it."""
        return self.people.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        """A channel's name; the id where none is known by it."""
        return self.channels.get(channel_id, channel_id)


def mrkdwn(text: str, names: Names) -> str:
    """Slack's mrkdwn without its marks: mentions and links by name, entities as characters."""
    read = _ANGLE.sub(lambda found: _angle(found.group(1), names), text)
    read = _FENCE.sub(r"\1", read)
    for _ in range(2):  # bold inside italic and the other way round
        read = _MARKS.sub(r"\2", read)
    return html.unescape(read)


def _angle(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return label or f"@{names.person(target[1:])}"
    if target.startswith("#"):
        return f"#{label or names.channel(target[1:])}"
    if target.startswith("!"):
        return label or f"@{target[1:].split('^')[0]}"
    return label or target.removeprefix("mailto:")


def text_of(text: Any, names: Names) -> str:
    """A text object as a person reads it; nothing for what is not one."""
    if not isinstance(text, dict):
        return ""
    words = str(text.get("text", ""))
    return mrkdwn(words, names) if text.get("type") == "mrkdwn" else words


def rich_text(block: Mapping[str, Any], names: Names) -> str:
    """A rich_text block as lines."""
    return "\n".join(_part(part, names) for part in block.get("elements", []))


def _part(part: Mapping[str, Any], names: Names) -> str:
    items = part.get("elements", [])
    if part.get("type") == "rich_text_list":
        indent = "  " * int(part.get("indent", 0))
        ordered, start = part.get("style") == "ordered", int(part.get("offset", 0)) + 1
        marks = [f"{start + n}." if ordered else "•" for n in range(len(items))]
        return "\n".join(
            f"{indent}{mark} {_part(item, names)}" for mark, item in zip(marks, items, strict=True)
        )
    line = "".join(_inline(item, names) for item in items).rstrip("\n")
    if part.get("type") == "rich_text_quote":
        return "\n".join(f"> {piece}" for piece in line.split("\n"))
    return line


def _inline(item: Mapping[str, Any], names: Names) -> str:
    match item:
        case {"user_id": user_id}:
            words = f"@{names.person(user_id)}"
        case {"channel_id": channel_id}:
            words = f"#{names.channel(channel_id)}"
        case {"range": everyone}:
            words = f"@{everyone}"
        case {"type": "emoji", "name": name}:
            words = f":{name}:"
        case _:
            keys = ("text", "url", "fallback", "timestamp", "value", "usergroup_id", "team_id")
            words = next((str(item[key]) for key in keys if item.get(key)), "")
    return words


def same(one: str, other: str) -> bool:
    """Whether two labels are the same to a person: case and spacing do not count."""
    return plainly(one) == plainly(other)


def plainly(text: str) -> str:
    """A text for comparing: lower case, single spaces."""
    return " ".join(text.split()).casefold()


def key(text: str) -> str:
    """A label as a keyword: lower case letters and digits, anything between them one underscore."""
    return re.sub(r"[\W_]+", "_", text.casefold()).strip("_")
