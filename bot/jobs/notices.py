"""What a kind of notice is: how its words are made at the moment of sending, and who may get it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from bot.computing import Computations
from bot.domain.step import Step
from bot.guidelines import Guidelines
from bot.store.due import Place
from bot.views.blocks import Message, Picture
from bot.views.reader import Reader


class WhenUnknown(StrEnum):
    """What becomes of a message whose outcome stays unknown and cannot be read back from Slack."""

    HOLD = "hold"
    RESEND = "resend"


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice.

    ``read`` turns the identifiers of an outbox row and the recipient's person id (empty for a channel) into
    a frozen outcome, or None when it is no longer true, which cancels the row. ``show`` makes the message.
    ``before_start`` marks what may reach somebody before the programme started for them: only answers to
    their own act. ``permit`` decides, from the Slack ids of a channel's present members, whether a notice
    may be posted there; without certainty about the members it is not, and ``instead`` is run. An update that
    is not permitted takes its message down.
    ``example`` makes up an outcome for a lead's preview as one person: it changes nothing, and tells nothing
    that has happened to anybody. ``before`` may keep something right before the words are made,
    in a transaction of its own; it runs again at a second attempt. ``picture`` draws what is uploaded into
    the thread once the message is posted, outside every transaction. ``unrequested`` marks what nobody asked
    for: it is posted only while the recipient is at work, however late a retry or a restart makes it.
    ``read_many`` does the same as ``read`` for several messages at once, in as many queries as for one: for
    the kinds that go out by the hundred. What is not ``unrequested`` never expires: late rather than lost.
    ``on_dead`` runs in the transaction that records that nobody got the message, or that this is not known.
    """

    name: str
    read: Callable[[Step, Mapping[str, str], str], Any | None]
    show: Callable[[Any, Reader], Message]
    when_unknown: WhenUnknown = WhenUnknown.HOLD
    before_start: bool = False
    permit: Callable[[Step, Mapping[str, str], frozenset[str]], bool] | None = None
    instead: Callable[[Step, Mapping[str, str]], None] | None = None
    on_dead: Callable[[Step, Mapping[str, str], str], None] | None = None
    example: Callable[[Step, str], Any] | None = None
    before: Callable[[Step, Mapping[str, str]], None] | None = None
    picture: Callable[[Any, Reader, Computations], Picture | None] | None = None
    unrequested: bool = False
    read_many: Callable[[Step, Sequence[tuple[Mapping[str, str], str]]], Sequence[Any | None]] | None = None


@dataclass(frozen=True)
class Due:
    """Something that falls due by time: ``run`` handles up to a batch and returns how many it handled.

    ``waits`` names, in one statement over all workspaces that only reads, the programmes where there may be
    anything to handle; ``waits_by_rules`` is the same where the answer depends on the rules in force.
    """

    name: str
    run: Callable[[Step], int]
    waits: Callable[[Session, datetime], Iterable[Place]] | None = None
    waits_by_rules: Callable[[Session, datetime, Guidelines], Iterable[Place]] | None = None

    @property
    def question(self) -> object:
        """Return what is asked: several due things may share one question, which is then asked once."""
        return self.waits or self.waits_by_rules

    def places(self, session: Session, now: datetime, rules: Guidelines) -> Iterable[Place]:
        """Return where there may be anything to handle (an unscoped session is needed)."""
        if self.waits is not None:
            return self.waits(session, now)
        if self.waits_by_rules is not None:
            return self.waits_by_rules(session, now, rules)
        raise TypeError(f"{self.name} does not say where it waits")


BATCH = 200
"""How many due rows one transaction handles."""
