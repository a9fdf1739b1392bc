"""Finding mentors: by what they know, or by name; never one who is full, paused, hidden or gone."""

from __future__ import annotations

from bot.domain.mentors.finding import (
    MOST_AREAS,
    AtHome,
    Found,
    MentorCard,
    Opening,
    are_apart,
    at_home,
    find,
    find_term,
    label_of,
    next_people,
    opening,
)
from bot.domain.mentors.index import changed, index_of

__all__ = [
    "MOST_AREAS",
    "AtHome",
    "Found",
    "MentorCard",
    "Opening",
    "are_apart",
    "at_home",
    "changed",
    "find",
    "find_term",
    "index_of",
    "label_of",
    "next_people",
    "opening",
]
