"""When somebody works, by their own word, and when they are on leave. Seen by nobody else.

A person has one inbox, so these belong to the workspace and hold in every programme of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import JSON, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, WorkspaceRow, among, in_workspace, of_person
from bot.store.people import Person


class OwnHours(WorkspaceRow, Row, kw_only=True):
    """The hours somebody set for themselves. Who set none keeps the programme's, also when those change."""

    __tablename__ = "own_hours"
    __table_args__ = in_workspace(UniqueConstraint("workspace_id", "person_id"), of_person("person_id"))

    person_id: Mapped[str]
    days: Mapped[list[str]] = mapped_column(JSON)
    opens: Mapped[time]
    closes: Mapped[time]
    holidays: Mapped[str] = mapped_column(default="")
    """ISO country code, optionally with a subdivision; empty keeps no public holidays."""


class Leave(WorkspaceRow, Row, kw_only=True):
    """Days, both included, on which somebody is away. Why is asked of nobody."""

    __tablename__ = "leaves"
    __table_args__ = in_workspace(
        UniqueConstraint("workspace_id", "person_id", "first", "last"), of_person("person_id")
    )

    person_id: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]


@dataclass(frozen=True)
class Own:
    """One person's zone, and what they said of themselves."""

    time_zone: str
    hours: OwnHours | None
    leaves: tuple[Leave, ...]


def of(session: Session, person_ids: Collection[str]) -> dict[str, Own]:
    """Return what is known of these people's time, in one query."""
    found: dict[str, tuple[str, OwnHours | None, list[Leave]]] = {}
    for person_id, zone, own, leave in session.execute(
        select(Person.id, Person.time_zone, OwnHours, Leave)
        .join(OwnHours, OwnHours.person_id == Person.id, isouter=True)
        .join(Leave, Leave.person_id == Person.id, isouter=True)
        .where(among(session, Person.id, set(person_ids)))
        .order_by(Leave.first, Leave.last)
    ):
        _, _, leaves = found.setdefault(person_id, (zone, own, []))
        if leave is not None:
            leaves.append(leave)
    return {person_id: Own(zone, own, tuple(leaves)) for person_id, (zone, own, leaves) in found.items()}
