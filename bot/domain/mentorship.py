"""The words typed after ``/mentorship``, and what people write to the bot directly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.domain.step import Step
from bot.store import people
from bot.store.outbox import Notice
from bot.store.people import Role

CLOSE_ENOUGH = 60.0  # of 100: "profle" and "proifle" find "profile", "banana" finds nothing
LONGEST_WORD = 40


@dataclass(frozen=True)
class Greeted:
    """Somebody wrote to the bot directly; what they may do next depends on their roles."""

    roles: frozenset[Role]


def meant(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like ``word``, or None when none is like it."""
    typed = word.casefold()[:LONGEST_WORD]
    best = process.extractOne(typed, sorted(known), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return best[0] if best else None


def written_to(step: Step, event_id: str) -> None:
    """Answer somebody who wrote to the bot: once an event, however often Slack delivers it."""
    step.tell(Notice("mentorship.hello", f"written:{event_id}", step.by))


def greeted(step: Step, person_id: str) -> Greeted:
    """Return what the answer to a direct message depends on."""
    return Greeted(roles=people.roles_of(step.session, person_id))
