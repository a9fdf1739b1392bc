"""Concerns by time, and their notices. A notice whose outcome is unknown is sent again, never held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import examples
from bot.domain.concerns import clocks, moving, reading, reporters
from bot.domain.concerns.moving import News
from bot.domain.concerns.reading import HandlerCard
from bot.domain.concerns.reporters import Status
from bot.domain.step import Step
from bot.guidelines import Guidelines
from bot.jobs.notices import BATCH, Due, NoticeKind, WhenUnknown
from bot.store import concerns as store
from bot.store.concerns import HELD, OPEN
from bot.store.due import Place
from bot.store.outbox import is_readable
from bot.store.people import Role
from bot.views.concerns import notices as views


def _card(step: Step, ids: Mapping[str, str], recipient_id: str) -> HandlerCard | None:
    return reading.card_for(step, ids["concern"], recipient_id)


def _still_asked(step: Step, ids: Mapping[str, str], recipient_id: str) -> HandlerCard | None:
    card = _card(step, ids, recipient_id)
    return card if card is not None and card.can_acknowledge else None


def _still_held(step: Step, ids: Mapping[str, str], recipient_id: str) -> HandlerCard | None:
    card = _card(step, ids, recipient_id)
    return card if card is not None and card.state in HELD and card.reader_state in store.MAY_OPEN else None


def _status(step: Step, ids: Mapping[str, str], recipient_id: str) -> Status | None:
    return reporters.status_for(step, ids["concern"], recipient_id)


def _news(step: Step, ids: Mapping[str, str], recipient_id: str) -> Status | None:
    return reporters.news_for(step, ids["concern"], recipient_id, News(ids.get("news", News.STATE)))


def _channel(step: Step, ids: Mapping[str, str], _: str) -> HandlerCard | None:
    return reading.channel_card(step, ids["concern"])


def _channel_still_open(step: Step, ids: Mapping[str, str], _: str) -> HandlerCard | None:
    card = reading.channel_card(step, ids["concern"])
    return card if card is not None and card.state in OPEN else None


def _permit(step: Step, ids: Mapping[str, str], members: frozenset[str]) -> bool:
    return reading.channel_may_see(step, ids["concern"], members)


def _tell_directly(step: Step, ids: Mapping[str, str]) -> None:
    row = store.lock(step.session, ids["concern"])
    if row is not None:
        moving.tell_those_asked(step, row)


def _undelivered(step: Step, ids: Mapping[str, str], _reason: str) -> None:
    if is_readable(ids):  # else nobody knows of which case it was; its clock runs on
        moving.undelivered(step, ids["concern"], ids["reader"], ids["rung"])


# Handlers and the reporter get these even before the programme has started for them in person: each answers
# somebody's own act, or nobody would know of it.
KINDS = (
    NoticeKind(
        moving.FOR_HANDLER,
        _still_asked,
        views.for_handler,
        example=examples.asked_handler,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
        on_dead=_undelivered,
    ),
    NoticeKind(
        moving.FOR_HANDLER_AGAIN,
        _card,
        views.for_handler,
        example=examples.holding_handler,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
    ),
    NoticeKind(
        moving.REMINDER,
        _still_asked,
        views.reminder,
        example=examples.asked_handler,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
    ),
    NoticeKind(
        moving.ACT_REMINDER,
        _still_held,
        views.act_reminder,
        example=examples.holding_handler,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
    ),
    NoticeKind(
        moving.CARD,
        _channel_still_open,
        views.channel_card,
        example=examples.asked_handler,
        when_unknown=WhenUnknown.RESEND,
        permit=_permit,
        instead=_tell_directly,
    ),
    NoticeKind(
        moving.CARD_AGAIN,
        _channel,
        views.channel_card,
        example=examples.holding_handler,
        when_unknown=WhenUnknown.RESEND,
        permit=_permit,
    ),
    NoticeKind(
        moving.FOR_REPORTER,
        _news,
        views.for_reporter,
        example=examples.case_status,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
    ),
    NoticeKind(
        moving.ASKED_AGAIN,
        _status,
        views.asked_again,
        example=examples.ended_case,
        when_unknown=WhenUnknown.RESEND,
        before_start=True,
    ),
)


def _places(session: Session, now: datetime, rules: Guidelines) -> list[Place]:
    return store.places_due(session, now, [Role(name) for name in rules.concerns.ladder.roles])


DUE = (
    Due(
        "concerns.replace_those_who_left",
        lambda step: clocks.replace_those_who_left(step, BATCH),
        waits_by_rules=_places,
    ),
    Due("concerns.remind", lambda step: clocks.remind(step, BATCH), waits_by_rules=_places),
    Due("concerns.climb", lambda step: clocks.climb(step, BATCH), waits_by_rules=_places),
    Due("concerns.remind_to_act", lambda step: clocks.remind_to_act(step, BATCH), waits_by_rules=_places),
    Due("concerns.ask_again", lambda step: clocks.ask_again(step, BATCH), waits_by_rules=_places),
    Due("concerns.erase", lambda step: clocks.erase(step, BATCH), waits_by_rules=_places),
)
