"""How often things happened in delivery, counted in the transactions in which they happened.

Each process has rows of its own (a *teller*), so that no two wait for one another's lock. The sums are what
metrics and operators see; nothing about a workspace or a person can be read in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import Row, new_row

NAMES = ("sent", "updated", "dead", "cancelled", "unknown", "looked_up", "limited", "lease_lost")
"""What is counted: messages by how they ended, look-ups in Slack, its 429s, rows another took over."""

PAST = "past"
"""The teller that keeps the counts of processes that ended long ago."""


class Tally(Row, kw_only=True):
    """How often one thing happened in one process."""

    __tablename__ = "tallies"

    teller: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]
    counted_at: Mapped[datetime]


def add(session: Session, teller: str, counts: Mapping[str, int], *, now: datetime) -> None:
    """Count more of these names for a teller: an id of at most 24 characters, one for each process."""
    _add(session, teller, {name: count for name, count in counts.items() if count}, now)


def totals(session: Session) -> dict[str, int]:
    """Return how often each thing happened over all processes, 0 where it never did."""
    found = dict.fromkeys(NAMES, 0)
    for name, count in session.execute(select(Tally.name, func.sum(Tally.count)).group_by(Tally.name)):
        found[name] = int(count)
    return found


def fold(session: Session, before: datetime, *, now: datetime) -> int:
    """Move the counts of processes not heard of since ``before`` into one teller; return how many rows."""
    old = session.execute(
        delete(Tally)
        .where(Tally.counted_at < before, Tally.teller != PAST)
        .returning(Tally.name, Tally.count)
        .execution_options(synchronize_session=False)
    ).all()
    past: Counter[str] = Counter()
    for name, count in old:
        past[name] += count
    _add(session, PAST, past, now)
    return len(old)


def _add(session: Session, teller: str, counts: Mapping[str, int], now: datetime) -> None:
    if not counts:
        return
    rows = [
        {"id": f"{teller}:{name}", "teller": teller, "name": name, "count": count, "counted_at": now}
        for name, count in sorted(counts.items())  # in order, so that no two wait for each other
    ]
    added = new_row(session, Tally).values(rows)
    session.execute(
        added.on_conflict_do_update(
            index_elements=["id"],
            set_={"count": Tally.count + added.excluded.count, "counted_at": added.excluded.counted_at},
        )
    )
