"""What Home and the leads' digest may know of concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.concerns.moving import ladder_roles
from bot.domain.concerns.reading import HandlerCard, card
from bot.domain.step import Step
from bot.store import concerns as store
from bot.store import people
from bot.store.concerns import ConcernState

STAYS_ON_HOME = timedelta(days=30)


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
    elsewhere: tuple[HandlerCard, ...] = ()
    """What the reader may open, and somebody else has."""


def at_home(step: Step) -> AtHome:
    """Return what the caller raised, and what waits for them as a handler; four queries at most."""
    raised = store.of_reporter(step.session, step.by, step.now - STAYS_ON_HOME)
    found = _open_to(step, step.by)
    return AtHome(
        raised=tuple(Own(row.id, row.reference, row.state) for row in raised),
        waiting=tuple(one for one in found if not one.is_elsewhere),
        elsewhere=tuple(one for one in found if one.is_elsewhere),
    )


def waiting_for(step: Step, person_id: str) -> tuple[HandlerCard, ...]:
    """Return the cases that wait for somebody: asked of them, or theirs; not what another one has."""
    return tuple(one for one in _open_to(step, person_id) if not one.is_elsewhere)


def _open_to(step: Step, person_id: str) -> tuple[HandlerCard, ...]:
    if not set(ladder_roles(step)) & people.roles_of(step.session, person_id):
        return ()
    found = store.waiting_for(step.session, person_id)
    others = {row.handler_id for row, _ in found if row.handler_id and row.handler_id != person_id}
    holders = people.contacts(step.session, others) if others else {}
    return tuple(
        replace(card(row, reader), holder=holders.get(row.handler_id or "")) for row, reader in found
    )
