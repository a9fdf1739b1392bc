"""A mentee asks a mentor."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import mentors
from bot.domain.hours import as_others_see, working_time
from bot.domain.requests.seen import Asked, seen
from bot.domain.requests.settling import key_of
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import people, profiles, relationships, requests
from bot.store.base import find
from bot.store.outbox import Notice
from bot.store.people import Contact, Role
from bot.store.profiles import ProfileState
from bot.store.requests import MentorRequest

LONGEST_NOTE = 1500


@dataclass(frozen=True)
class AskForm:
    """What the form for a new request shows before anything is stored."""

    request_id: str
    mentor: Contact
    topic: str
    """The key of the term that was searched; empty when none was."""
    looked_for: str
    """The same as people write it."""


def prepare(step: Step, mentor_id: str, topic: str) -> AskForm:
    """Return what the request form shows. Raises Refusal when this mentor cannot be asked by this mentee.

    ``topic`` comes from a button: only a term of the vocabulary is taken from it.
    """
    mentor = _may_ask(step, mentor_id)
    looked_for = mentors.label_of(step, topic)
    return AskForm(
        request_id=step.ids(), mentor=mentor, topic=topic if looked_for else "", looked_for=looked_for
    )


def ask(step: Step, *, request_id: str, mentor_id: str, note: str, looked_for: str = "") -> Asked:
    """Record a request and tell the mentor. Sending the same form again changes nothing and shows the first.

    Raises Refusal when the mentor is full, paused or gone by now, when the two already are connected, when
    the mentee has as many open requests as the programme allows, or (naming the field) for an unfit note.
    ``looked_for`` is the key of the term that was searched; anything else is left out.
    """
    # Both people take their turns from here: two Sends of one form, and two forms at the same moment.
    relationships.lock_people(step.session, step.by, mentor_id)
    relationships.lock_places(step.session, mentor_id)
    existing = find(step.session, MentorRequest, request_id)
    if existing is not None:
        if existing.mentee_id != step.by:
            raise NotFound
        return seen(step, existing)
    _require_note(note)
    zone = _may_ask(step, mentor_id).time_zone
    rules = step.rules.programme.requests
    label = mentors.label_of(step, looked_for)
    row = MentorRequest(
        id=request_id,
        **step.place,
        mentee_id=step.by,
        mentor_id=mentor_id,
        note=step.seal(MentorRequest.note, request_id, note),
        looked_for=step.seal(MentorRequest.looked_for, request_id, label) if label else None,
        asked_at=step.now,
        remind_at=working_time(step, mentor_id).add_days(step.now, rules.remind_after_working_days),
        lapses_at=as_others_see(step, zone).add_days(step.now, rules.lapse_after_working_days),
    )
    step.add(row)
    step.record("request.asked", request_id, mentor=mentor_id)
    ids = {"request": request_id}
    step.tell(Notice("requests.for_mentor", key_of(request_id, "mentor"), mentor_id, ids=ids))
    step.tell(Notice("requests.for_mentee", key_of(request_id, "mentee"), step.by, ids=ids))
    return seen(step, row)


def _require_note(note: str) -> None:
    if not any(character.isalnum() for character in note):
        raise Refusal("requests.note_empty", field="note")
    if len(note) > LONGEST_NOTE:
        raise Refusal("requests.note_long", field="note", n=LONGEST_NOTE)


def _may_ask(step: Step, mentor_id: str) -> Contact:
    session = step.session
    if mentor_id == step.by:
        raise Refusal("requests.not_yourself")
    mentor = people.contact(session, mentor_id)
    if mentor is None or not mentor.here or Role.MENTOR not in people.roles_of(session, mentor_id):
        raise NotFound("requests.mentor_gone")
    if Role.MENTEE not in people.roles_of(session, step.by):
        raise Refusal("requests.only_mentees")
    if not people.is_started(session, step.by):
        raise Refusal("mentors.not_started")
    _require_place(step, mentor)
    mine = requests.open_of_mentee(session, step.by)
    if any(request.mentor_id == mentor_id for request in mine):
        raise Refusal("requests.already_asked", mentor=mentor.name)
    most = step.rules.programme.requests.open_per_mentee
    if len(mine) >= most:
        raise Refusal("requests.too_many_open", n=most)
    if relationships.connected(session, step.by, mentor_id):
        raise Refusal("requests.already_together", mentor=mentor.name)
    return mentor


def _require_place(step: Step, mentor: Contact) -> None:
    """Raise Refusal for a mentor who could not accept: full, paused, hidden, or not started yet."""
    session, mentor_id = step.session, mentor.person_id
    profile = profiles.of_mentor(session, mentor_id)
    taken = relationships.places_taken(session, [mentor_id]).get(mentor_id, 0)
    is_open = profile is not None and profile.state is ProfileState.OPEN and taken < profile.places
    if (
        not is_open
        or not people.is_started(session, mentor_id)
        or mentors.are_apart(step, step.by, mentor_id)
    ):
        raise Refusal("requests.mentor_full", mentor=mentor.name)
