"""An agreement as its form, as a page to read and sign, as its history, and as news about it."""

from __future__ import annotations

from bot.views.agreements.actions import CHANGE, HISTORY, OPEN, READ, RENEW, SAVE, SIGN, open_button
from bot.views.agreements.form import block_id, form, typed
from bot.views.agreements.lists import at_home, mine
from bot.views.agreements.messages import (
    all_end_soon,
    ends_soon,
    in_force,
    offer,
    offers,
    reminder,
    reminders,
    settled,
    signed,
    written,
)
from bot.views.agreements.page import after_saving, after_signing, history, opened, page

__all__ = [
    "CHANGE",
    "HISTORY",
    "OPEN",
    "READ",
    "RENEW",
    "SAVE",
    "SIGN",
    "after_saving",
    "after_signing",
    "all_end_soon",
    "at_home",
    "block_id",
    "ends_soon",
    "form",
    "history",
    "in_force",
    "mine",
    "offer",
    "offers",
    "open_button",
    "opened",
    "page",
    "reminder",
    "reminders",
    "settled",
    "signed",
    "typed",
    "written",
]
