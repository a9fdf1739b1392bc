"""Beginning an agreement, and when whoever has the turn is reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.agreements.seen import (
    first_writers,
)
from bot.domain.hours import working_time
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import agreements, relationships
from bot.store.agreements import Agreement
from bot.store.relationships import RelationshipState


def draft(step: Step, relationship_id: str) -> str:
    """Begin the agreement of a relationship and return its id; where there is one already, nothing changes.

    Called as a relationship is made, or as a member of an imported pair opens the form. Raises NotFound
    for no such relationship, Refusal for one that has ended.
    """
    relationship = agreements.lock_relationship(step.session, relationship_id)
    if relationship is None:
        raise NotFound
    existing = agreements.of_relationship(step.session, relationship_id)
    if existing is not None:
        return existing.id
    if relationship.state is RelationshipState.ENDED:
        raise Refusal("agreements.ended")
    agreement_id = step.ids()
    # Only those who cannot begin without it are reminded to write it; to others it was offered.
    due = None
    if relationship.state is RelationshipState.DRAFTING:
        due = remind_at(step, sorted(first_writers(relationships.members(step.session, relationship_id))))
    step.add(
        Agreement(
            id=agreement_id,
            **step.place,
            relationship_id=relationship_id,
            created_at=step.now,
            remind_at=due,
        )
    )
    step.record("agreement.drafted", agreement_id, relationship=relationship_id)
    return agreement_id


def remind_at(step: Step, person_ids: Sequence[str]) -> datetime:
    """Return when whoever's turn it is has had long enough, by the hours of the first of them."""
    days = step.rules.agreements.signing.remind_after_working_days
    return working_time(step, next(iter(person_ids), None)).add_days(step.now, days)
