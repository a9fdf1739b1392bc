"""Links that open one thing of one's own once: of the link itself only a hash is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Row, WorkspaceRow, choice, in_workspace, of_person


class LinkPurpose(StrEnum):
    """What the link opens."""

    EXPORT = "export"
    ERASE = "erase"


class OneTimeLink(WorkspaceRow, Row, kw_only=True):
    """A link somebody asked for, until it is used or its time is over."""

    __tablename__ = "one_time_links"
    __table_args__ = in_workspace(
        UniqueConstraint("token_hash"), Index(None, "expires_at"), of_person("person_id")
    )

    person_id: Mapped[str]
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 in hexadecimal."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
