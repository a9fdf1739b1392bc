"""The mentor answers, or the mentee takes it back."""

from __future__ import annotations

from bot.domain import agreements
from bot.domain.requests.seen import Asked, seen
from bot.domain.requests.settling import settle
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import people, relationships
from bot.store.base import find
from bot.store.relationships import (
    Basis,
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)
from bot.store.requests import MentorRequest, RequestState


def accept(step: Step, request_id: str) -> Asked:
    """Accept as the mentor asked: a relationship begins, in draft until its agreement is signed.

    Raises NotFound for anyone else, Refusal when the matter is settled or the mentor has no place left. When
    the mentee has left in the meantime nothing begins, and the request ends as no longer possible.
    """
    row = _for_mentor(step, request_id)
    # Whoever leaves Slack at this moment does so before or after, not in between.
    relationships.lock_people(step.session, row.mentor_id, row.mentee_id)
    profile = relationships.lock_places(step.session, row.mentor_id)
    mentee = people.contact(step.session, row.mentee_id)
    if mentee is None or not mentee.here:
        settle(step, row, RequestState.UNAVAILABLE)
        return seen(step, row)
    if row.state is RequestState.OPEN:
        _require_place(step, row, profile.places if profile else 0)
    settle(step, row, RequestState.ACCEPTED)
    _begin(step, row)
    return seen(step, row)


def decline(step: Step, request_id: str) -> Asked:
    """Decline as the mentor asked. The mentee reads "not possible this time" and who else there is."""
    row = _for_mentor(step, request_id)
    settle(step, row, RequestState.DECLINED)
    return seen(step, row)


def withdraw(step: Step, request_id: str) -> Asked:
    """Take one's own open request back; the mentor's card says so. Raises NotFound for anyone else."""
    row = find(step.session, MentorRequest, request_id)
    if row is None or row.mentee_id != step.by:
        raise NotFound
    settle(step, row, RequestState.WITHDRAWN)
    return seen(step, row)


def _for_mentor(step: Step, request_id: str) -> MentorRequest:
    row = find(step.session, MentorRequest, request_id)
    if row is None or row.mentor_id != step.by:
        raise NotFound
    return row


def _require_place(step: Step, row: MentorRequest, places: int) -> None:
    taken = relationships.places_taken(step.session, [row.mentor_id]).get(row.mentor_id, 0)
    if taken >= places:
        raise Refusal("requests.no_place_left")
    if relationships.connected(step.session, row.mentor_id, row.mentee_id):
        raise Refusal("requests.together_by_now")


def _begin(step: Step, row: MentorRequest) -> None:
    relationship_id = step.ids()
    step.add(
        Relationship(
            id=relationship_id,
            **step.place,
            kind=Kind.MENTOR,
            state=RelationshipState.DRAFTING,
            basis=Basis.HERE,
            made_from=f"request:{row.id}",
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
    step.record("relationship.made", relationship_id, request=row.id)
