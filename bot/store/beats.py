"""Signs of life: when each process last did what it is there for. Belongs to no workspace."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, choice, new_row

FORGOTTEN_AFTER = timedelta(days=1)
SKEW = timedelta(seconds=10)
"""How far the clocks of two machines may be apart before one's signs of life are not believed."""


class Beating(StrEnum):
    """What a process does: looks for what is due, or sends and computes."""

    CLOCK = "clock"
    WORKER = "worker"


class Beat(Row, kw_only=True):
    """One process; its id is made as it starts."""

    __tablename__ = "beats"

    kind: Mapped[Beating] = mapped_column(choice(Beating), index=True)
    at: Mapped[datetime]


def beat(session: Session, process_id: str, kind: Beating, now: datetime) -> None:
    """Note that a process lives (an unscoped, writing session is needed)."""
    session.execute(
        new_row(session, Beat)
        .values(id=process_id, kind=kind, at=now)
        .on_conflict_do_update(index_elements=["id"], set_={"at": now})
    )


def latest(session: Session, now: datetime) -> dict[Beating, datetime]:
    """Return the last sign of life of each kind of process; one that never gave any is absent.

    One later than ``now`` is of a clock that was set back since, and says nothing: it does not count, but for
    ``SKEW`` between the clocks of two machines.
    """
    query = select(Beat.kind, func.max(Beat.at)).where(Beat.at <= now + SKEW).group_by(Beat.kind)
    rows = session.execute(query)
    return {kind: at for kind, at in rows}  # noqa: C416 - rows are not tuples of the right type


def forget(session: Session, now: datetime) -> int:
    """Remove processes that have been silent for a day; return how many."""
    gone = session.scalars(select(Beat).where(Beat.at < now - FORGOTTEN_AFTER).order_by(Beat.id)).all()
    for row in gone:
        session.delete(row)
    return len(gone)
