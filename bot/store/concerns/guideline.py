"""What leads changed of the guideline from Slack, in numbered versions over the reviewed file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import ProgrammeRow, Row, choice, in_programme, of_person


class ChangeState(StrEnum):
    """At most one is in force; the one before it is retired."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    RETIRED = "retired"
    REFUSED = "refused"


class GuidelineChange(ProgrammeRow, Row, kw_only=True):
    """Settings, never anybody's words: proposed by one lead and confirmed by another person."""

    __tablename__ = "guideline_changes"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "number"),
        of_person("proposed_by"),
        of_person("confirmed_by"),
    )

    number: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What differs from the file, nested as in it."""
    state: Mapped[ChangeState] = mapped_column(choice(ChangeState), default=ChangeState.PROPOSED)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[str]
    """The fingerprint of the file over which it was proposed."""
