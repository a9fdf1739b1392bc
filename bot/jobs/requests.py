"""Requests by time: one reminder to the mentor, then the end; and the notices about them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import examples, requests
from bot.domain.requests import Asked, Decided
from bot.domain.step import Step
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.jobs.together import together
from bot.store import requests as store
from bot.store.requests import RequestState
from bot.views import requests as views


def _seen(step: Step, ids: Mapping[str, str], recipient_id: str) -> Asked | None:
    return requests.seen_by(step, ids["request"], recipient_id)


def _open_still(step: Step, ids: Mapping[str, str], recipient_id: str) -> Asked | None:
    seen = _seen(step, ids, recipient_id)
    return seen if seen is not None and seen.state is RequestState.OPEN else None


def _decided(step: Step, ids: Mapping[str, str], recipient_id: str) -> Decided | None:
    return requests.decided_for(step, ids["request"], recipient_id)


KINDS = (
    NoticeKind("requests.for_mentor", _seen, views.for_mentor, example=examples.request),
    NoticeKind("requests.for_mentee", _seen, views.for_mentee, example=examples.request, before_start=True),
    together(
        NoticeKind(
            "requests.reminder", _open_still, views.reminder, example=examples.request, unrequested=True
        ),
        views.reminders,
    ),
    NoticeKind("requests.decided", _decided, views.decided, example=examples.decision, before_start=True),
)

DUE = (
    Due(
        "requests.remind",
        lambda step: requests.remind(step, BATCH),
        waits=store.places_to_remind,
    ),
    Due(
        "requests.lapse",
        lambda step: requests.lapse(step, BATCH),
        waits=store.places_to_lapse,
    ),
)
