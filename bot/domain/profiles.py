"""A mentor's profile: what they help with, for how many, and whether they are offered at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import mentors
from bot.domain.mentors.words import normalise
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import people, profiles, relationships
from bot.store.base import change
from bot.store.people import Role
from bot.store.profiles import Expertise, Profile, ProfileState

MOST_TERMS = 40
LONGEST_TERM = 80
MOST_LANGUAGES = 12
LONGEST_LANGUAGE = 40
LONGEST_DEPARTMENT = 120
LONGEST_MENTORS_ON = 2000
HINTED_TERMS = 6


@dataclass(frozen=True)
class Draft:
    """A profile as it is filled in."""

    expertise: tuple[str, ...] = ()
    career_stage: str = ""
    department: str = ""
    languages: tuple[str, ...] = ()
    places: int = 1
    mentors_on: str = ""
    state: ProfileState = ProfileState.OPEN


@dataclass(frozen=True)
class Form:
    """What the form of a profile shows: the present state, and what the programme allows."""

    draft: Draft
    is_new: bool
    career_stages: tuple[str, ...]
    most_places: int
    terms_here: tuple[str, ...]
    """Terms others here hold, as examples of what to write."""


@dataclass(frozen=True)
class Saved:
    """A profile as it was stored."""

    draft: Draft
    taken: int
    """Places given at present: may be more than offered, which takes nobody's place away."""
    is_new: bool


@dataclass(frozen=True)
class AtHome:
    """A mentor's own profile on Home; ``saved`` is None while it holds nothing to be found by."""

    saved: Saved | None


def split(text: str) -> tuple[str, ...]:
    """Return the terms in what somebody wrote, cut at commas, semicolons and line ends; each once."""
    pieces = (" ".join(piece.split()).strip("•*- ") for piece in re.split(r"[,;\n\r]+", text))
    kept: dict[str, str] = {}
    for piece in pieces:
        if piece:
            kept.setdefault(normalise(piece) or piece, piece)
    return tuple(kept.values())


def form(step: Step) -> Form:
    """Return the mentor's profile as a form. Raises Refusal for somebody who is no mentor here."""
    _require_mentor(step)
    row = profiles.of_mentor(step.session, step.by)
    rules = step.rules.programme.mentors
    index = mentors.index_of(step)
    return Form(
        draft=_draft(row, profiles.expertise(step.session, row.id)) if row else Draft(),
        is_new=row is None,
        career_stages=rules.career_stages,
        most_places=rules.most_places,
        terms_here=tuple(term.label for term in index.vocabulary.most_held(HINTED_TERMS)),
    )


def check(step: Step, draft: Draft) -> None:
    """Raise Refusal, naming the form's field, for a profile that cannot be stored as it is."""
    rules = step.rules.programme.mentors
    check_expertise(draft.expertise)
    if draft.career_stage and draft.career_stage not in rules.career_stages:
        raise Refusal("profiles.wrong.stage", field="career_stage", stages=", ".join(rules.career_stages))
    if len(draft.department) > LONGEST_DEPARTMENT:
        raise Refusal("profiles.wrong.long", field="department", n=LONGEST_DEPARTMENT)
    if len(draft.languages) > MOST_LANGUAGES or any(len(x) > LONGEST_LANGUAGE for x in draft.languages):
        raise Refusal("profiles.wrong.languages", field="languages", n=MOST_LANGUAGES)
    if not 0 <= draft.places <= rules.most_places:
        raise Refusal("profiles.wrong.places", field="places", n=rules.most_places)
    if len(draft.mentors_on) > LONGEST_MENTORS_ON:
        raise Refusal("profiles.wrong.long", field="mentors_on", n=LONGEST_MENTORS_ON)


