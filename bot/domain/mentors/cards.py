"""Mentors as cards, in a fair order, and what is common to every way of offering them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.mentors.hours import shared_minutes
from bot.domain.mentors.index import Index
from bot.domain.mentors.ranking import Candidate, Reason
from bot.domain.mentors.words import content_words, normalise
from bot.domain.step import Step
from bot.guidelines.resources import Network
from bot.store import mentors, people
from bot.store.mentors import Close, Load
from bot.store.people import Contact

MOST_NETWORKS = 3
MOST_OTHER_TERMS = 4


@dataclass(frozen=True)
class MentorCard:
    """One mentor as shown to somebody who is looking."""

    mentor: Contact
    reasons: tuple[Reason, ...]
    topic: str
    """The key of the vocabulary's term that answers best: what the Ask button carries."""
    other_terms: tuple[str, ...]
    open_places: int
    waiting: int
    """Requests that wait for this mentor's answer."""
    career_stage: str
    department: str
    languages: tuple[str, ...]
    mentors_on: str
    shared_minutes: int
    """Working time on one day that lies in both people's hours."""
    may_ask: bool


def seed(step: Step, person_id: str) -> str:
    """Return by what lots are drawn for somebody."""
    return f"{person_id}:{step.now:%G-%V}"  # another order each week, the same within it


def not_offered(step: Step, index: Index, person_id: str, close: Close) -> frozenset[str]:
    """Return whom not to offer to somebody: full, ``close`` already, avoided by either, themself."""
    return (
        mentors.full(step.session)
        | close.asked
        | close.together
        | index.apart.get(person_id, frozenset())
        | {person_id}
    )


def in_fair_order(
    index: Index, candidates: Sequence[Candidate], loads: Mapping[str, Load]
) -> list[Candidate]:
    """Return those with a free place: best evidence first, among equals who is asked least, then by lot."""
    free = {
        candidate.person_id: index.entries[candidate.person_id].places
        - loads.get(candidate.person_id, Load()).taken
        for candidate in candidates
    }

    def order(candidate: Candidate) -> tuple[float, int, int]:
        load = loads.get(candidate.person_id, Load())
        left = free[candidate.person_id] - load.waiting
        return (-round(candidate.score, 2), load.waiting, -min(left, 3))

    # The sort is stable: candidates come in the order drawn by lot, which stays among equals.
    return sorted((c for c in candidates if free[c.person_id] > 0), key=order)


def cards(
    step: Step,
    index: Index,
    chosen: Sequence[Candidate],
    loads: Mapping[str, Load],
    viewer_id: str,
    *,
    may_ask: bool,
    typed: Mapping[str, str] | None = None,
) -> tuple[MentorCard, ...]:
    """Return these candidates as cards for ``viewer_id``; ``typed`` gives each need as it was typed."""
    ids = [candidate.person_id for candidate in chosen]
    contacts = people.contacts(step.session, [*ids, viewer_id])
    hours = step.rules.programme.hours
    viewer = contacts[viewer_id]
    made = []
    for candidate in chosen:
        contact, entry = contacts[candidate.person_id], index.entries[candidate.person_id]
        load = loads.get(candidate.person_id, Load())
        keys = index.terms_of[candidate.person_id]
        given = [reason.term.key for reason in candidate.reasons]
        made.append(
            MentorCard(
                mentor=contact,
                reasons=tuple(
                    replace(reason, need=(typed or {}).get(reason.need, reason.need))
                    for reason in candidate.reasons
                ),
                topic=next((key for key in given if key in index.vocabulary.terms), ""),
                other_terms=tuple(index.label(key) for key in keys if key not in given)[:MOST_OTHER_TERMS],
                open_places=entry.places - load.taken,
                waiting=load.waiting,
                career_stage=entry.career_stage,
                department=entry.department,
                languages=entry.languages,
                mentors_on=entry.mentors_on,
                shared_minutes=shared_minutes(step.now, hours, viewer.time_zone, contact.time_zone),
                may_ask=may_ask,
            )
        )
    return tuple(made)


def networks(step: Step, needs: Sequence[str]) -> tuple[Network, ...]:
    """Return outside networks, those that fit what was searched first."""
    words = {word for need in needs for word in content_words(need)}

    def fits(network: Network) -> int:
        theirs = {w for text in (*network.disciplines, network.good_for) for w in normalise(text).split()}
        return len(words & theirs)

    return tuple(sorted(step.rules.resources.networks, key=lambda n: -fits(n))[:MOST_NETWORKS])
