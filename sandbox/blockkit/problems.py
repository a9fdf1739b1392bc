"""What Slack would say about a block, a view or a message it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """One refusal.

    `code`, `message`, `pointer` (a JSON pointer), `constraint` and `field` are the members of an entry in
    the `errors` of Slack's `blocks.validate`; `failed_constraint` with an `enum` constraint is the documented
    form, the other two codes (`missing_field`, `unknown_field`) are ours. `error` is the name a Web API
    method answers with; `blocks.validate` itself names `invalid_blocks`, `invalid_view` or `invalid_message`
    by what it was given.
    """

    code: str
    message: str
    pointer: str
    constraint: Mapping[str, Any] | None = None
    field: str | None = None
    error: str = "invalid_blocks"

    @property
    def line(self) -> str:
        """The sentence Slack puts in `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"

    def as_json(self) -> Json:
        """The entry in the `errors` of `blocks.validate`; members that say nothing are left out."""
        entry: Json = {"code": self.code, "message": self.message, "pointer": self.pointer}
        if self.constraint is not None:
            entry["constraint"] = dict(self.constraint)
        if self.field is not None:
            entry["field"] = self.field
        return entry


@dataclass(slots=True)
class Place:
    """Where in a payload a check stands, and the list in which it notes what it finds.

    Never changed once made. Dozens are made for each message, and a frozen one takes three times as long.
    """

    pointer: str
    surface: Surface
    found: list[Problem]
    error: str = "invalid_blocks"

    def down(self, step: str | int) -> Place:
        """The place one member or one index further in."""
        if isinstance(step, str) and ("~" in step or "/" in step):
            step = step.replace("~", "~0").replace("/", "~1")
        return Place(f"{self.pointer}/{step}", self.surface, self.found, self.error)

    def say(
        self,
        message: str,
        *,
        code: str = "failed_constraint",
        constraint: Mapping[str, Any] | None = None,
        field: str | None = None,
    ) -> None:
        """Note a problem here."""
        self.found.append(Problem(code, message, self.pointer, constraint, field, self.error))

    def unsupported(self, kind: object, expected: list[str]) -> None:
        """Note a type that is unknown, or not allowed here or on this surface."""
        self.down("type").say(
            f"unsupported type: {kind}",
            constraint={"type": "enum", "expected": expected, "got": kind},
        )
