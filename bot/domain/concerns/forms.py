"""What the screens of raising a concern show; nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.guidelines.concerns import HelpNumber, Level, Route
from bot.store.concerns import ConcernState
from bot.store.people import Contact

WORDS_LENGTH = 3000
ABOUT_LENGTH = 200
MOST_ABOUT = 10
"""How many people one concern may be about, chosen from those in Slack."""


class Wanted(StrEnum):
    """What the reporter hopes for."""

    ADVICE = "advice"
    TALK = "talk"
    NEW_MENTOR = "new_mentor"
    FORMAL = "formal"


@dataclass(frozen=True)
class Readers:
    """Who would read it: at once (the first is responsible), then in turn if nobody answers."""

    at_once: tuple[Contact, ...]
    then: tuple[Contact, ...]

    @property
    def everyone(self) -> tuple[Contact, ...]:
        """Return all who could come to read it."""
        return (*self.at_once, *self.then)


@dataclass(frozen=True)
class Intro:
    """The first screen: nothing is stored, and nothing will be before Send."""

    live: bool
    """Whether concerns take words here; if not, only the outside routes are shown."""
    readers: Readers
    struck: tuple[Contact, ...]
    routes: tuple[Route, ...]
    help: tuple[HelpNumber, ...]
    private: str
    """The guideline's words with ``{names}`` in them."""
    duty: str
    concern_id: str
    struck_ids: tuple[str, ...] = ()
    member: bool = True
    """Whether the reader is in a programme here at all."""


@dataclass(frozen=True)
class Draft:
    """What the form holds; Slack user ids of those it is about, or words about somebody outside."""

    concern_id: str
    level: int | None = None
    about_slack_ids: tuple[str, ...] = ()
    """At most ``MOST_ABOUT``."""
    about_text: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    wanted: str = ""
    struck_ids: tuple[str, ...] = ()
    shown: str = ""
    """The mark of the readers this form named (``Plan.fingerprint``)."""


@dataclass(frozen=True)
class Blank:
    """The form as it is shown, with what was entered so far. Nothing of it is stored."""

    draft: Draft
    readers: Readers
    """Empty where nobody could read it, or nobody needs to (level 0)."""
    level: Level | None
    levels: tuple[Level, ...]
    routes_first: tuple[Route, ...]
    routes: tuple[Route, ...]
    help: tuple[HelpNumber, ...]
    next_reader_at: datetime | None
    """In danger only: when the next reader may be expected at the earliest."""
    changed: bool = False
    """Whether who reads it has changed since the form named them, so that Send must be pressed again."""

    @property
    def nobody(self) -> bool:
        """Whether nobody is left who could read it."""
        return not self.readers.at_once and (self.level is None or self.level.level > 0)


@dataclass(frozen=True)
class Filed:
    """It is stored: what the reporter sees at once."""

    concern_id: str
    reference: str
    state: ConcernState
    readers: Readers
    acknowledge_by: datetime | None
    ask_at: datetime | None
    level: Level
    help: tuple[HelpNumber, ...]
    next_reader_at: datetime | None
    routes_first: tuple[Route, ...]
