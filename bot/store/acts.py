"""Who did what, when, under which version of the guidelines: appended, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store.base import ProgrammeRow, Row, add_many, in_programme

BY_CLOCK = "clock"
BY_OPERATOR = "operator"


class Act(ProgrammeRow, Row, kw_only=True):
    """One step, in words for the machine (``request.asked``) and identifiers only: never a person's text."""

    __tablename__ = "acts"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "what", "at"),
        Index(None, "workspace_id", "programme_id", "subject_id"),
    )

    what: Mapped[str]
    who: Mapped[str]
    subject_id: Mapped[str]
    at: Mapped[datetime]
    guideline_version: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, str]] = mapped_column(JSON, default_factory=dict)


def record(
    session: Session,
    *,
    act_id: str,
    workspace_id: str,
    programme_id: str,
    what: str,
    who: str,
    subject_id: str,
    at: datetime,
    guideline_version: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Append one act. ``who`` is a person's id, ``BY_CLOCK`` for time, ``BY_OPERATOR`` for a command."""
    session.add(
        Act(
            id=act_id,
            workspace_id=workspace_id,
            programme_id=programme_id,
            what=what,
            who=who,
            subject_id=subject_id,
            at=at,
            guideline_version=guideline_version,
            details=dict(details or {}),
        )
    )


def record_many(session: Session, acts: Sequence[Mapping[str, Any]]) -> None:
    """Append many acts in one statement; each mapping holds all the columns of one row."""
    add_many(session, Act, acts)
