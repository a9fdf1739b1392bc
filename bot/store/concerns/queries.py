"""Finding cases: by id and locked, of a reporter, waiting for a handler, and what falls due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.store import sealing
from bot.store.concerns.rows import (
    ENDED,
    HELD,
    MAY_OPEN,
    OPEN,
    Concern,
    ConcernNote,
    ConcernOpening,
    ConcernParty,
    ConcernReader,
    ConcernState,
    Party,
)
from bot.store.people import Membership, Person, PersonState, Role


def lock(session: Session, concern_id: str) -> Concern | None:
    """Return the case, locked until the transaction ends: an acknowledgement and a climb never both count."""
    return session.scalars(
        select(Concern)
        .where(Concern.id == concern_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def parties(session: Session, concern_ids: Iterable[str]) -> dict[str, tuple[Party, ...]]:
    """Return who must never see each of these cases, in one query."""
    found: dict[str, tuple[Party, ...]] = {}
    rows = session.scalars(select(ConcernParty).where(ConcernParty.concern_id.in_(list(concern_ids))))
    for row in rows:
        text = sealing.unseal(session, ConcernParty.who, row)
        if text:
            found[row.concern_id] = (*found.get(row.concern_id, ()), Party.unpacked(text))
    return found


def party_rows(session: Session, concern_id: str) -> Sequence[ConcernParty]:
    """Return the rows of a case's parties, to be blanked."""
    return session.scalars(select(ConcernParty).where(ConcernParty.concern_id == concern_id)).all()


def readers(session: Session, concern_id: str) -> list[ConcernReader]:
    """Return the ladder of a case, first asked first."""
    return list(
        session.scalars(
            select(ConcernReader)
            .where(ConcernReader.concern_id == concern_id)
            .order_by(ConcernReader.position)
            .execution_options(populate_existing=True)
        )
    )


def notes(session: Session, concern_id: str) -> list[ConcernNote]:
    """Return the notes on a case, oldest first."""
    return list(
        session.scalars(
            select(ConcernNote)
            .where(ConcernNote.concern_id == concern_id)
            .order_by(ConcernNote.written_at, ConcernNote.id)
        )
    )


def openings(session: Session, concern_id: str) -> list[ConcernOpening]:
    """Return who opened a case and when, oldest first."""
    return list(
        session.scalars(
            select(ConcernOpening)
            .where(ConcernOpening.concern_id == concern_id)
            .order_by(ConcernOpening.opened_at, ConcernOpening.id)
        )
    )


def may_handle(session: Session, roles: Iterable[Role]) -> list[tuple[Person, Role]]:
    """Return everyone here who holds one of the roles, with each role held, by name."""
    rows: Sequence[Any] = session.execute(
        select(Person, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.state == PersonState.HERE, Membership.role.in_(list(roles)))
        .order_by(Person.name, Person.id)
    ).all()
    return [(person, role) for person, role in rows]


def of_reporter(session: Session, reporter_id: str, ended_since: datetime) -> list[Concern]:
    """Return what somebody raised that is open, or ended after ``ended_since``; oldest first."""
    return list(
        session.scalars(
            select(Concern)
            .where(
                Concern.reporter_id == reporter_id,
                or_(Concern.state.in_(OPEN), Concern.ended_at >= ended_since),
            )
            .order_by(Concern.filed_at, Concern.id)
        )
    )


def waiting_for(session: Session, person_id: str) -> list[tuple[Concern, ConcernReader]]:
    """Return the open cases that somebody is asked to read or holds, most urgent first."""
    rows: Sequence[Any] = session.execute(
        select(Concern, ConcernReader)
        .join(ConcernReader, ConcernReader.concern_id == Concern.id)
        .where(
            ConcernReader.person_id == person_id,
            ConcernReader.state.in_(MAY_OPEN),
            Concern.state.in_([ConcernState.FILED, *HELD]),
        )
        .order_by(func.coalesce(Concern.act_by, Concern.acknowledge_by), Concern.id)
    ).all()
    return [(concern, reader) for concern, reader in rows]


def with_parties(session: Session) -> list[Concern]:
    """Return every case that others read and whose parties are still known, open or ended."""
    return list(
        session.scalars(
            select(Concern)
            .where(Concern.state != ConcernState.KEPT, Concern.erased_at.is_(None))
            .order_by(Concern.id)
        )
    )


def due(session: Session, now: datetime, what: str, limit: int) -> list[Concern]:
    """Return cases for which ``what`` is due, locked: remind, climb, act, ask or erase."""
    return _locked(session, limit, *DUE[what](now))


def left(session: Session, roles: Iterable[Role], limit: int) -> list[Concern]:
    """Return cases, locked, whose handler has no Slack account, or none of the ladder's roles, any more."""
    gone = select(Person.id).where(Person.state != PersonState.HERE)
    on_a_ladder = select(Membership.person_id).where(Membership.role.in_(list(roles)))
    return _locked(
        session,
        limit,
        Concern.state.in_([ConcernState.FILED, *HELD]),
        or_(Concern.handler_id.in_(gone), Concern.handler_id.not_in(on_a_ladder)),
    )


def _locked(session: Session, limit: int, *where: ColumnElement[bool]) -> list[Concern]:
    return list(
        session.scalars(
            select(Concern).where(*where).order_by(Concern.id).limit(limit).with_for_update(skip_locked=True)
        )
    )


def _remind(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # Once everyone has been asked again, each further asking is reminder enough.
    return (
        Concern.state == ConcernState.FILED,
        Concern.acknowledge_by <= now,
        Concern.reminded_at.is_(None),
        Concern.exhausted_at.is_(None),
    )


def _climb(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Concern.state == ConcernState.FILED, Concern.climbs_at <= now


def _act(now: datetime) -> tuple[ColumnElement[bool], ...]:
    acting = Concern.state.in_([ConcernState.KEPT, *HELD])
    return acting, Concern.act_by <= now, Concern.act_reminded_at.is_(None)


def _ask(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Concern.state.in_(ENDED), Concern.ask_again_at <= now


def _erase(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Concern.erase_at <= now, Concern.erased_at.is_(None)


DUE: Mapping[str, Callable[[datetime], tuple[ColumnElement[bool], ...]]] = {
    "remind": _remind,
    "climb": _climb,
    "act": _act,
    "ask": _ask,
    "erase": _erase,
}
"""Each is made only when it is asked for: five of them at every tick cost more than the queries."""
