"""Check-ins by time: asked, reminded of once, passed over; and the notices about them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import checkins, examples
from bot.domain.checkins import Asked, Revealed
from bot.domain.checkins.messages import messages_of
from bot.domain.step import Step
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.store import checkins as store
from bot.views import checkins as views


def _message(step: Step, ids: Mapping[str, str], recipient_id: str) -> Asked | None:
    return checkins.message_of(step, ids["batch"], recipient_id, sent="changed" in ids)


def _revealed(step: Step, ids: Mapping[str, str], recipient_id: str) -> Revealed | None:
    return checkins.revealed(step, ids["checkin"], ids["other"], recipient_id)


KINDS = (
    NoticeKind(
        "checkins.asked",
        _message,
        views.asked,
        example=examples.checkin,
        unrequested=True,
        read_many=messages_of,
    ),
    NoticeKind(
        "checkins.reminder",
        _message,
        views.reminder,
        example=examples.checkin,
        unrequested=True,
        read_many=messages_of,
    ),
    NoticeKind("checkins.revealed", _revealed, views.revealed, example=examples.revealed, unrequested=True),
)

DUE = (
    Due(
        "checkins.pass_over",
        lambda step: checkins.pass_over(step, BATCH),
        waits=store.places_to_pass,
    ),
    Due(
        "checkins.ask",
        lambda step: checkins.ask(step, checkins.AT_ONCE),
        waits=store.due_places,
    ),
    Due(
        "checkins.remind",
        lambda step: checkins.remind(step, BATCH),
        waits=store.places_to_remind,
    ),
)
