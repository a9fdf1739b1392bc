"""Concerns: the case, the people it is about, those who may read it, notes, and who opened it when.

What somebody wrote and whom they named is sealed. In the clear stand only ids, states and times: who raised
it, who is asked to read it, and when they answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import sealing
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person
from bot.store.people import Membership, Person, PersonState, Role


class ConcernState(StrEnum):
    """Kept is the reporter's alone; filed waits for an acknowledgement; resolved and withdrawn are ends."""

    KEPT = "kept"
    FILED = "filed"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


HELD = (ConcernState.ACKNOWLEDGED, ConcernState.IN_PROGRESS)
OPEN = (ConcernState.KEPT, ConcernState.FILED, *HELD)
ENDED = (ConcernState.RESOLVED, ConcernState.WITHDRAWN)


class Capacity(StrEnum):
    """Why somebody must never see a case: named in it, or struck out by the reporter."""

    NAMED = "named"
    STRUCK = "struck"


class ReaderState(StrEnum):
    """Where somebody on a case's ladder stands. Only who is asked or holds it may open it."""

    WAITING = "waiting"
    ASKED = "asked"
    HOLDS = "holds"
    PASSED = "passed"
    RECUSED = "recused"


MAY_OPEN = (ReaderState.ASKED, ReaderState.HOLDS)


class Concern(ProgrammeRow, Row, kw_only=True):
    """One case. Its id is made as the form opens: a second Send finds the first."""

    __tablename__ = "concerns"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "reference"),
        Index(None, "workspace_id", "programme_id", "state"),
        of_person("reporter_id"),
        of_person("handler_id"),
    )

    reference: Mapped[str]
    state: Mapped[ConcernState] = mapped_column(choice(ConcernState))
    level: Mapped[int]
    reporter_id: Mapped[str]
    words: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    about: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    """Somebody outside Slack, as the reporter wrote it: never matched to a directory."""
    wanted: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    outcome: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    handler_id: Mapped[str | None] = mapped_column(default=None)
    rung: Mapped[int] = mapped_column(default=0)
    """How often the case went on to somebody else."""
    changes: Mapped[int] = mapped_column(default=0)
    """How often its cards changed: part of the key of each update."""
    filed_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    climbs_at: Mapped[datetime | None] = mapped_column(default=None)
    exhausted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When nobody was left on the ladder who had not been asked."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    act_by: Mapped[datetime | None] = mapped_column(default=None)
    act_reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    asked_again: Mapped[int] = mapped_column(default=0)
    """How often the reporter was asked again after the end."""
    ask_again_at: Mapped[datetime | None] = mapped_column(default=None)
    erase_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    guideline_version: Mapped[str]


class ConcernParty(ProgrammeRow, Row, kw_only=True):
    """Somebody who must never see a case; who it is, is sealed."""

    __tablename__ = "concern_parties"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"), of("concerns", "concern_id")
    )

    concern_id: Mapped[str]
    who: Mapped[bytes | None] = mapped_column(Sealed, default=None)


class ConcernReader(ProgrammeRow, Row, kw_only=True):
    """One person on the ladder of one case: those whom the reporter was shown, in order."""

    __tablename__ = "concern_readers"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "concern_id", "person_id"),
        Index(None, "workspace_id", "programme_id", "person_id", "state"),
        of("concerns", "concern_id"),
        of_person("person_id"),
    )

    concern_id: Mapped[str]
    person_id: Mapped[str]
    position: Mapped[int]
    at_once: Mapped[bool]
    """Whether this person reads it from the start, by the case's level."""
    state: Mapped[ReaderState] = mapped_column(choice(ReaderState), default=ReaderState.WAITING)
    asked_rung: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)


class ConcernNote(ProgrammeRow, Row, kw_only=True):
    """What a handler wrote into the file."""

    __tablename__ = "concern_notes"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("author_id"),
    )

    concern_id: Mapped[str]
    author_id: Mapped[str]
    words: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    written_at: Mapped[datetime]


class ConcernOpening(ProgrammeRow, Row, kw_only=True):
    """Somebody opened the words of a case; the reporter may see this log."""

    __tablename__ = "concern_openings"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "concern_id"),
        of("concerns", "concern_id"),
        of_person("person_id"),
    )

    concern_id: Mapped[str]
    person_id: Mapped[str]
    opened_at: Mapped[datetime]


@dataclass(frozen=True)
class Party:
    """Somebody who must never see a case, by our id where they have one and by Slack's."""

    capacity: Capacity
    slack_user_id: str
    person_id: str = ""

    def packed(self) -> str:
        """Return what is sealed."""
        return json.dumps([self.capacity.value, self.slack_user_id, self.person_id])

    @classmethod
    def unpacked(cls, text: str) -> Party:
        """Return what was sealed."""
        capacity, slack_user_id, person_id = json.loads(text)
        return cls(Capacity(capacity), slack_user_id, person_id)


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


def load_of(session: Session) -> dict[str, int]:
    """Return how many open cases each handler has; those with none are absent."""
    rows: Sequence[Any] = session.execute(
        select(Concern.handler_id, func.count())
        .where(Concern.state.in_([ConcernState.FILED, *HELD]), Concern.handler_id.is_not(None))
        .group_by(Concern.handler_id)
    ).all()
    return {str(handler_id): count for handler_id, count in rows}


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


def known_to(session: Session, person_id: str) -> list[Concern]:
    """Return the open cases on whose ladder somebody stands and from which they did not recuse themselves."""
    return list(
        session.scalars(
            select(Concern)
            .join(ConcernReader, ConcernReader.concern_id == Concern.id)
            .where(
                ConcernReader.person_id == person_id,
                ConcernReader.state != ReaderState.RECUSED,
                Concern.state.in_([ConcernState.FILED, *HELD]),
            )
            .order_by(Concern.id)
        )
    )


def due(session: Session, now: datetime, what: str, limit: int) -> list[Concern]:
    """Return cases for which something is due, locked: ``remind``, ``climb``, ``act``, ``ask``, ``erase``."""
    filed, held = Concern.state == ConcernState.FILED, Concern.state.in_(HELD)
    conditions = {
        "remind": (filed, Concern.acknowledge_by <= now, Concern.reminded_at.is_(None)),
        "climb": (filed, Concern.climbs_at <= now),
        "act": (
            Concern.state.in_([ConcernState.KEPT, *HELD]),
            Concern.act_by <= now,
            Concern.act_reminded_at.is_(None),
        ),
        "ask": (Concern.state.in_(ENDED), Concern.ask_again_at <= now),
        "erase": (Concern.erase_at <= now, Concern.erased_at.is_(None)),
        "left": (
            filed | held,
            Concern.handler_id.in_(select(Person.id).where(Person.state == PersonState.LEFT)),
        ),
    }[what]
    return list(
        session.scalars(
            select(Concern)
            .where(*conditions)
            .order_by(Concern.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
