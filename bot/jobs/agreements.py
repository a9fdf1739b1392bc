"""Agreements by time: one reminder, the notices before the end, the offer; and the notices about them."""

from __future__ import annotations

from bot.domain import agreements
from bot.domain.agreements import news
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.views import agreements as views

KINDS = (
    NoticeKind("agreements.written", news.written, views.written),
    NoticeKind("agreements.signed", news.signed, views.signed),
    NoticeKind("agreements.in_force", news.in_force, views.in_force),
    NoticeKind("agreements.reminder", news.reminder, views.reminder),
    NoticeKind("agreements.ends_soon", news.ends_soon, views.ends_soon),
    NoticeKind("agreements.offer", news.offer, views.offer),
)

DUE = (
    Due("agreements.remind", lambda step: agreements.remind(step, BATCH)),
    Due("agreements.announce_ends", lambda step: agreements.announce_ends(step, BATCH)),
    Due("agreements.offer", lambda step: agreements.offer(step, BATCH)),
)
