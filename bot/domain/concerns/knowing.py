"""What Home and the leads' digest may know of concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.concerns.reading import HandlerCard, card
from bot.domain.step import Step
from bot.store import concerns as store
from bot.store.concerns import ConcernState
from bot.store.people import Role, roles_of

STAYS_ON_HOME = timedelta(days=30)
LEAST = 5
"""Figures over fewer people than this are withheld (design.md, privacy model)."""


@dataclass(frozen=True)
class Own:
    """Something the reader raised, as Home names it."""

    concern_id: str
    reference: str
    state: ConcernState


@dataclass(frozen=True)
class AtHome:
    """What Home shows of concerns."""

    raised: tuple[Own, ...]
    waiting: tuple[HandlerCard, ...]


@dataclass(frozen=True)
class ConcernCounts:
    """What one lead may know: the cases that wait for them, and figures of the others.

    ``open`` and ``late`` count open cases that could come to this lead; None where fewer than five people
    raised them, which is the same answer as for none.
    """

    mine: tuple[HandlerCard, ...]
    open: int | None
    late: int | None
    soonest: datetime | None
    """The nearest deadline among ``mine``."""


def at_home(step: Step) -> AtHome:
    """Return what the caller raised, and what waits for them as a handler; three queries."""
    raised = store.of_reporter(step.session, step.by, step.now - STAYS_ON_HOME)
    return AtHome(
        raised=tuple(Own(row.id, row.reference, row.state) for row in raised),
        waiting=_waiting(step, step.by),
    )


def counts_for(step: Step, lead_id: str) -> ConcernCounts:
    """Return what a lead may know: figures only of cases that could come to them.

    Cases about them, from them, in their reporting line, or that they were struck out of count nowhere.
    """
    mine = _waiting(step, lead_id)
    known = store.known_to(step.session, lead_id)
    enough = len({row.reporter_id for row in known}) >= LEAST
    late = [row for row in known if (row.act_by or row.acknowledge_by or step.now) < step.now]
    deadlines = [when for card in mine if (when := card.act_by or card.acknowledge_by) is not None]
    return ConcernCounts(
        mine=mine,
        open=len(known) if enough else None,
        late=len(late) if enough and len({row.reporter_id for row in late}) >= LEAST else None,
        soonest=min(deadlines, default=None),
    )


def _waiting(step: Step, person_id: str) -> tuple[HandlerCard, ...]:
    roles = {Role(name) for name in step.rules.concerns.ladder.roles}
    if not roles & roles_of(step.session, person_id):
        return ()
    return tuple(card(row, reader) for row, reader in store.waiting_for(step.session, person_id))
