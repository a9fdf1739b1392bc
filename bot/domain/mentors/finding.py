"""The steps of a search: what somebody typed in, mentors as cards out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.mentors.hours import shared_minutes
from bot.domain.mentors.index import Index, index_of
from bot.domain.mentors.needs import cut_into_needs
from bot.domain.mentors.ranking import Candidate, Reason, draw, search
from bot.domain.mentors.vocabulary import Term
from bot.domain.mentors.words import MOST_TYPED, content_words, normalise
from bot.domain.step import Step
from bot.errors import Refusal
from bot.guidelines.resources import Network
from bot.store import mentors, people
from bot.store.mentors import Load
from bot.store.people import Contact, Role

MOST_AREAS = 8
MOST_NEAR = 3
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


@dataclass(frozen=True)
class Found:
    """What a search came to; without cards: what is near, what there is, and where else to look."""

    cards: tuple[MentorCard, ...]
    needs: tuple[str, ...]
    unmet: tuple[str, ...] = ()
    meant: tuple[Term, ...] = ()
    near: tuple[Term, ...] = ()
    areas: tuple[Term, ...] = ()
    networks: tuple[Network, ...] = ()
    more: int = 0
    """How many others answer as well and are not shown."""
    nobody_free: bool = False
    """Somebody holds what was searched, but all of them are full or already known to the searcher."""
    was_cut: bool = False
    may_ask: bool = True
    answer_in_working_days: int = 0


@dataclass(frozen=True)
class Opening:
    """What there is to search for, shown to somebody who typed nothing."""

    areas: tuple[Term, ...]
    examples: tuple[str, ...]
    mentors: int


@dataclass(frozen=True)
class AtHome:
    """What search adds to Home."""

    may_ask: bool


def find(step: Step, typed: str) -> Found:
    """Return the mentors who answer what was typed, best first, at most as many as the rules show.

    Raises Refusal before the programme has started for whoever asks.
    """
    _require_start(step)
    index = index_of(step)
    needs = cut_into_needs(index.vocabulary, typed)
    return _found(step, index, needs, was_cut=len(typed) > MOST_TYPED)


def find_term(step: Step, key: str) -> Found:
    """Return the mentors for one term of the vocabulary, as chosen from a "did you mean" or an area."""
    _require_start(step)
    index = index_of(step)
    needs = (key,) if key in index.vocabulary.terms else ()
    return _found(step, index, needs)


def opening(step: Step) -> Opening:
    """Return what there is to search for. Raises Refusal before the programme has started for the caller."""
    _require_start(step)
    index = index_of(step)
    areas = index.vocabulary.most_held(MOST_AREAS)
    return Opening(areas, tuple(term.label for term in areas[:2]), len(index.terms_of))


def label_of(step: Step, key: str) -> str:
    """Return how people write a term of the vocabulary; empty for anything else, such as a forged one."""
    return index_of(step).label(key)


def are_apart(step: Step, one: str, other: str) -> bool:
    """Tell whether one of two people avoids the other."""
    return other in index_of(step).apart.get(one, frozenset())


def next_people(
    step: Step, mentee_id: str, limit: int = 2, without: Collection[str] = frozenset(), topic: str = ""
) -> tuple[MentorCard, ...]:
    """Return who else a mentee may ask: for the same topic first, then whoever has an open place.

    ``topic`` is a term's key or label; ``without`` are people not to be suggested.
    """
    index = index_of(step)
    away = _not_offered(step, index, mentee_id) | frozenset(without)
    seed = _seed(step, mentee_id)
    needs = cut_into_needs(index.vocabulary, topic) if topic else ()
    found = search(index, needs, away, seed)
    chosen = list(found.candidates[: limit * 10])
    named = {candidate.person_id for candidate in chosen}
    known = {person_id for person_id, terms in index.terms_of.items() if terms}
    others = sorted(known - away - named, key=lambda person_id: draw(seed, person_id))
    chosen += [Candidate(person_id, 0.0, ()) for person_id in others[: limit * 10]]
    loads = mentors.loads(step.session, [candidate.person_id for candidate in chosen])
    ordered = _in_fair_order(index, chosen, loads)
    return _cards(step, index, ordered[:limit], loads, mentee_id, may_ask=True)


def at_home(step: Step) -> AtHome | None:
    """Return whether Home offers a search: to everyone in the programme for whom it has started."""
    if not people.is_started(step.session, step.by):
        return None
    return AtHome(may_ask=Role.MENTEE in people.roles_of(step.session, step.by))


def _require_start(step: Step) -> None:
    if not people.is_started(step.session, step.by):
        raise Refusal("mentors.not_started")


def _seed(step: Step, person_id: str) -> str:
    return f"{person_id}:{step.now:%G-%V}"  # another order each week, the same within it


def _not_offered(step: Step, index: Index, person_id: str) -> frozenset[str]:
    return (
        mentors.full(step.session)
        | mentors.close_to(step.session, person_id)
        | index.apart.get(person_id, frozenset())
        | {person_id}
    )


def _found(step: Step, index: Index, needs: Sequence[str], *, was_cut: bool = False) -> Found:
    roles = people.roles_of(step.session, step.by)
    away = _not_offered(step, index, step.by)
    searched = search(index, needs, away, _seed(step, step.by))
    shown = step.rules.programme.mentors.shown
    may_ask = Role.MENTEE in roles
    loads = mentors.loads(step.session, [candidate.person_id for candidate in searched.candidates])
    ordered = _in_fair_order(index, searched.candidates, loads)
    cards = _cards(step, index, ordered[:shown], loads, step.by, may_ask=may_ask)
    held = bool(needs) and len(searched.unmet) < len(needs)
    empty = not cards
    asked = needs[0] if needs else ""
    return Found(
        cards=cards,
        needs=tuple(needs),
        unmet=searched.unmet,
        meant=searched.meant,
        near=index.vocabulary.near(asked, MOST_NEAR) if empty and not held and not searched.meant else (),
        areas=index.vocabulary.most_held(MOST_AREAS) if empty else (),
        networks=_networks(step, needs) if empty or searched.unmet else (),
        more=max(0, len(ordered) - len(cards)),
        nobody_free=empty and held,
        was_cut=was_cut,
        may_ask=may_ask,
        answer_in_working_days=step.rules.programme.requests.expected_answer_working_days,
    )


def _in_fair_order(
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


def _cards(
    step: Step,
    index: Index,
    chosen: Sequence[Candidate],
    loads: Mapping[str, Load],
    viewer_id: str,
    *,
    may_ask: bool,
) -> tuple[MentorCard, ...]:
    ids = [candidate.person_id for candidate in chosen]
    contacts = people.contacts(step.session, [*ids, viewer_id])
    hours = step.rules.programme.hours
    viewer = contacts[viewer_id]
    cards = []
    for candidate in chosen:
        contact, entry = contacts[candidate.person_id], index.entries[candidate.person_id]
        load = loads.get(candidate.person_id, Load())
        keys = index.terms_of[candidate.person_id]
        given = [reason.term.key for reason in candidate.reasons]
        cards.append(
            MentorCard(
                mentor=contact,
                reasons=candidate.reasons,
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
    return tuple(cards)


def _networks(step: Step, needs: Sequence[str]) -> tuple[Network, ...]:
    """Return outside networks, those that fit what was searched first."""
    words = {word for need in needs for word in content_words(need)}

    def fits(network: Network) -> int:
        theirs = {w for text in (*network.disciplines, network.good_for) for w in normalise(text).split()}
        return len(words & theirs)

    return tuple(sorted(step.rules.resources.networks, key=lambda n: -fits(n))[:MOST_NETWORKS])
