"""You said, we did: what a programme heard, who sees to it, and what came of it. Public to the programme."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import ProgrammeRow, Row, choice, in_programme, of_person

SAID_LENGTH = 300
AUTHORITY_LENGTH = 120


class FindingState(StrEnum):
    """Not done is an end too: with the reason."""

    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"


class Finding(ProgrammeRow, Row, kw_only=True):
    """One thing that was said, and its owner, who has the budget or the authority for it."""

    __tablename__ = "findings"
    __table_args__ = in_programme(
        Index(None, "workspace_id", "programme_id", "state", "due_on"),
        of_person("owner_id"),
        of_person("made_by"),
    )

    said: Mapped[str] = mapped_column(String(SAID_LENGTH))
    owner_id: Mapped[str]
    authority: Mapped[str] = mapped_column(String(AUTHORITY_LENGTH))
    """What lets the owner do it, such as "travel fund of the graduate school"."""
    due_on: Mapped[date]
    state: Mapped[FindingState] = mapped_column(choice(FindingState), default=FindingState.OPEN)
    outcome: Mapped[str] = mapped_column(String(SAID_LENGTH), default="")
    """What was done, or why not."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
