"""``config/guidelines.toml``: the institution's written guideline on concerns, as rules that run.

Without an approving office, name and date, two handlers of different reporting lines and an outside route,
concerns show only the outside routes and take no words: ``missing`` says what lacks.
"""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, StringConstraints, field_validator, model_validator

from bot.guidelines.reading import Rules

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", to_lower=True)]
LadderRole = Literal["handler", "alternate", "lead", "office", "on_call"]
LEVELS = (0, 1, 2, 3, 4)
DANGER = 4


class Approval(Rules):
    """Who in the institution approved this guideline, and when. All three, or concerns do not go live."""

    office: str = ""
    name: str = ""
    on: date | None = None

    @property
    def is_given(self) -> bool:
        """Whether office, name and date are all there."""
        return bool(self.office and self.name and self.on)


class Words(Rules):
    """What a person reads before anything is stored. ``{names}`` are those who would read it."""

    private: str = Field(min_length=1, max_length=1500)
    duty: str = Field(default="", max_length=1500)
    """What the readers must pass on by law or rule; the approving office writes it. May be empty."""

    @field_validator("private")
    @classmethod
    def _names_the_readers(cls, text: str) -> str:
        blanks = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        if blanks != {"names"}:
            raise ValueError("write {names} where the readers' names go, and no other {blank}")
        return text


class Route(Rules):
    """Somewhere outside this programme where somebody can talk; a link, neither fed nor counted."""

    name: str = Field(min_length=1, max_length=80)
    good_for: str = Field(min_length=1, max_length=200)
    address: HttpUrl | None = None
    phone: str = Field(default="", max_length=40)
    confidential: bool = True
    first_at_levels: tuple[int, ...] = ()
    """Levels at which this route (such as the equity office's own form) is shown before Send."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.address is None and not self.phone:
            raise ValueError("give an address or a phone number")
        return self


class HelpNumber(Rules):
    """A number to call in danger."""

    country: str = Field(min_length=2, max_length=40)
    name: str = Field(min_length=1, max_length=80)
    number: str = Field(min_length=2, max_length=40)


class Allowance(Rules):
    """How long something may take, in the working time of the person responsible."""

    working_days: int | None = Field(default=None, ge=1, le=120)
    working_hours: int | None = Field(default=None, ge=1, le=80)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.working_days is None) == (self.working_hours is None):
            raise ValueError("give either working_days or working_hours")
        return self


class Level(Rules):
    """One level of the guideline, in the reporter's own words."""

    level: int = Field(ge=0, le=4)
    label: str = Field(min_length=1, max_length=75)
    examples: str = Field(min_length=1, max_length=75)
    acknowledge: Allowance | None = None
    act: Allowance
    sees: tuple[LadderRole, ...] = ()
    """Who reads it from the start; the first is responsible. Empty only at level 0."""
    advice: str = Field(default="", max_length=600)

    @model_validator(mode="after")
    def _has_somebody_to_see_it(self) -> Self:
        if self.level > 0 and not self.sees:
            raise ValueError("somebody must see a concern of this level: add sees")
        if self.level > 0 and self.acknowledge is None:
            raise ValueError("a concern of this level must be acknowledged: add acknowledge")
        if self.level == 0 and self.sees:
            raise ValueError("level 0 is seen by the reporter only: leave sees empty")
        if len(set(self.sees)) != len(self.sees):
            raise ValueError("a role stands in sees only once")
        return self


class Ladder(Rules):
    """In which order people are asked, and how long after a missed deadline it goes on."""

    roles: tuple[LadderRole, ...] = Field(min_length=1)
    grace_working_hours: int = Field(ge=1, le=40)


class Handler(Rules):
    """What is known of somebody who may handle concerns; that they do is a role in the programme."""

    email: Email
    reporting_line: str = Field(min_length=1, max_length=80)
    conflicts: tuple[Email, ...] = ()
    """People about whom, or from whom, this person must not read anything."""


