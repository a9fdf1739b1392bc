"""For how long the record of a message is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.step import Step
from bot.store.agreements import AgreementVersion, VersionState
from bot.store.checkins import CheckIn, CheckInState
from bot.store.concerns import Concern
from bot.store.digests import Digest
from bot.store.outbox import OutboxRow, operating
from bot.store.outbox.operating import OVER, UNDELIVERED
from bot.store.requests import MentorRequest, RequestState


def prune(step: Step, before: datetime, *, after: str, limit: int) -> tuple[int, str | None]:
    """Delete records of one programme that ended before a moment and are needed no more.

    Looks at ``limit`` rows by id from ``after`` on. Returns how many were deleted, and after which id to go
    on; None when there are no more. A record is needed while

    - its message may be changed yet, or something that waits is to change it: a request that is open, a
      version that waits for signatures, a check-in without an answer, a case whose words are there;
    - its key keeps something from being said twice. Everything else is put in the same transaction that
      moves its subject on (a request settled, a person started, a digest written), so that it cannot be put
      again; a case, whose steps go round, is kept whole until it is erased;
    - it is dead or unknown, and no lead had a digest since then to read of it in.
    """
    rows = operating.ended_before(
        step.session, step.programme_id, (*OVER, *UNDELIVERED), before, after=after, limit=limit
    )
    if not rows:
        return 0, None
    needed = _to_be_changed(step) | _with_open_subjects(step, rows)
    told_until = step.session.scalars(
        select(Digest.frozen_at)
        .where(Digest.frozen_at.is_not(None))
        .order_by(Digest.frozen_at.desc())
        .limit(1)
    ).first()
    gone = [
        row.id
        for row in rows
        if not {row.id, row.key} & needed and (row.state in OVER or _was_told(row, told_until))
    ]
    return operating.remove(step.session, gone), rows[-1].id if len(rows) == limit else None


def _was_told(row: OutboxRow, told_until: datetime | None) -> bool:
    return told_until is not None and row.ended_at is not None and row.ended_at < told_until


def _to_be_changed(step: Step) -> set[str]:
    """Return the keys of messages that something which is not over yet is going to change."""
    waiting = select(OutboxRow.updates_key).where(
        OutboxRow.programme_id == step.programme_id,
        OutboxRow.state.in_(operating.OPEN),
        OutboxRow.updates_key.is_not(None),
    )
    return {key for key in step.session.scalars(waiting) if key is not None}


def _with_open_subjects(step: Step, rows: Sequence[OutboxRow]) -> set[str]:
    """Return the ids of rows whose message may have to change yet."""
    subjects: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.ids.items():
            subjects.setdefault(name, set()).add(value)
    still_open = {name: _open_among(step, name, ids) for name, ids in subjects.items()}
    return {row.id for row in rows if any(value in still_open[name] for name, value in row.ids.items())}


def _open_among(step: Step, name: str, ids: set[str]) -> set[str]:
    """Return which of these requests, versions, messages with check-ins or cases are not over."""
    among = sorted(ids)
    asked = CheckIn.state == CheckInState.ASKED
    questions: dict[str, list[tuple[InstrumentedAttribute[Any], ColumnElement[bool]]]] = {
        "request": [(MentorRequest.id, MentorRequest.state == RequestState.OPEN)],
        "version": [(AgreementVersion.id, AgreementVersion.state == VersionState.PROPOSED)],
        "batch": [(CheckIn.asked_in, asked), (CheckIn.reminded_in, asked)],
        "checkin": [(CheckIn.id, asked)],
        "concern": [(Concern.id, or_(Concern.erased_at.is_(None), Concern.ended_at.is_(None)))],
    }
    found: set[str] = set()
    for column, is_open in questions.get(name, ()):
        answered = step.session.scalars(select(column).where(column.in_(among), is_open))
        found.update(one for one in answered if one is not None)
    return found
