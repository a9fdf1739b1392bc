"""The welcome, sent in each person's own hours once a lead has started the programme for them."""

from __future__ import annotations

from bot.domain import examples, launch
from bot.jobs.notices import Due, NoticeKind
from bot.views import launch as views

KINDS = (
    NoticeKind(
        "launch.welcome",
        lambda step, _ids, recipient_id: launch.welcome(step, recipient_id),
        views.welcome,
        example=examples.welcome,
        unrequested=True,
    ),
)

DUE: tuple[Due, ...] = ()
