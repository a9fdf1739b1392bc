"""Kinds of notice that fall together: what is due for one person at once is one message with a part each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.step import Step
from bot.jobs.notices import NoticeKind
from bot.store.outbox import parts_of
from bot.views.blocks import Message
from bot.views.reader import Reader


@dataclass(frozen=True)
class Together:
    """Several outcomes of one kind for one reader, in the order in which they fell due."""

    parts: tuple[Any, ...]


def together(kind: NoticeKind, show_all: Callable[[Sequence[Any], Reader], Message]) -> NoticeKind:
    """Return the kind so that it also makes one message of several; ``show_all`` gets two at least.

    A part that is no longer true is left out; with none left the message is not sent.
    """

    def read(step: Step, ids: Mapping[str, str], recipient_id: str) -> object | None:
        found = [kind.read(step, part, recipient_id) for part in parts_of(ids)]
        true = tuple(outcome for outcome in found if outcome is not None)
        if len(true) > 1:
            return Together(true)
        return true[0] if true else None

    def show(outcome: object, to: Reader) -> Message:
        return show_all(outcome.parts, to) if isinstance(outcome, Together) else kind.show(outcome, to)

    return replace(kind, read=read, show=show)
