"""When somebody works, by their own word, and when they are on leave. Seen by nobody else.

A person has one inbox, so these belong to the workspace and hold in every programme of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import JSON, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, WorkspaceRow, in_workspace, of_person
from bot.store.people import Person

AT_ONCE = 500
"""People one statement asks about: well within the parameters any database takes."""


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
    """Return what is known of these people's time, in three queries a five hundred people."""
    zones: dict[str, str] = {}
    hours: dict[str, OwnHours] = {}
    leaves: dict[str, list[Leave]] = {}
    ordered = sorted(set(person_ids))
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        found = session.execute(select(Person.id, Person.time_zone).where(Person.id.in_(some)))
        zones.update((person_id, zone) for person_id, zone in found)
        own = session.scalars(select(OwnHours).where(OwnHours.person_id.in_(some)))
        hours.update((row.person_id, row) for row in own)
        for leave in session.scalars(
            select(Leave).where(Leave.person_id.in_(some)).order_by(Leave.first, Leave.last)
        ):
            leaves.setdefault(leave.person_id, []).append(leave)
    return {
        person_id: Own(zone, hours.get(person_id), tuple(leaves.get(person_id, ())))
        for person_id, zone in zones.items()
    }
