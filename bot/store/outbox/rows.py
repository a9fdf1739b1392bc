"""The outbox: what must be said to somebody else, recorded with the change that makes it so.

A row holds identifiers, never text; the words are made at the moment of sending, in the reader's language,
if the reason still holds. Its own random id is the key Slack sees in a message's metadata, so nothing about
a case can be read there. ``key`` is ours: what is said at most once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Row, WorkspaceRow, in_workspace
from bot.store.outbox.columns import Ids, Word

Key = String(255).with_variant(String(255, collation="C"), "postgresql")
"""Compared byte by byte on every database, so that keys with the same beginning stand side by side."""


class OutboxState(StrEnum):
    """Every row ends sent, dead with a reason, or cancelled; unknown waits for an operator or is resent."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """Post a message, or update the one an earlier key posted."""

    POST = "post"
    UPDATE = "update"


class OutboxRow(WorkspaceRow, Row, kw_only=True):
    """One thing to say."""

    __tablename__ = "outbox"
    __table_args__ = in_workspace(
        UniqueConstraint("workspace_id", "key"),
        Index(None, "state", "workspace_id", "not_before"),
        Index(None, "state", "not_before"),
        Index(None, "workspace_id", "recipient_id", "counted_at"),
    )

    programme_id: Mapped[str | None] = mapped_column(String(40), default=None)
    kind: Mapped[str]
    verb: Mapped[Verb] = mapped_column(Word(Verb), default=Verb.POST)
    key: Mapped[str] = mapped_column(Key)
    updates_key: Mapped[str | None] = mapped_column(default=None)
    recipient_id: Mapped[str | None] = mapped_column(default=None)
    to_channel: Mapped[str | None] = mapped_column(default=None)
    ids: Mapped[dict[str, str]] = mapped_column(Ids, default_factory=dict)
    state: Mapped[OutboxState] = mapped_column(Word(OutboxState), default=OutboxState.WAITING)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    doubt_since: Mapped[datetime | None] = mapped_column(default=None)
    counted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it took one of the few messages a week that nobody asked for; None for what stands outside."""
    reason: Mapped[str | None] = mapped_column(default=None)
    channel: Mapped[str | None] = mapped_column(default=None)
    ts: Mapped[str | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Notice:
    """Something to say to a person (``recipient_id``) or in a channel (``to_channel``), at most once per key.

    ``ids`` are what the reader of ``kind`` needs to make the words at the moment of sending. With
    ``updates_key`` the message that key posted is changed instead of a new one posted.
    """

    kind: str
    key: str
    recipient_id: str | None = None
    to_channel: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None
    expires_at: datetime | None = None
    updates_key: str | None = None