def check_expertise(expertise: Sequence[str]) -> None:
    """Raise Refusal, naming the field ``expertise``, for terms nobody could search or read."""
    if not expertise:
        raise Refusal("profiles.wrong.no_expertise", field="expertise")
    if len(expertise) > MOST_TERMS:
        raise Refusal("profiles.wrong.many_terms", field="expertise", n=MOST_TERMS)
    for term in expertise:
        if len(term) > LONGEST_TERM:
            raise Refusal("profiles.wrong.long_term", field="expertise", term=term[:30], n=LONGEST_TERM)
        if not normalise(term):
            raise Refusal("profiles.wrong.no_word", field="expertise", term=term[:30])


def save(step: Step, draft: Draft) -> Saved:
    """Store the mentor's own profile; the first time it makes one. Doing it twice changes nothing more.

    Raises Refusal, with the form's field, for what cannot be stored; NotFound for somebody who is no mentor.
    Offering fewer places than are taken is allowed: nobody loses theirs, and nobody new is offered.
    """
    _require_mentor(step)
    check(step, draft)
    relationships.lock_people(step.session, step.by)  # the first Save finds no profile to lock
    row = relationships.lock_places(step.session, step.by)
    is_new = row is None
    write(step, step.by, draft, row, profiles.expertise(step.session, row.id) if row else ())
    step.record("profile.made" if is_new else "profile.changed", step.by)
    mentors.changed(step)
    taken = relationships.places_taken(step.session, [step.by]).get(step.by, 0)
    return Saved(draft, taken, is_new)


def write(
    step: Step,
    person_id: str,
    draft: Draft,
    row: Profile | None,
    held: Sequence[Expertise],
    *,
    confirmed: bool = True,
) -> Profile:
    """Write a profile's rows; ``row`` and ``held`` are what is stored. Terms that stay keep their rows.

    ``confirmed`` says that the mentor wrote it: an import leaves such a profile alone from then on.
    """
    if row is None:
        row = Profile(id=step.ids(), **step.place, person_id=person_id, state=draft.state)
        step.session.add(row)
    elif row.state is not draft.state:
        change(step.session, Profile, row.id, expected=row.state, to=draft.state)
    row.career_stage = draft.career_stage
    row.department = draft.department
    if row.languages != list(draft.languages):
        row.languages = list(draft.languages)
    row.places = draft.places
    row.mentors_on = draft.mentors_on
    if confirmed:
        row.confirmed_at = step.now
    wanted = {normalise(label): label for label in reversed(draft.expertise)}
    ordered = list(reversed(wanted))
    kept = set()
    for term in held:
        key = normalise(term.label)
        if key in wanted and key not in kept:
            term.label, term.position = wanted[key], ordered.index(key)
            kept.add(key)
        else:
            step.session.delete(term)
    for position, key in enumerate(ordered):
        if key not in kept:
            step.session.add(
                Expertise(
                    id=step.ids(),
                    **step.place,
                    profile_id=row.id,
                    term=key,
                    label=wanted[key],
                    position=position,
                )
            )
    return row


def at_home(step: Step) -> AtHome | None:
    """Return the profile of whoever opens Home, None for somebody who is no mentor."""
    if Role.MENTOR not in people.roles_of(step.session, step.by):
        return None
    row = profiles.of_mentor(step.session, step.by)
    terms = profiles.expertise(step.session, row.id) if row else []
    if row is None or not terms:
        return AtHome(None)
    taken = relationships.places_taken(step.session, [step.by]).get(step.by, 0)
    return AtHome(Saved(_draft(row, terms), taken, is_new=False))


def _draft(row: Profile, terms: Sequence[Expertise]) -> Draft:
    return Draft(
        expertise=tuple(term.label for term in terms),
        career_stage=row.career_stage,
        department=row.department,
        languages=tuple(row.languages),
        places=row.places,
        mentors_on=row.mentors_on,
        state=row.state,
    )


def _require_mentor(step: Step) -> None:
    if Role.MENTOR not in people.roles_of(step.session, step.by):
        raise NotFound("profiles.only_mentors")
