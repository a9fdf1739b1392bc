"""Agreements by time: one reminder, the notices before the end, the offer; and the notices about them."""

from __future__ import annotations

from bot.domain import agreements
from bot.domain.agreements import news
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.views import agreements as views

KINDS = (
    NoticeKind("agreements.written", news.written, views.written, example=news.example),
    NoticeKind("agreements.settled", news.settled, views.settled),
    NoticeKind("agreements.signed", news.signed, views.signed, example=news.example),
    NoticeKind("agreements.in_force", news.in_force, views.in_force, example=news.example),
    NoticeKind("agreements.reminder", news.reminder, views.reminder, example=news.example),
    NoticeKind("agreements.ends_soon", news.ends_soon, views.ends_soon, example=news.example),
    NoticeKind("agreements.offer", news.offer, views.offer, example=news.example),
)

DUE = (
    Due("agreements.remind", lambda step: agreements.remind(step, BATCH)),
    Due("agreements.announce_ends", lambda step: agreements.announce_ends(step, BATCH)),
    Due("agreements.offer", lambda step: agreements.offer(step, BATCH)),
)
