"""Requests: one mentee asks one mentor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of_person
from bot.store.due import Place


class RequestState(StrEnum):
    """An open request waits for the mentor; every other state is final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    UNAVAILABLE = "unavailable"


class MentorRequest(ProgrammeRow, Row, kw_only=True):
    """What a mentee wrote to a mentor. Its id is made as the form opens: a second Send finds the first."""

    __tablename__ = "mentor_requests"
    __table_args__ = in_programme(
        due.index(
            "ix_mentor_requests_to_remind", "remind_at", where="state = 'open' AND reminded_at IS NULL"
        ),
        due.index("ix_mentor_requests_to_lapse", "lapses_at", where="state = 'open'"),
        of_person("mentee_id"),
        of_person("mentor_id"),
    )

    mentee_id: Mapped[str]
    mentor_id: Mapped[str]
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.OPEN)
    note: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    looked_for: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    asked_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    lapses_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


def open_of_mentee(session: Session, mentee_id: str) -> list[MentorRequest]:
    """Return a mentee's open requests, oldest first."""
    return list(
        session.scalars(
            select(MentorRequest)
            .where(MentorRequest.mentee_id == mentee_id, MentorRequest.state == RequestState.OPEN)
            .order_by(MentorRequest.asked_at)
        )
    )


def open_of_mentor(session: Session, mentor_id: str) -> list[MentorRequest]:
    """Return the open requests waiting for a mentor, oldest first."""
    return list(
        session.scalars(
            select(MentorRequest)
            .where(MentorRequest.mentor_id == mentor_id, MentorRequest.state == RequestState.OPEN)
            .order_by(MentorRequest.asked_at)
        )
    )


def open_of(session: Session, person_id: str) -> list[MentorRequest]:
    """Return the open requests that wait for somebody as a mentor and those they made, oldest first."""
    either = (MentorRequest.mentor_id == person_id) | (MentorRequest.mentee_id == person_id)
    return list(
        session.scalars(
            select(MentorRequest)
            .where(either, MentorRequest.state == RequestState.OPEN)
            .order_by(MentorRequest.asked_at)
        )
    )


def open_count(session: Session, mentor_ids: Iterable[str]) -> dict[str, int]:
    """Return how many open requests wait for each of these mentors; those with none are absent."""
    rows = session.execute(
        select(MentorRequest.mentor_id, func.count())
        .where(MentorRequest.mentor_id.in_(list(mentor_ids)), MentorRequest.state == RequestState.OPEN)
        .group_by(MentorRequest.mentor_id)
    )
    return {mentor_id: count for mentor_id, count in rows}  # noqa: C416 - rows are not tuples of the right type


def due_for_reminder(session: Session, now: datetime, limit: int) -> list[MentorRequest]:
    """Return open requests whose mentor has not been reminded and should be by now."""
    return list(
        session.scalars(
            select(MentorRequest)
            .where(
                MentorRequest.state == RequestState.OPEN,
                MentorRequest.remind_at <= now,
                MentorRequest.reminded_at.is_(None),
            )
            .order_by(MentorRequest.id)
            .limit(limit)
        )
    )


def places_to_remind(session: Session, now: datetime) -> list[Place]:
    """Return where a mentor is to be reminded by now (an unscoped session is needed)."""
    return due.places(
        session,
        select(MentorRequest.workspace_id, MentorRequest.programme_id).where(
            due.literally(MentorRequest.state, RequestState.OPEN),
            MentorRequest.remind_at <= now,
            MentorRequest.reminded_at.is_(None),
        ),
    )


def mark_reminded(session: Session, row: MentorRequest, at: datetime) -> bool:
    """Note the one reminder of an open request; False when it was answered or reminded of before."""
    result = session.execute(
        update(MentorRequest)
        .where(
            MentorRequest.id == row.id,
            MentorRequest.state == RequestState.OPEN,
            MentorRequest.reminded_at.is_(None),
        )
        .values(reminded_at=at)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def due_to_lapse(session: Session, now: datetime, limit: int) -> list[MentorRequest]:
    """Return open requests whose time has run out."""
    return list(
        session.scalars(
            select(MentorRequest)
            .where(MentorRequest.state == RequestState.OPEN, MentorRequest.lapses_at <= now)
            .order_by(MentorRequest.id)
            .limit(limit)
        )
    )


def places_to_lapse(session: Session, now: datetime) -> list[Place]:
    """Return where an open request has run out (an unscoped session is needed)."""
    return due.places(
        session,
        select(MentorRequest.workspace_id, MentorRequest.programme_id).where(
            due.literally(MentorRequest.state, RequestState.OPEN), MentorRequest.lapses_at <= now
        ),
    )


def ever_asked(session: Session, mentee_id: str) -> frozenset[str]:
    """Return the mentors a mentee has ever asked, whatever came of it."""
    return frozenset(
        session.scalars(select(MentorRequest.mentor_id).where(MentorRequest.mentee_id == mentee_id))
    )
