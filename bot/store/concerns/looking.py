"""Which programmes have a case with anything due: one statement over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.store.concerns.rows import ENDED, HELD, Concern, ConcernState
from bot.store.due import Place, literally, places, same_programme
from bot.store.people import Membership, Person, PersonState, Role


def places_due(session: Session, now: datetime, roles: Iterable[Role]) -> list[Place]:
    """Return where a case has anything due, or a handler without any of ``roles`` (an unscoped session).

    ``roles`` are those of the guideline's ladder.
    """
    case = select(Concern.workspace_id, Concern.programme_id)
    filed = literally(Concern.state, ConcernState.FILED)
    gone = exists().where(Person.id == Concern.handler_id, Person.state != PersonState.HERE)
    on_a_ladder = exists().where(
        *same_programme(Membership, Concern),
        Membership.person_id == Concern.handler_id,
        Membership.role.in_(list(roles)),
    )
    return places(
        session,
        case.where(
            filed,
            Concern.acknowledge_by <= now,
            Concern.reminded_at.is_(None),
            Concern.exhausted_at.is_(None),
        ),
        case.where(filed, Concern.climbs_at <= now),
        case.where(
            literally(Concern.state, ConcernState.KEPT, *HELD),
            Concern.act_by <= now,
            Concern.act_reminded_at.is_(None),
        ),
        case.where(Concern.ask_again_at <= now, Concern.state.in_(ENDED)),
        case.where(Concern.erase_at <= now, Concern.erased_at.is_(None)),
        case.where(
            literally(Concern.state, ConcernState.FILED, *HELD),
            Concern.handler_id.is_not(None),
            or_(gone, ~on_a_ladder),
        ),
    )
