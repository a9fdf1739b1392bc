"""``config/agreement.toml``: the clauses of a mentoring agreement, and the rules of signing and renewing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.guidelines.reading import Rules

RelationshipKind = Literal["mentor", "advisor", "co-advisor", "rotation", "committee", "peer", "group"]
RELATIONSHIP_KINDS: tuple[RelationshipKind, ...] = (
    "mentor",
    "advisor",
    "co-advisor",
    "rotation",
    "committee",
    "peer",
    "group",
)

KEY = r"^[a-z][a-z0-9_]*$"
MOST_INPUTS = 40
"""Fields one form may hold: with sections and fixed clauses it stays below Slack's 100 blocks."""


class Signing(Rules):
    """What happens while an agreement waits."""

    remind_after_working_days: int = Field(ge=1, le=30)


class Renewal(Rules):
    """How long an agreement runs, and when both are told that its end is near."""

    months_from: str
    """The key of the number clause that says for how many months the agreement runs."""
    notice_days: tuple[int, ...] = Field(min_length=1, max_length=5)

    @model_validator(mode="after")
    def _days_are_before_the_end(self) -> Self:
        if any(days < 1 for days in self.notice_days) or len(set(self.notice_days)) != len(self.notice_days):
            raise ValueError("notice_days must be different whole numbers of days, each at least 1")
        return self


class Section(Rules):
    """A heading over clauses that belong together."""

    key: str = Field(pattern=KEY, max_length=40)
    title: str = Field(min_length=1, max_length=140)


class Option(Rules):
    """One answer to a choice: a key that stays, and the words people read and sign."""

    key: str = Field(pattern=KEY, max_length=40)
    label: str = Field(min_length=1, max_length=75)


class ClauseRule(Rules):
    """One clause: what it asks, how it is answered, and in which relationships it appears."""

    key: str = Field(pattern=KEY, max_length=40)
    section: str
    title: str = Field(min_length=1, max_length=150)
    kind: Literal["text", "choice", "number", "fixed"]
    help: str = Field(default="", max_length=500)
    example: str = Field(default="", max_length=150)
    """Shown in grey in an empty text field."""
    default: str | int | None = None
    """What the form begins with: words, the key of an option, or a number."""
    words: str = Field(default="", max_length=2500)
    """The text of a fixed clause, the same for everyone."""
    options: tuple[Option, ...] = Field(default=(), max_length=20)
    optional: bool = False
    least: int = 1
    most: int = 1500
    """For a number its largest value, for a text its longest length in characters."""
    unit: str = Field(default="", max_length=40)
    kinds: tuple[RelationshipKind, ...] = RELATIONSHIP_KINDS

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind == "fixed" and not self.words:
            raise ValueError("a fixed clause needs words")
        if self.kind != "fixed" and self.words:
            raise ValueError("only a fixed clause has words; use default for what the form begins with")
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("a choice needs options, and nothing else has them")
        keys = [option.key for option in self.options]
        if len(set(keys)) != len(keys):
            raise ValueError("two options have the same key")
        if self.kind == "text" and not 1 <= self.most <= 3000:  # noqa: PLR2004 - Slack's longest input
            raise ValueError("most must lie between 1 and 3000: Slack takes no longer text")
        if self.kind == "number" and self.optional:
            raise ValueError("a number cannot be left out: remove optional, or make it a choice")
        if self.least > self.most:
            raise ValueError("least must not be larger than most")
        if self.default is not None:
            self._default_fits(keys)
        return self

    def _default_fits(self, keys: Sequence[str]) -> None:
        if self.kind == "fixed":
            raise ValueError("a fixed clause has words and no default")
        if self.kind == "number":
            if not isinstance(self.default, int) or not self.least <= self.default <= self.most:
                raise ValueError(f"default must be a number from {self.least} to {self.most}")
        elif not isinstance(self.default, str):
            raise ValueError("default must be text in quotes")
        elif self.kind == "choice" and self.default not in keys:
            raise ValueError(f"default must be the key of an option: {', '.join(keys)}")
        elif self.kind == "text" and len(self.default) > self.most:
            raise ValueError(f"default is longer than most allows ({self.most} characters)")


class AgreementRules(Rules):
    """The whole file."""

    signing: Signing
    renewal: Renewal
    section: tuple[Section, ...] = Field(min_length=1, max_length=12)
    clause: tuple[ClauseRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for what, keys in (
            ("sections", [s.key for s in self.section]),
            ("clauses", [c.key for c in self.clause]),
        ):
            twice = {key for key in keys if keys.count(key) > 1}
            if twice:
                raise ValueError(f"two {what} have the key {', '.join(sorted(twice))}")
        sections = {section.key for section in self.section}
        for clause in self.clause:
            if clause.section not in sections:
                known = ", ".join(sorted(sections))
                raise ValueError(f"clause {clause.key}: section must be one of: {known}")
        for kind in RELATIONSHIP_KINDS:
            asked = [clause for clause in self.for_kind(kind) if clause.kind != "fixed"]
            if len(asked) > MOST_INPUTS:
                raise ValueError(f"{len(asked)} fields for {kind}: one form holds at most {MOST_INPUTS}")
            months = next((clause for clause in asked if clause.key == self.renewal.months_from), None)
            if months is None or months.kind != "number" or months.optional:
                raise ValueError(
                    f"renewal.months_from must be the key of a number clause that every kind must fill: "
                    f"{self.renewal.months_from!r} is none for {kind}"
                )
        return self

    def for_kind(self, kind: str) -> tuple[ClauseRule, ...]:
        """Return the clauses of one kind of relationship, in the order of sections, then of the file."""
        order = {section.key: number for number, section in enumerate(self.section)}
        fitting = [clause for clause in self.clause if kind in clause.kinds]
        return tuple(sorted(fitting, key=lambda clause: order[clause.section]))

    def section_title(self, key: str) -> str:
        """Return the heading of a section; empty for one that is no longer in the file."""
        return next((section.title for section in self.section if section.key == key), "")
