"""The structure of a `rich_text` block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.blockkit.problems import Place
from sandbox.blockkit.shapes import Check, Shape, address, exactly, flag, many, one_of, string, whole

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = Shape({}, dict.fromkeys(_STYLES, flag))


def _inline(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Shape:
    return Shape({"type": exactly(kind), **required}, {"style": _STYLE, **(optional or {})})


_INLINE = {
    "text": _inline("text", {"text": string()}),
    "link": _inline("link", {"url": address()}, {"text": string(minimum=0), "unsafe": flag}),
    "emoji": _inline("emoji", {"name": string()}, {"unicode": string(), "skin_tone": whole(1, 6)}),
    "user": _inline("user", {"user_id": string()}),
    "usergroup": _inline("usergroup", {"usergroup_id": string()}),
    "team": _inline("team", {"team_id": string()}),
    "channel": _inline("channel", {"channel_id": string()}),
    "broadcast": _inline("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "color": _inline("color", {"value": string()}),
    "date": _inline(
        "date", {"timestamp": whole(0), "format": string()}, {"url": address(), "fallback": string()}
    ),
}


def _typed(kinds: Mapping[str, Shape]) -> Check:
    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
        elif value.get("type") not in list(kinds):
            at.unsupported(value.get("type"), list(kinds))
        else:
            kinds[value["type"]](value, at)

    return check


_ANY_INLINE = many(_typed(_INLINE))
_SECTION = Shape({"type": exactly("rich_text_section"), "elements": _ANY_INLINE})
_PARTS = {
    "rich_text_section": _SECTION,
    "rich_text_list": Shape(
        {
            "type": exactly("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": many(_typed({"rich_text_section": _SECTION})),
        },
        {"indent": whole(0, 8), "offset": whole(0), "border": whole(0, 1)},
    ),
    "rich_text_preformatted": Shape(
        {
            "type": exactly("rich_text_preformatted"),
            "elements": many(_typed({kind: _INLINE[kind] for kind in ("text", "link")})),
        },
        {"border": whole(0, 1), "language": string()},
    ),
    "rich_text_quote": Shape(
        {"type": exactly("rich_text_quote"), "elements": _ANY_INLINE}, {"border": whole(0, 1)}
    ),
}

RICH_TEXT = Shape(
    {"type": exactly("rich_text"), "elements": many(_typed(_PARTS), 1)}, {"block_id": string(255)}
)
