"""Every element, checked by its type and its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.blockkit.elements.buttons import BUTTONS
from sandbox.blockkit.elements.choices import CHOICES
from sandbox.blockkit.elements.inputs import INPUTS
from sandbox.blockkit.elements.pickers import PICKERS
from sandbox.blockkit.elements.places import SURFACES
from sandbox.blockkit.objects import IMAGE
from sandbox.blockkit.problems import Place, Surface
from sandbox.blockkit.shapes import Check, Shape

ELEMENTS: Mapping[str, Shape] = {**BUTTONS, "image": IMAGE, **CHOICES, **PICKERS, **INPUTS}


def element(*kinds: str) -> Check:
    """An element of one of some kinds, allowed on the surface at hand."""
    shown: dict[Surface, list[str]] = {}

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
            return
        allowed = shown.get(at.surface)
        if allowed is None:
            allowed = [kind for kind in kinds if at.surface in SURFACES.get(kind, {at.surface})]
            shown[at.surface] = allowed
        kind = value.get("type")
        if kind not in allowed:
            at.unsupported(kind, allowed)
            return
        ELEMENTS[kind](value, at)

    return check
