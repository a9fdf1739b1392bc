"""The news that a relationship has ended."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import examples, relationships
from bot.domain.relationships import Ended, Why
from bot.domain.step import Step
from bot.jobs.notices import Due, NoticeKind
from bot.jobs.together import together
from bot.views import relationships as views


def _ended(step: Step, ids: Mapping[str, str], recipient_id: str) -> Ended | None:
    return relationships.ended_for(
        step, ids["relationship"], why=Why(ids["why"]), by=ids["by"], reader_id=recipient_id
    )


KINDS = (
    together(
        NoticeKind("relationships.ended", _ended, views.ended, example=examples.ended, unrequested=True),
        views.several_ended,
    ),
)

DUE: tuple[Due, ...] = ()
