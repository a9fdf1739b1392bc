"""Several things of one kind in one message: a title, then a part for each, with its own buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.views.blocks import Block, Message, context, divider, section


def together(
    notification: str, title: str, parts: Iterable[Sequence[Block]], small_print: str = ""
) -> Message:
    """Return one message of several parts, a line above each; the small print holds for all of them."""
    blocks: list[Block] = [section(title)]
    for part in parts:
        blocks += [divider(), *part]
    if small_print:
        blocks += [divider(), context(small_print)]
    return Message(text=notification, blocks=blocks)


def with_part(
    shown: Sequence[Mapping[str, Any]], pressed_block: str, part: Sequence[Block]
) -> list[Block] | None:
    """Return the blocks of a message with another content in the part that was pressed.

    ``shown`` are the blocks as Slack gave them back. None for a message that says one thing only.
    """
    parts: list[list[Block]] = [[]]
    for block in shown:
        if block.get("type") == "divider":
            parts.append([])
        else:
            parts[-1].append(dict(block))
    if len(parts) == 1:
        return None
    blocks: list[Block] = []
    for n, held in enumerate(parts):
        is_pressed = any(block.get("block_id") == pressed_block for block in held)
        blocks += [divider()] if n else []
        blocks += part if is_pressed else held
    return blocks
