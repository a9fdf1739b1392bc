"""Agreements by time: one reminder, the notices before the end, the offer; and the notices about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import agreements, examples
from bot.domain.agreements import news
from bot.guidelines import Guidelines
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.jobs.together import together
from bot.store import agreements as store
from bot.store.due import Place
from bot.views import agreements as views

KINDS = (
    NoticeKind("agreements.written", news.written, views.written, example=examples.agreement),
    NoticeKind("agreements.settled", news.settled, views.settled, example=examples.signed_agreement),
    NoticeKind("agreements.signed", news.signed, views.signed, example=examples.agreement),
    NoticeKind("agreements.in_force", news.in_force, views.in_force, example=examples.agreement),
    together(
        NoticeKind(
            "agreements.reminder", news.reminder, views.reminder, example=examples.agreement, unrequested=True
        ),
        views.reminders,
    ),
    together(
        NoticeKind(
            "agreements.ends_soon",
            news.ends_soon,
            views.ends_soon,
            example=examples.agreement,
            unrequested=True,
        ),
        views.all_end_soon,
    ),
    together(
        NoticeKind("agreements.offer", news.offer, views.offer, example=examples.agreement, unrequested=True),
        views.offers,
    ),
)


def _ending(session: Session, now: datetime, rules: Guidelines) -> list[Place]:
    return store.places_ending(session, now.date(), rules.agreements.renewal.notice_days)


DUE = (
    Due(
        "agreements.remind",
        lambda step: agreements.remind(step, BATCH),
        waits=store.places_to_remind,
    ),
    Due(
        "agreements.announce_ends",
        lambda step: agreements.announce_ends(step, BATCH),
        waits_by_rules=_ending,
    ),
    Due(
        "agreements.offer",
        lambda step: agreements.offer(step, BATCH),
        waits=store.places_without_agreement,
    ),
)
