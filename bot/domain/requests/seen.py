"""A request as either of its two people sees it, and as Home sums them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import mentors
from bot.domain.hours import as_others_see
from bot.domain.mentors import NextPeople
from bot.domain.step import Step
from bot.store import people, relationships, requests
from bot.store.base import find
from bot.store.people import Contact
from bot.store.requests import MentorRequest, RequestState


@dataclass(frozen=True)
class Asked:
    """A request as either side sees it."""

    request_id: str
    state: RequestState
    mentee: Contact
    mentor: Contact
    note: str
    looked_for: str
    answer_expected_by: datetime
    lapses_at: datetime
    relationship_id: str | None = None


@dataclass(frozen=True)
class Decided:
    """How a request ended, and whom its mentee may ask next."""

    asked: Asked
    next_people: NextPeople | None = None
    """None where nobody else is needed: it was a yes, or taken back."""


@dataclass(frozen=True)
class AtHome:
    """Open requests: those waiting for the reader as a mentor, and the reader's own as a mentee."""

    waiting: tuple[Asked, ...]
    mine: tuple[Asked, ...]


def seen_by(step: Step, request_id: str, person_id: str) -> Asked | None:
    """Return a request as one of its two people sees it now, or None for anyone else."""
    row = find(step.session, MentorRequest, request_id)
    if row is None or person_id not in {row.mentor_id, row.mentee_id}:
        return None
    return seen(step, row)


def decided_for(step: Step, request_id: str, person_id: str) -> Decided | None:
    """Return the answer to a mentee's request, with the next people unless it was a yes; None for others."""
    row = find(step.session, MentorRequest, request_id)
    if row is None or person_id != row.mentee_id or row.state is RequestState.OPEN:
        return None
    asked = seen(step, row)
    if row.state in {RequestState.ACCEPTED, RequestState.WITHDRAWN}:
        return Decided(asked)
    before = requests.ever_asked(step.session, row.mentee_id)
    others = mentors.next_people(
        step, row.mentee_id, topic=asked.looked_for, like=row.mentor_id, without=before
    )
    return Decided(asked, others)


def at_home(step: Step) -> AtHome | None:
    """Return the open requests that concern whoever opens Home, None when there is none. Two queries."""
    rows = requests.open_of(step.session, step.by)
    if not rows:
        return None
    contacts = people.contacts(step.session, {id_ for row in rows for id_ in (row.mentor_id, row.mentee_id)})
    return AtHome(
        tuple(_with(step, row, contacts) for row in rows if row.mentor_id == step.by),
        tuple(_with(step, row, contacts) for row in rows if row.mentee_id == step.by),
    )


def seen(step: Step, row: MentorRequest) -> Asked:
    """Return a request as it stands."""
    relationship = None
    if row.state is RequestState.ACCEPTED:
        relationship = relationships.made_from(step.session, f"request:{row.id}")
    contacts = people.contacts(step.session, [row.mentor_id, row.mentee_id])
    return _with(step, row, contacts, relationship.id if relationship else None)


def _with(
    step: Step, row: MentorRequest, contacts: dict[str, Contact], relationship_id: str | None = None
) -> Asked:
    days = step.rules.programme.requests.expected_answer_working_days
    mentor = contacts[row.mentor_id]
    return Asked(
        request_id=row.id,
        state=row.state,
        mentee=contacts[row.mentee_id],
        mentor=mentor,
        note=step.unseal(MentorRequest.note, row),
        looked_for=step.unseal(MentorRequest.looked_for, row),
        answer_expected_by=as_others_see(step, mentor.time_zone).add_days(row.asked_at, days),
        lapses_at=row.lapses_at,
        relationship_id=relationship_id,
    )
