"""``config/checkins.toml`` and ``config/surveys/*.toml``: when people are asked how it goes, and what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, HttpUrl, model_validator

from bot.errors import Misconfigured
from bot.guidelines.reading import Rules, read

RelationshipKind = Literal["mentor", "advisor", "co-advisor", "rotation", "committee", "peer", "group"]
SCALE = 5
MOST_ITEMS = 20
MOST_CHOICES = 10
RESERVED = frozenset({"open_line", "share", "look_in"})
"""Fields every form has of its own; no item may be called so."""


class RhythmRules(Rules):
    """When the members of one kind of relationship are asked, counted from the day it began.

    Either ``days`` with ``then_every``, or ``length_days`` of what ends: asked halfway and at the end.
    """

    days: tuple[int, ...] = ()
    then_every: int = Field(default=0, ge=0, le=400)
    """Days between check-ins after the last of ``days``; 0 ends there."""
    length_days: int = Field(default=0, ge=0, le=2000)
    in_depth_months: tuple[int, ...] = ()
    """Months after the beginning at which the longer survey is asked."""
    survey: str = "quick"
    in_depth_survey: str = "in_depth"

    @property
    def quick_days(self) -> tuple[int, ...]:
        """Return the days after the beginning of the short survey, before ``then_every`` sets in."""
        if self.length_days:
            return (self.length_days // 2, self.length_days)
        return self.days

    @model_validator(mode="after")
    def _one_way_or_the_other(self) -> Self:
        if self.length_days and (self.days or self.then_every):
            raise ValueError("give either length_days, or days and then_every")
        if not (self.quick_days or self.in_depth_months):
            raise ValueError("give days, length_days or in_depth_months")
        for name, steps in (("days", self.days), ("in_depth_months", self.in_depth_months)):
            if any(later <= earlier for earlier, later in pairwise(steps)) or any(step < 0 for step in steps):
                raise ValueError(f"{name} must grow and must not be negative")
        if self.then_every and not self.days:
            raise ValueError("then_every counts on from the last of days; give days too")
        return self


class ProgrammePause(Rules):
    """Days on which nobody is asked, such as examinations: both included."""

    name: str = Field(min_length=1, max_length=80)
    first: date
    last: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be before first")
        return self


class Help(Rules):
    """What a low answer is offered: a few sentences, and where there is more."""

    title: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=1500)
    address: HttpUrl | None = None


class CheckInRules(Rules):
    """The whole of ``checkins.toml``."""

    ask_at: time
    least_gap_days: int = Field(ge=2, le=60)
    """Two check-ins about the same relationship are never nearer than half of this; one nearer than this to
    a longer survey is left out."""
    together_within_days: int = Field(ge=0, le=14)
    least_days_between_messages: int = Field(ge=1, le=14)
    remind_after_working_days: int = Field(ge=1, le=30)
    pass_after_working_days: int = Field(ge=2, le=60)
    fewest_people: int = Field(ge=5, le=100)
    """Aggregates over fewer people are withheld; five is the least anybody may set."""
    rhythm: dict[RelationshipKind, RhythmRules]
    pauses: tuple[ProgrammePause, ...] = ()
    help: dict[str, Help] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.remind_after_working_days >= self.pass_after_working_days:
            raise ValueError("remind_after_working_days must be smaller than pass_after_working_days")
        if "mentor" not in self.rhythm:
            raise ValueError("[rhythm.mentor] is missing; kinds without a rhythm of their own use it")
        for kind, rhythm in self.rhythm.items():
            steps = rhythm.quick_days
            gaps = [b - a for a, b in pairwise(steps)]
            if any(gap < self.least_gap_days for gap in [*gaps, rhythm.then_every or self.least_gap_days]):
                raise ValueError(f"[rhythm.{kind}] asks more often than least_gap_days allows")
        return self

    def rhythm_of(self, kind: str) -> RhythmRules:
        """Return the rhythm of a kind of relationship; kinds not written down follow ``mentor``."""
        return next((rules for name, rules in self.rhythm.items() if name == kind), self.rhythm["mentor"])


class Item(Rules):
    """One question."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    text: str = Field(min_length=1, max_length=300)
    kind: Literal["scale", "yes_no", "choice", "text"]
    labels: tuple[str, ...] = ()
    """Of a scale its five steps in words, from 1 to 5; of a choice its options."""
    low_at: int | str | None = None
    """Help is offered at this answer: a scale's number or lower, or this word of a yes/no or a choice."""
    resource: str = ""
    """The ``[help.…]`` of checkins.toml that a low answer is offered."""
    roles: tuple[Literal["mentor", "mentee", "peer"], ...] = ()
    """Who is asked; empty asks everyone."""
    citation: str | None = None
    licence: str | None = None
    validated: bool | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Return the possible answers as stored; none for free text."""
        if self.kind == "scale":
            return tuple(str(step) for step in range(1, SCALE + 1))
        if self.kind == "yes_no":
            return ("yes", "no")
        return self.labels if self.kind == "choice" else ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "scale" and len(self.labels) != SCALE:
            raise ValueError(f"a scale needs {SCALE} labels, for the answers 1 to {SCALE}")
        several = 1 < len(self.labels) <= MOST_CHOICES and len(set(self.labels)) == len(self.labels)
        if self.kind == "choice" and not several:
            raise ValueError(f"a choice needs 2 to {MOST_CHOICES} different labels")
        if self.kind in {"yes_no", "text"} and self.labels:
            raise ValueError(f"a {self.kind} item takes no labels")
        if any(not label or len(label) > 70 for label in self.labels):  # noqa: PLR2004 - Slack shows 75
            raise ValueError("labels have 1 to 70 characters")
        if self.low_at is not None and str(self.low_at) not in self.values:
            raise ValueError("low_at must be one of the possible answers")
        if self.resource and self.low_at is None:
            raise ValueError("resource is offered at a low answer; give low_at too")
        return self

    def is_low(self, value: str) -> bool:
        """Tell whether this answer calls for help."""
        if self.low_at is None or not value:
            return False
        return int(value) <= int(self.low_at) if self.kind == "scale" else value == str(self.low_at)


class Survey(Rules):
    """One file of ``surveys``. Its name is the file's; ``version`` grows with every change of meaning."""

    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=80)
    minutes: int = Field(ge=1, le=60)
    licence: str = Field(min_length=1)
    """Under which the texts may be used; an instrument whose licence is unknown cannot be asked."""
    citation: str = ""
    validated: bool = False
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        keys = [item.key for item in self.items]
        if len(set(keys)) != len(keys):
            raise ValueError("each item needs a key of its own")
        if RESERVED.intersection(keys):
            raise ValueError(f"no item may be called {', '.join(sorted(RESERVED))}")
        for item in self.items:
            validated = self.validated if item.validated is None else item.validated
            if validated and not (item.citation or self.citation):
                raise ValueError(f"{item.key}: validated = true needs a citation that shows it")
            if item.licence is not None and not item.licence:
                raise ValueError(f"{item.key}: an item's licence must be known")
        return self

    def for_role(self, role: str) -> tuple[Item, ...]:
        """Return the items somebody of this role is asked."""
        return tuple(item for item in self.items if not item.roles or role in item.roles)

    @property
    def wholly_validated(self) -> bool:
        """Tell whether every item comes from a validated instrument."""
        return all(self.validated if item.validated is None else item.validated for item in self.items)


def load(folder: Path) -> tuple[CheckInRules, Mapping[str, Survey]]:
    """Read rhythms and surveys from ``folder``. Raises Misconfigured, also where they do not fit together."""
    path = folder / "checkins.toml"
    rules = read(path, CheckInRules)
    surveys = {file.stem: read(file, Survey) for file in sorted((folder / "surveys").glob("*.toml"))}
    for kind, rhythm in rules.rhythm.items():
        wanted = [rhythm.survey, *([rhythm.in_depth_survey] if rhythm.in_depth_months else [])]
        for name in wanted:
            if name not in surveys:
                known = ", ".join(surveys) or "none"
                raise Misconfigured(
                    f"{path}: rhythm.{kind}: there is no surveys/{name}.toml; there are: {known}"
                )
    for name, survey in surveys.items():
        for item in survey.items:
            if item.resource and item.resource not in rules.help:
                file, known = folder / "surveys" / f"{name}.toml", ", ".join(rules.help) or "none"
                raise Misconfigured(
                    f"{file}: {item.key}: resource: there is no [help.{item.resource}] in checkins.toml; "
                    f"there are: {known}"
                )
    return rules, surveys
