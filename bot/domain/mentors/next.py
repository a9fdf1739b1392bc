"""Whom a mentee may ask next, when somebody said no or has gone: only people with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.mentors.cards import MentorCard, cards, in_fair_order, networks, not_offered, seed
from bot.domain.mentors.index import index_of
from bot.domain.mentors.needs import MOST_NEEDS, as_typed
from bot.domain.mentors.ranking import search
from bot.domain.step import Step
from bot.guidelines.resources import Network
from bot.store import mentors, profiles

NEXT_PEOPLE = 2


@dataclass(frozen=True)
class NextPeople:
    """Who else answers; where that is fewer than wished for, networks outside the programme too."""

    cards: tuple[MentorCard, ...]
    networks: tuple[Network, ...] = ()

    @property
    def few(self) -> bool:
        """Tell whether fewer people answer than would be shown."""
        return len(self.cards) < NEXT_PEOPLE


def next_people(
    step: Step, mentee_id: str, *, topic: str, like: str, without: Collection[str] = frozenset()
) -> NextPeople:
    """Return who else a mentee may ask for the same ``topic`` (a term's key or label).

    Without a topic it is for what the mentor ``like`` knows. ``without`` are people not to be suggested.
    Nobody is suggested who answers nothing of it, be it that fewer or none are left.
    """
    index = index_of(step)
    away = not_offered(step, index, mentee_id, mentors.close_to(step.session, mentee_id))
    needs = as_typed(index.vocabulary, topic) if topic else _known_by(step, like)
    found = search(index, tuple(needs), away | frozenset(without), seed(step, mentee_id))
    loads = mentors.loads(step.session, [candidate.person_id for candidate in found.candidates])
    ordered = in_fair_order(index, found.candidates, loads)[:NEXT_PEOPLE]
    shown = cards(step, index, ordered, loads, mentee_id, may_ask=True, typed=needs)
    return NextPeople(shown, networks(step, tuple(needs)) if len(shown) < NEXT_PEOPLE else ())


def _known_by(step: Step, mentor_id: str) -> dict[str, str]:
    """Return what a mentor knows, here still or not, as needs."""
    profile = profiles.of_mentor(step.session, mentor_id)
    held = profiles.expertise(step.session, profile.id) if profile is not None else []
    return {term.term: term.label for term in held[:MOST_NEEDS]}
