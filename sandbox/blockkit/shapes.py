"""The vocabulary in which Block Kit's rules are written down: small checks that compose.

A check takes a value and the place it stands at, and notes problems there; it returns nothing, never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sandbox.blockkit.problems import Json, Place

Check = Callable[[Any, Place], None]


def string(maximum: int | None = None, minimum: int = 1) -> Check:
    """Text of `minimum` to `maximum` characters."""

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, str):
            at.say("must provide a string", constraint={"type": "type", "expected": "string"})
        elif len(value) < minimum:
            limit = {"type": "min_length", "expected": minimum, "got": len(value)}
            at.say(f"must be more than {minimum - 1} characters", constraint=limit)
        elif maximum is not None and len(value) > maximum:
            limit = {"type": "max_length", "expected": maximum, "got": len(value)}
            at.say(f"must be less than {maximum + 1} characters", constraint=limit)

    return check


def address(maximum: int = 3000) -> Check:
    """An http or https address of at most `maximum` characters."""
    length = string(maximum)

    def check(value: Any, at: Place) -> None:
        length(value, at)
        if not isinstance(value, str) or not value:
            return
        try:
            parts = urlsplit(value)
        except ValueError:
            at.say("must be a valid url", constraint={"type": "format", "expected": "url"})
            return
        if parts.scheme not in {"http", "https", "mailto", "slack", "tel"} or not (
            parts.netloc or parts.path
        ):
            at.say("must be a valid url", constraint={"type": "format", "expected": "url"})

    return check


def matching(pattern: str, says: str) -> Check:
    """Text of one form, with the sentence for anything else."""
    form = re.compile(pattern)

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, str) or form.fullmatch(value) is None:
            at.say(says, constraint={"type": "format", "expected": pattern})

    return check


def flag(value: Any, at: Place) -> None:
    """True or false."""
    if not isinstance(value, bool):
        at.say("must provide a boolean", constraint={"type": "type", "expected": "boolean"})


def whole(minimum: int, maximum: int | None = None) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: Place) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            at.say("must provide an integer", constraint={"type": "type", "expected": "integer"})
        elif value < minimum:
            at.say(f"must be no less than {minimum}", constraint={"type": "minimum", "expected": minimum})
        elif maximum is not None and value > maximum:
            at.say(f"must be no greater than {maximum}", constraint={"type": "maximum", "expected": maximum})

    return check


def number(value: Any, at: Place) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        at.say("must provide a number", constraint={"type": "type", "expected": "number"})


def one_of(*words: str) -> Check:
    """One of some words."""

    def check(value: Any, at: Place) -> None:
        if value not in words:
            constraint = {"type": "enum", "expected": list(words), "got": value}
            at.say(f"must be a valid enum value: {value}", constraint=constraint)

    return check


def many(each: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list of `minimum` to `maximum` items, each as described."""

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, list):
            at.say("must provide an array", constraint={"type": "type", "expected": "array"})
            return
        if len(value) < minimum:
            limit = {"type": "min_items", "expected": minimum, "got": len(value)}
            at.say(f"no fewer than {minimum} items allowed", constraint=limit)
        if maximum is not None and len(value) > maximum:
            limit = {"type": "max_items", "expected": maximum, "got": len(value)}
            at.say(f"no more than {maximum} items allowed", constraint=limit)
        for index, item in enumerate(value):
            each(item, at.down(index))

    return check


def exactly(word: str) -> Check:
    """This very word."""
    return one_of(word)


@dataclass(frozen=True)
class Shape:
    """An object: what it must have, what it may have, and rules between its members.

    Slack refuses unknown members, so does this. Rules run only when every member is well formed, so a rule
    may rely on their types.
    """

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Callable[[Json, Place], None], ...] = ()

    def __call__(self, value: Any, at: Place) -> None:
        """Check one object."""
        if not isinstance(value, dict):
            at.say("must provide an object", constraint={"type": "type", "expected": "object"})
            return
        before = len(at.found)
        for key in self.required:
            if key not in value:
                at.say(f"missing required field: {key}", code="missing_field", field=key)
        for key, member in value.items():
            check = self.required.get(key) or self.optional.get(key)
            if check is None:
                at.say(f"invalid additional property: {key}", code="unknown_field", field=key)
            else:
                check(member, at.down(key))
        if len(at.found) == before:
            for rule in self.rules:
                rule(value, at)


def either(*keys: str) -> Callable[[Json, Place], None]:
    """The rule that at least one of some members is there."""
    names = " or ".join(keys)

    def rule(value: Json, at: Place) -> None:
        if not any(key in value for key in keys):
            at.say(f"missing required field: {names}", code="missing_field", field=keys[0])

    return rule


def not_both(one: str, other: str) -> Callable[[Json, Place], None]:
    """The rule that two members exclude each other."""

    def rule(value: Json, at: Place) -> None:
        if one in value and other in value:
            constraint = {"type": "exclusive", "expected": [one, other]}
            at.say(f"cannot provide both {one} and {other}", constraint=constraint, field=other)

    return rule
