"""Agreements by time: one reminder, the notices before the end, the offer; and the notices about them."""

from __future__ import annotations

from bot.domain import agreements, examples
from bot.domain.agreements import news
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.store import agreements as store
from bot.views import agreements as views

KINDS = (
    NoticeKind("agreements.written", news.written, views.written, example=examples.agreement),
    NoticeKind("agreements.settled", news.settled, views.settled, example=examples.signed_agreement),
    NoticeKind("agreements.signed", news.signed, views.signed, example=examples.agreement),
    NoticeKind("agreements.in_force", news.in_force, views.in_force, example=examples.agreement),
    NoticeKind(
        "agreements.reminder", news.reminder, views.reminder, example=examples.agreement, unrequested=True
    ),
    NoticeKind(
        "agreements.ends_soon", news.ends_soon, views.ends_soon, example=examples.agreement, unrequested=True
    ),
    NoticeKind("agreements.offer", news.offer, views.offer, example=examples.agreement, unrequested=True),
)

DUE = (
    Due(
        "agreements.remind",
        lambda step: agreements.remind(step, BATCH),
        waits=lambda step: store.due_for_reminder(step.session, step.now, 1),
    ),
    Due(
        "agreements.announce_ends",
        lambda step: agreements.announce_ends(step, BATCH),
        waits=agreements.any_end_to_announce,
    ),
    Due(
        "agreements.offer",
        lambda step: agreements.offer(step, BATCH),
        waits=lambda step: store.without_agreement(step.session, 1),
    ),
)
