"""``config/digest.toml``: when the weekly digest comes, and from when on something is mentioned in it."""

from __future__ import annotations

from datetime import time

from pydantic import Field

from bot.guidelines.programme import Day
from bot.guidelines.reading import Rules

MOST_THINGS = 5
LEAST_GROUP = 5


class Waiting(Rules):
    """When something has waited long enough to be mentioned."""

    request_working_days: int = Field(ge=1, le=60)
    agreement_days: int = Field(ge=1, le=180)
    mentee_days: int = Field(ge=1, le=365)
    look_in_days: int = Field(ge=7, le=90)


class MentorLoad(Rules):
    """When a mentor has too much, or has not been seen."""

    overloaded_from: int = Field(ge=2, le=50)
    dormant_days: int = Field(ge=14, le=730)


class DigestRules(Rules):
    """The whole file. A smallest group may be raised, never lowered under five."""

    day: Day
    time: time
    things_to_do: int = Field(ge=1, le=MOST_THINGS)
    weeks_shown: int = Field(ge=2, le=12)
    smallest_group: int = Field(ge=LEAST_GROUP, le=50)
    waiting: Waiting
    mentors: MentorLoad
