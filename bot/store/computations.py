"""Long computations asked for in one process and done in another: what was given, and what came of it.

Both lie sealed, and neither says to which workspace it belongs. A row goes when its result was fetched, at
the latest an hour after it was asked for.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import sealing
from bot.store.base import Row, Sealed, choice

KEPT = timedelta(hours=1)


class ComputationState(StrEnum):
    """Asked until a worker has it done, or has failed at it."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class Computation(Row, kw_only=True):
    """One computation. ``reason`` says why it failed, in words for the log."""

    __tablename__ = "computations"

    name: Mapped[str]
    given: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    state: Mapped[ComputationState] = mapped_column(choice(ComputationState), default=ComputationState.ASKED)
    result: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Order:
    """What a worker is to compute."""

    name: str
    given: str


@dataclass(frozen=True)
class Came:
    """What came of a computation: the result, or the reason why there is none."""

    result: bytes | None
    reason: str | None


def ask(session: Session, row_id: str, name: str, given: str, now: datetime) -> None:
    """Record what is to be computed (an unscoped, writing session is needed, here and below)."""
    session.add(
        Computation(
            id=row_id,
            name=name,
            given=sealing.seal(session, Computation.given, row_id, given),
            expires_at=now + KEPT,
        )
    )
    session.flush()


def ordered(session: Session, row_id: str) -> Order | None:
    """Return what is to be computed, or None where nobody waits for it any more."""
    row = session.scalars(
        select(Computation).where(Computation.id == row_id, Computation.state == ComputationState.ASKED)
    ).one_or_none()
    return None if row is None else Order(row.name, sealing.unseal(session, Computation.given, row))


def done(session: Session, row_id: str, result: bytes) -> bool:
    """Keep a result for who asked; False where nobody waits for it any more."""
    text = base64.b64encode(result).decode("ascii")
    sealed = sealing.seal(session, Computation.result, row_id, text)
    return _end(session, row_id, ComputationState.DONE, result=sealed)


def failed(session: Session, row_id: str, reason: str) -> bool:
    """Keep why there is no result; False where nobody waits for it any more."""
    return _end(session, row_id, ComputationState.FAILED, reason=reason)


def _end(session: Session, row_id: str, state: ComputationState, **values: object) -> bool:
    result = session.execute(
        update(Computation)
        .where(Computation.id == row_id, Computation.state == ComputationState.ASKED)
        .values(state=state, given=None, **values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def fetch(session: Session, row_id: str) -> Came | None:
    """Return what came of a computation; None while it is at work. Raises CannotOpen."""
    row = session.scalars(
        select(Computation).where(Computation.id == row_id, Computation.state != ComputationState.ASKED)
    ).one_or_none()
    if row is None:
        return None
    if row.state is ComputationState.FAILED:
        return Came(None, row.reason)
    return Came(base64.b64decode(sealing.unseal(session, Computation.result, row)), None)


def remove(session: Session, row_id: str) -> None:
    """Remove one: it was fetched, or nobody waits for it any more."""
    session.execute(delete(Computation).where(Computation.id == row_id))


def remove_expired(session: Session, now: datetime) -> int:
    """Remove those nobody fetched in time; return how many."""
    result = session.execute(delete(Computation).where(Computation.expires_at <= now))
    return cast("CursorResult[Any]", result).rowcount
