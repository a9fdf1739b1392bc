"""``config/programme.toml``: what the programme is for, its hours, and the rules of asking a mentor."""

from __future__ import annotations

from datetime import date, time
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.guidelines.holidays import is_known
from bot.guidelines.reading import Rules

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LONGEST_BREAK = 200
"""Days: what is longer is a wrong year."""
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Purpose(Rules):
    """What Home and onboarding show as the programme's goals and principles."""

    goals: tuple[str, ...] = Field(min_length=1)
    principles: tuple[str, ...] = Field(min_length=1)


class Hours(Rules):
    """When people may be written to, by the clock on their own wall."""

    days: tuple[Day, ...] = Field(min_length=1)
    start: time
    end: time
    holidays: str = ""
    """ISO country code, optionally with a subdivision (``DE-BW``); empty keeps no public holidays."""

    @field_validator("holidays")
    @classmethod
    def _has_a_calendar(cls, code: str) -> str:
        if code and not is_known(code):
            raise ValueError(
                f"there is no calendar of public holidays for {code!r}; write a country such as DE, or a "
                "part of one such as DE-BW, or leave it empty"
            )
        return code

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start must be earlier in the day than end")
        return self


class Break(Rules):
    """Days of the institution's term calendar, both included, on which nobody gets what they did not ask for.

    A break or examinations, by the calendar on each person's own wall.
    """

    name: str = Field(min_length=1, max_length=80)
    first: date
    last: date
    programmes: tuple[str, ...] = ()
    """The names of the programmes that keep it; empty: all of them."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be before first")
        if (self.last - self.first).days >= LONGEST_BREAK:
            raise ValueError(f"a break is shorter than {LONGEST_BREAK} days; write one for each year")
        return self


class Requests(Rules):
    """The rules of asking a mentor."""

    open_per_mentee: int = Field(ge=1, le=20)
    remind_after_working_days: int = Field(ge=1, le=30)
    lapse_after_working_days: int = Field(ge=2, le=60)
    expected_answer_working_days: int = Field(ge=1, le=30)

    @model_validator(mode="after")
    def _reminds_before_it_lapses(self) -> Self:
        if self.remind_after_working_days >= self.lapse_after_working_days:
            raise ValueError("remind_after_working_days must be smaller than lapse_after_working_days")
        return self


class Mentors(Rules):
    """The rules of being found."""

    career_stages: tuple[str, ...] = Field(min_length=1)
    most_places: int = Field(ge=1, le=50)
    shown: int = Field(ge=1, le=8)
    """Cards on one answer to /findmentor."""


class ProgrammeRules(Rules):
    """The whole file."""

    name: str = Field(min_length=1, max_length=80)
    most_unrequested_a_week: int = Field(default=2, ge=1, le=7)
    """Messages nobody asked for that one person gets within any seven days; the rest waits on Home."""
    purpose: Purpose
    hours: Hours
    breaks: tuple[Break, ...] = ()
    requests: Requests
    mentors: Mentors
