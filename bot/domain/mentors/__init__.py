"""Finding mentors: by what they know, or by name; never one who is full, paused, hidden or gone."""

from __future__ import annotations

from bot.domain.mentors.cards import MentorCard
from bot.domain.mentors.finding import (
    MOST_AREAS,
    AtHome,
    Found,
    Opening,
    are_apart,
    at_home,
    find,
    find_term,
    label_of,
    opening,
)
from bot.domain.mentors.index import changed, index_of
from bot.domain.mentors.next import NextPeople, next_people

__all__ = [
    "MOST_AREAS",
    "AtHome",
    "Found",
    "MentorCard",
    "NextPeople",
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
