"""What kinds of elements have in common: members with their limits, and how a shape is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.blockkit.objects import CONFIRM, plain
from sandbox.blockkit.problems import Json, Place
from sandbox.blockkit.shapes import Check, Shape, exactly, flag, many, string

ID = string(255)
IDS = many(string())

FOCUSED: Mapping[str, Check] = {"action_id": ID, "focus_on_load": flag}
HELD: Mapping[str, Check] = {**FOCUSED, "placeholder": plain(150)}
HELD_ASKING: Mapping[str, Check] = {**HELD, "confirm": CONFIRM}


def element_shape(
    kind: str,
    optional: Mapping[str, Check],
    *rules: Callable[[Json, Place], None],
    required: Mapping[str, Check] | None = None,
) -> Shape:
    """The shape of one kind of element: what it may have, what it must have besides its type, its rules."""
    return Shape({"type": exactly(kind), **(required or {})}, optional, rules)
