"""Relationships of the cast, made in one line."""

from __future__ import annotations

from datetime import date

from bot.domain import checkins
from bot.store.relationships import Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from tests.cast import Desk


def together(
    desk: Desk,
    mentor: str,
    mentee: str,
    *,
    started_on: date | None = None,
    kind: Kind = Kind.MENTOR,
    state: RelationshipState = RelationshipState.ACTIVE,
) -> str:
    """Return the id of a relationship between two of the cast, whose check-ins have begun."""
    relationship_id = f"{mentor}-{mentee}"
    with desk.step("clock") as step:
        started_on = started_on or step.now.date()
        step.add(
            Relationship(
                id=relationship_id,
                **step.place,
                kind=kind,
                state=state,
                made_from=f"test:{relationship_id}",
                created_at=step.now,
                started_on=started_on,
            )
        )
        for handle, role in ((mentor, MemberRole.MENTOR), (mentee, MemberRole.MENTEE)):
            step.add(
                RelationshipMember(
                    id=f"{relationship_id}-{handle}",
                    **step.place,
                    relationship_id=relationship_id,
                    person_id=desk.id(handle),
                    role=role,
                )
            )
        checkins.begin(step, relationship_id, started_on)
    return relationship_id
