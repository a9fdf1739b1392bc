"""Relationships end: because either side wishes so, without a reason, or because somebody left.

An ended relationship gives its mentor's place back and asks nobody anything more; nothing revives it, and who
would like to go on asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain import checkins, mentors
from bot.domain.mentors import NextPeople
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import agreements, people, profiles, relationships, requests
from bot.store.base import change, find
from bot.store.outbox import Notice
from bot.store.people import Contact, Role
from bot.store.relationships import (
    TAKES_A_PLACE,
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)
from bot.store.requests import MentorRequest


class Why(StrEnum):
    """What ended a relationship."""

    ENDED = "ended"
    """One of its members wished so; a reason is asked of nobody."""
    LEFT = "left"
    """One of its members is no longer in Slack."""


@dataclass(frozen=True)
class Ended:
    """An ended relationship as one of its members reads of it, with what is next for them."""

    why: Why
    kind: Kind
    by: Contact
    others: tuple[Contact, ...]
    next_people: NextPeople | None = None
    """Whom the reader may ask next; None for who is no mentee."""
    open_places: int | None = None
    """How many places the reader has open as a mentor now; None for who gave none here."""


@dataclass(frozen=True)
class Mine:
    """A relationship of the reader that has not ended."""

    relationship_id: str
    kind: Kind
    role: MemberRole
    others: tuple[Contact, ...]
    started_on: date | None


@dataclass(frozen=True)
class AtHome:
    """The reader's relationships, oldest first."""

    mine: tuple[Mine, ...]


def end(step: Step, relationship_id: str, why: Why, who: str) -> bool:
    """End a relationship and tell its other members; False, changing nothing, when it has ended before.

    ``who`` is the person who wished so, or who left. Its check-ins stop, what still waits to be said about
    its agreement is not said, and its mentor's place is open again.
    """
    ended = change(
        step.session,
        Relationship,
        relationship_id,
        expected=TAKES_A_PLACE,
        to=RelationshipState.ENDED,
        ended_at=step.now,
    )
    if not ended:
        return False
    step.record("relationship.ended", relationship_id, why=why)
    checkins.stop(step, relationship_id)
    agreement = agreements.of_relationship(step.session, relationship_id)
    if agreement is not None:
        step.untell(f"agreement:{agreement.id}:", "the relationship ended")
    for member in relationships.members(step.session, relationship_id):
        if member.person_id != who:
            step.tell_together(
                Notice(
                    "relationships.ended",
                    f"relationship:{relationship_id}:ended:{member.person_id}",
                    member.person_id,
                    ids={"relationship": relationship_id, "why": why, "by": who},
                )
            )
    return True


def finish(step: Step, relationship_id: str) -> Ended:
    """End one's own relationship. Raises NotFound for anyone else, Refusal when it has ended before."""
    row, members = _mine(step, relationship_id, step.by)
    if not end(step, relationship_id, Why.ENDED, step.by):
        raise Refusal("relationships.ended_already")
    return _seen(step, row, members, why=Why.ENDED, by=step.by, reader_id=step.by)


def end_of(step: Step, person_id: str) -> int:
    """End every relationship of somebody who left, telling the other side. Returns how many ended."""
    rows = relationships.of_member(step.session, person_id, TAKES_A_PLACE)
    return sum(end(step, row.id, Why.LEFT, person_id) for row in rows)


def ended_for(step: Step, relationship_id: str, *, why: Why, by: str, reader_id: str) -> Ended | None:
    """Return the news of an end for one of the members; None for anyone else, or before it has ended."""
    try:
        row, members = _mine(step, relationship_id, reader_id)
    except NotFound:
        return None
    if row.state is not RelationshipState.ENDED:
        return None
    return _seen(step, row, members, why=why, by=by, reader_id=reader_id)


def at_home(step: Step) -> AtHome | None:
    """Return the caller's relationships; None for somebody in none. At most three queries."""
    living = relationships.of_member(step.session, step.by, TAKES_A_PLACE)
    if not living:
        return None
    members = relationships.members_of(step.session, [row.id for row in living])
    contacts = people.contacts(step.session, {m.person_id for held in members.values() for m in held})
    return AtHome(
        tuple(
            Mine(
                relationship_id=row.id,
                kind=row.kind,
                role=next(m.role for m in members[row.id] if m.person_id == step.by),
                others=_others(members[row.id], step.by, contacts),
                started_on=row.started_on,
            )
            for row in living
        )
    )


def _mine(
    step: Step, relationship_id: str, person_id: str
) -> tuple[Relationship, Sequence[RelationshipMember]]:
    row = find(step.session, Relationship, relationship_id)
    members = relationships.members(step.session, relationship_id) if row is not None else []
    if row is None or person_id not in {member.person_id for member in members}:
        raise NotFound
    return row, members


def _others(
    members: Sequence[RelationshipMember], person_id: str, contacts: dict[str, Contact]
) -> tuple[Contact, ...]:
    return tuple(
        contacts[member.person_id]
        for member in members
        if member.person_id != person_id and member.person_id in contacts
    )


def _seen(
    step: Step,
    row: Relationship,
    members: Sequence[RelationshipMember],
    *,
    why: Why,
    by: str,
    reader_id: str,
) -> Ended:
    contacts = people.contacts(step.session, {by, *(member.person_id for member in members)})
    role = next(member.role for member in members if member.person_id == reader_id)
    may_ask = role is MemberRole.MENTEE and Role.MENTEE in people.roles_of(step.session, reader_id)
    return Ended(
        why=why,
        kind=row.kind,
        by=contacts[by],
        others=_others(members, reader_id, contacts),
        next_people=_next_people(step, row, members, reader_id) if may_ask else None,
        open_places=_open_places(step, reader_id) if role is MemberRole.MENTOR else None,
    )


def _open_places(step: Step, mentor_id: str) -> int:
    profile = profiles.of_mentor(step.session, mentor_id)
    taken = relationships.places_taken(step.session, [mentor_id]).get(mentor_id, 0)
    return max(0, profile.places - taken) if profile is not None else 0


def _next_people(
    step: Step, row: Relationship, members: Sequence[RelationshipMember], mentee_id: str
) -> NextPeople:
    """Return whom the mentee may ask next: for what they asked this mentor for, else for what these know."""
    before = requests.ever_asked(step.session, mentee_id) | {member.person_id for member in members}
    request = find(step.session, MentorRequest, row.made_from.removeprefix("request:"))
    return mentors.next_people(
        step,
        mentee_id,
        topic=step.unseal(MentorRequest.looked_for, request) if request is not None else "",
        like=next(m.person_id for m in members if m.person_id != mentee_id),
        without=before,
    )
