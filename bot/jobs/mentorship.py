"""The answer to a direct message."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import examples, mentorship
from bot.domain.mentorship import Greeted
from bot.domain.step import Step
from bot.jobs.notices import Due, NoticeKind
from bot.views import mentorship as views


def _greeted(step: Step, _ids: Mapping[str, str], recipient_id: str) -> Greeted:
    return mentorship.greeted(step, recipient_id)


KINDS = (NoticeKind("mentorship.hello", _greeted, views.hello, example=examples.hello, before_start=True),)

DUE: tuple[Due, ...] = ()