class Line(Rules):
    """Who else belongs to a reporting line: no handler of that line reads about them."""

    name: str = Field(min_length=1, max_length=80)
    people: tuple[Email, ...] = Field(min_length=1)


class Channel(Rules):
    """The programme's channel for cards without words or names; empty for none."""

    name: str = Field(default="", max_length=80)
    shows_level: bool = False

    @field_validator("name")
    @classmethod
    def _is_a_channel(cls, name: str) -> str:
        bare = name.removeprefix("#")
        if bare and (bare != bare.lower() or not re.fullmatch(r"[\w-]+", bare)):
            raise ValueError("write a channel's name as Slack has it: small letters, digits, - and _")
        return bare


class Retention(Rules):
    """How long words are kept after a case has ended."""

    days_after_end: int = Field(ge=30, le=3650)


class FollowUp(Rules):
    """When the reporter is asked again, in days after the case ended."""

    days: tuple[int, ...] = Field(min_length=1)

    @field_validator("days")
    @classmethod
    def _rise(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days)) or days[0] < 1:
            raise ValueError("give rising numbers of days, such as [30, 90]")
        return days


class ConcernRules(Rules):
    """The whole file."""

    approval: Approval
    words: Words
    ladder: Ladder
    channel: Channel
    retention: Retention
    follow_up: FollowUp
    levels: tuple[Level, ...]
    routes: tuple[Route, ...] = ()
    help: tuple[HelpNumber, ...] = ()
    handlers: tuple[Handler, ...] = ()
    lines: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if tuple(level.level for level in self.levels) != LEVELS:
            raise ValueError("levels 0, 1, 2, 3 and 4 must each be there once, in this order")
        if len(set(self.ladder.roles)) != len(self.ladder.roles):
            raise ValueError("a role stands in the ladder only once")
        for level in self.levels:
            outside = [role for role in level.sees if role not in self.ladder.roles]
            if outside:
                raise ValueError(f"level {level.level}: {outside[0]} sees it but is not in ladder.roles")
        emails = [handler.email for handler in self.handlers]
        if len(set(emails)) != len(emails):
            raise ValueError("a handler stands in handlers only once")
        return self

    def level(self, number: int) -> Level:
        """Return one level. Raises KeyError for a number that is none."""
        for level in self.levels:
            if level.level == number:
                return level
        raise KeyError(number)

    def line_of(self, email: str | None) -> str:
        """Return the reporting line of somebody by e-mail; empty where it is not known."""
        wanted = (email or "").lower()
        if not wanted:
            return ""
        for handler in self.handlers:
            if handler.email == wanted:
                return handler.reporting_line
        for line in self.lines:
            if wanted in line.people:
                return line.name
        return ""

    def lists(self, email: str | None) -> bool:
        """Tell whether somebody stands in ``[[handlers]]``, by e-mail."""
        return (email or "").lower() in {handler.email for handler in self.handlers}

    @property
    def addresses(self) -> frozenset[str]:
        """Return every e-mail (lower case) by which this guideline knows somebody."""
        return frozenset(
            address
            for group in (
                (handler.email for handler in self.handlers),
                (address for handler in self.handlers for address in handler.conflicts),
                (address for line in self.lines for address in line.people),
            )
            for address in group
        )

    def conflicts_of(self, email: str | None) -> frozenset[str]:
        """Return the e-mails (lower case) of those about whom somebody must not read."""
        for handler in self.handlers:
            if handler.email == (email or "").lower():
                return frozenset(handler.conflicts)
        return frozenset()

    def missing(self) -> tuple[str, ...]:
        """Return what lacks before concerns may take words, as names of tables; empty when nothing."""
        lacks = []
        if not self.approval.is_given:
            lacks.append("approval")
        if len({handler.reporting_line for handler in self.handlers}) < 2:  # noqa: PLR2004 - a handler and another line
            lacks.append("handlers")
        if not self.routes:
            lacks.append("routes")
        return tuple(lacks)
