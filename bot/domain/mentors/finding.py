"""The steps of a search: what somebody typed in, mentors as cards out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.mentors.cards import MentorCard, cards, in_fair_order, networks, not_offered, seed
from bot.domain.mentors.index import Index, index_of
from bot.domain.mentors.needs import as_typed
from bot.domain.mentors.ranking import search
from bot.domain.mentors.vocabulary import Term
from bot.domain.mentors.words import MOST_TYPED
from bot.domain.step import Step
from bot.errors import Refusal
from bot.guidelines.resources import Network
from bot.store import mentors, people
from bot.store.people import Contact, Role

MOST_AREAS = 8
MOST_NEAR = 3


@dataclass(frozen=True)
class Found:
    """What a search came to; without cards: what is near, what there is, and where else to look."""

    cards: tuple[MentorCard, ...]
    needs: tuple[str, ...]
    """What was searched, as it was typed; ``unmet`` are those of them nobody answers."""
    unmet: tuple[str, ...] = ()
    meant: tuple[Term, ...] = ()
    near: tuple[Term, ...] = ()
    areas: tuple[Term, ...] = ()
    networks: tuple[Network, ...] = ()
    more: int = 0
    """How many others answer as well and are not shown."""
    nobody_free: bool = False
    """Somebody holds what was searched, but nobody of them can be asked now."""
    asked: tuple[Contact, ...] = ()
    """Without cards: those who answer, whose answer to a request of the searcher is still to come."""
    together: tuple[Contact, ...] = ()
    """Without cards: those who answer, with whom the searcher already works."""
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
    needs = as_typed(index.vocabulary, typed)
    return _found(step, index, needs, was_cut=len(typed) > MOST_TYPED)


def find_term(step: Step, key: str) -> Found:
    """Return the mentors for one term of the vocabulary, as chosen from a "did you mean" or an area."""
    _require_start(step)
    index = index_of(step)
    needs = {key: index.label(key)} if key in index.vocabulary.terms else {}
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


def at_home(step: Step) -> AtHome | None:
    """Return whether Home offers a search: to everyone in the programme for whom it has started."""
    if not people.is_started(step.session, step.by):
        return None
    return AtHome(may_ask=Role.MENTEE in people.roles_of(step.session, step.by))


def _require_start(step: Step) -> None:
    if not people.is_started(step.session, step.by):
        raise Refusal("mentors.not_started")


def _found(step: Step, index: Index, needs: Mapping[str, str], *, was_cut: bool = False) -> Found:
    """Return what these needs come to; each is given as compared, with how it was typed."""
    roles = people.roles_of(step.session, step.by)
    close = mentors.close_to(step.session, step.by)
    away = not_offered(step, index, step.by, close)
    compared = tuple(needs)
    searched = search(index, compared, away, seed(step, step.by))
    shown = step.rules.programme.mentors.shown
    may_ask = Role.MENTEE in roles
    loads = mentors.loads(step.session, [candidate.person_id for candidate in searched.candidates])
    ordered = in_fair_order(index, searched.candidates, loads)
    found = cards(step, index, ordered[:shown], loads, step.by, may_ask=may_ask, typed=needs)
    held = bool(needs) and len(searched.unmet) < len(needs)
    empty = not found
    first = compared[0] if compared else ""
    nobody_free = empty and held
    answering = _answering(index, compared, step.by) if nobody_free else frozenset()
    known = people.contacts(step.session, answering & (close.asked | close.together)) if answering else {}
    return Found(
        cards=found,
        needs=tuple(needs.values()),
        unmet=tuple(needs[need] for need in searched.unmet),
        meant=searched.meant,
        near=index.vocabulary.near(first, MOST_NEAR) if empty and not held and not searched.meant else (),
        areas=index.vocabulary.most_held(MOST_AREAS) if empty else (),
        networks=networks(step, compared) if empty or searched.unmet else (),
        more=max(0, len(ordered) - len(found)),
        nobody_free=nobody_free,
        asked=tuple(known[person_id] for person_id in sorted(known) if person_id in close.asked),
        together=tuple(known[person_id] for person_id in sorted(known) if person_id in close.together),
        was_cut=was_cut,
        may_ask=may_ask,
        answer_in_working_days=step.rules.programme.requests.expected_answer_working_days,
    )


def _answering(index: Index, needs: tuple[str, ...], person_id: str) -> frozenset[str]:
    """Return everybody who answers these needs, offered or not, except whoever avoids or is ``person_id``."""
    away = index.apart.get(person_id, frozenset()) | {person_id}
    return frozenset(found.person_id for found in search(index, needs, away, "").candidates)
