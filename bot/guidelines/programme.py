"""``config/programme.toml``: what the programme is for, its hours, and the rules of asking a mentor."""

from __future__ import annotations

from datetime import time
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.guidelines.holidays import is_known
from bot.guidelines.reading import Rules

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
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
    purpose: Purpose
    hours: Hours
    requests: Requests
    mentors: Mentors
