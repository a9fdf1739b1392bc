"""Asking a mentor: asked, then accepted, declined privately, withdrawn, or lapsed.

A place is taken when the mentor accepts, under a lock on the mentor's profile: two acts cannot take one
place. A decline reaches the mentee as "not possible this time"; its reason is asked of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import agreements
from bot.domain.calendar import add_working_days
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import people, relationships, requests
from bot.store.acts import BY_CLOCK
from bot.store.base import change, find
from bot.store.outbox import Notice
from bot.store.people import Contact, Role
from bot.store.profiles import ProfileState
from bot.store.relationships import (
    Basis,
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)
from bot.store.requests import MentorRequest, RequestState


@dataclass(frozen=True)
class AskForm:
    """What the form for a new request shows before anything is stored."""

    request_id: str
    mentor: Contact
    looked_for: str


@dataclass(frozen=True)
class Asked:
    """A request as either side sees it; the note only where ``note`` is not empty."""

    request_id: str
    state: RequestState
    mentee: Contact
    mentor: Contact
    note: str
    looked_for: str
    answer_expected_by: datetime
    lapses_at: datetime
    relationship_id: str | None = None


def prepare(step: Step, mentor_id: str, looked_for: str) -> AskForm:
    """Return what the request form shows. Raises Refusal when this mentor cannot be asked by this mentee."""
    mentor = _may_ask(step, mentor_id)
    return AskForm(request_id=step.ids(), mentor=mentor, looked_for=looked_for)


def ask(step: Step, *, request_id: str, mentor_id: str, note: str, looked_for: str) -> Asked:
    """Record a request and tell the mentor. Sending the same form again changes nothing and shows the first.

    Raises Refusal when the mentor is full, paused or gone by now, when the two already are connected, or when
    the mentee has as many open requests as the programme allows.
    """
    existing = find(step.session, MentorRequest, request_id)
    if existing is not None:
        if existing.mentee_id != step.by:
            raise NotFound
        return _seen(step, existing, with_note=True)
    _may_ask(step, mentor_id)
    rules, hours = step.rules.programme.requests, step.rules.programme.hours
    zone = people.contacts(step.session, [mentor_id])[mentor_id].time_zone
    row = MentorRequest(
        id=request_id,
        **step.place,
        mentee_id=step.by,
        mentor_id=mentor_id,
        note=step.seal(MentorRequest.note, request_id, note),
        looked_for=step.seal(MentorRequest.looked_for, request_id, looked_for) if looked_for else None,
        asked_at=step.now,
        remind_at=add_working_days(step.now, rules.remind_after_working_days, hours, zone),
        lapses_at=add_working_days(step.now, rules.lapse_after_working_days, hours, zone),
    )
    step.add(row)
    step.record("request.asked", request_id, mentor=mentor_id)
    step.tell(
        Notice("requests.for_mentor", _key(request_id, "mentor"), mentor_id, ids={"request": request_id})
    )
    step.tell(Notice("requests.for_mentee", _key(request_id, "mentee"), step.by, ids={"request": request_id}))
    return _seen(step, row, with_note=True)


def accept(step: Step, request_id: str) -> Asked:
    """Accept as the mentor asked: a relationship begins, in draft until its agreement is signed.

    Raises NotFound for anyone else, Refusal when the matter is settled or the mentor has no place left.
    """
    row = _for_mentor(step, request_id)
    profile = relationships.lock_places(step.session, row.mentor_id)
    taken = relationships.places_taken(step.session, [row.mentor_id]).get(row.mentor_id, 0)
    if profile is None or taken >= profile.places:
        raise Refusal("requests.no_place_left")
    _settle(step, row, RequestState.ACCEPTED)
    relationship_id = step.ids()
    step.add(
        Relationship(
            id=relationship_id,
            **step.place,
            kind=Kind.MENTOR,
            state=RelationshipState.DRAFTING,
            basis=Basis.HERE,
            made_from=f"request:{request_id}",
            created_at=step.now,
        )
    )
    for person_id, role in ((row.mentor_id, MemberRole.MENTOR), (row.mentee_id, MemberRole.MENTEE)):
        step.add(
            RelationshipMember(
                id=step.ids(), **step.place, relationship_id=relationship_id, person_id=person_id, role=role
            )
        )
    agreements.draft(step, relationship_id)
    step.record("request.accepted", request_id, relationship=relationship_id)
    _say_decided(step, row)
    return _seen(step, row, with_note=True)


def decline(step: Step, request_id: str) -> Asked:
    """Decline as the mentor asked. The mentee reads "not possible this time" and who else there is."""
    row = _for_mentor(step, request_id)
    _settle(step, row, RequestState.DECLINED)
    step.record("request.declined", request_id)
    _say_decided(step, row)
    return _seen(step, row, with_note=True)


def withdraw(step: Step, request_id: str) -> Asked:
    """Take one's own open request back; the mentor's card says so. Raises NotFound for anyone else."""
    row = find(step.session, MentorRequest, request_id)
    if row is None or row.mentee_id != step.by:
        raise NotFound
    _settle(step, row, RequestState.WITHDRAWN)
    step.record("request.withdrawn", request_id)
    step.tell(
        Notice(
            "requests.for_mentor",
            _key(request_id, "mentor:withdrawn"),
            row.mentor_id,
            ids={"request": request_id},
            updates_key=_key(request_id, "mentor"),
        )
    )
    return _seen(step, row, with_note=True)


def remind(step: Step, limit: int) -> int:
    """Remind each mentor once whose open request has waited long enough; return how many were handled."""
    rows = requests.due_for_reminder(step.session, step.now, limit)
    for row in rows:
        row.reminded_at = step.now
        step.tell(
            Notice(
                "requests.reminder",
                _key(row.id, "reminder"),
                row.mentor_id,
                ids={"request": row.id},
                expires_at=row.lapses_at,
            )
        )
        step.record("request.reminded", row.id)
    return len(rows)


def lapse(step: Step, limit: int) -> int:
    """End each open request whose time ran out, and tell both; return how many were handled."""
    rows = requests.due_to_lapse(step.session, step.now, limit)
    for row in rows:
        _settle(step, row, RequestState.LAPSED)
        step.record("request.lapsed", row.id)
        _say_decided(step, row)
        step.tell(
            Notice(
                "requests.for_mentor",
                _key(row.id, "mentor:lapsed"),
                row.mentor_id,
                ids={"request": row.id},
                updates_key=_key(row.id, "mentor"),
            )
        )
    return len(rows)


def seen_by(step: Step, request_id: str, person_id: str) -> Asked | None:
    """Return a request as one of its two people sees it now, or None for anyone else."""
    row = find(step.session, MentorRequest, request_id)
    if row is None or person_id not in {row.mentor_id, row.mentee_id}:
        return None
    return _seen(step, row, with_note=True)


def _key(request_id: str, what: str) -> str:
    return f"request:{request_id}:{what}"


def _may_ask(step: Step, mentor_id: str) -> Contact:
    session = step.session
    if mentor_id == step.by:
        raise Refusal("requests.not_yourself")
    mentor = people.contact(session, mentor_id)
    if mentor is None or not mentor.here or Role.MENTOR not in people.roles_of(session, mentor_id):
        raise NotFound("requests.mentor_gone")
    if Role.MENTEE not in people.roles_of(session, step.by):
        raise Refusal("requests.only_mentees")
    profile = relationships.lock_places(session, mentor_id)
    taken = relationships.places_taken(session, [mentor_id]).get(mentor_id, 0)
    if profile is None or profile.state is not ProfileState.OPEN or taken >= profile.places:
        raise Refusal("requests.mentor_full", mentor=mentor.name)
    mine = requests.open_of_mentee(session, step.by)
    if any(request.mentor_id == mentor_id for request in mine):
        raise Refusal("requests.already_asked", mentor=mentor.name)
    most = step.rules.programme.requests.open_per_mentee
    if len(mine) >= most:
        raise Refusal("requests.too_many_open", n=most)
    if relationships.connected(session, step.by, mentor_id):
        raise Refusal("requests.already_together", mentor=mentor.name)
    return mentor


def _for_mentor(step: Step, request_id: str) -> MentorRequest:
    row = find(step.session, MentorRequest, request_id)
    if row is None or row.mentor_id != step.by:
        raise NotFound
    return row


def _settle(step: Step, row: MentorRequest, to: RequestState) -> None:
    settled = change(
        step.session, MentorRequest, row.id, expected=RequestState.OPEN, to=to, answered_at=step.now
    )
    if not settled:
        step.session.refresh(row)
        raise Refusal(f"requests.settled.{row.state}")
    step.untell(_key(row.id, "reminder"), "the request is settled")


def _say_decided(step: Step, row: MentorRequest) -> None:
    """Change the mentee's card to the new state, and tell them in a message of its own."""
    ids = {"request": row.id}
    card = _key(row.id, "mentee")
    step.tell(Notice("requests.for_mentee", f"{card}:settled", row.mentee_id, ids=ids, updates_key=card))
    if step.by != row.mentee_id or step.by == BY_CLOCK:
        step.tell(Notice("requests.decided", _key(row.id, "decided"), row.mentee_id, ids=ids))


def _seen(step: Step, row: MentorRequest, *, with_note: bool) -> Asked:
    contacts = people.contacts(step.session, [row.mentor_id, row.mentee_id])
    rules, hours = step.rules.programme.requests, step.rules.programme.hours
    mentor = contacts[row.mentor_id]
    relationship = None
    if row.state is RequestState.ACCEPTED:
        relationship = relationships.made_from(step.session, f"request:{row.id}")
    return Asked(
        request_id=row.id,
        state=row.state,
        mentee=contacts[row.mentee_id],
        mentor=mentor,
        note=step.unseal(MentorRequest.note, row) if with_note else "",
        looked_for=step.unseal(MentorRequest.looked_for, row) if with_note else "",
        answer_expected_by=add_working_days(
            row.asked_at, rules.expected_answer_working_days, hours, mentor.time_zone
        ),
        lapses_at=row.lapses_at,
        relationship_id=relationship.id if relationship else None,
    )
