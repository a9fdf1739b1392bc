"""An agreement as its form, as a page to read and sign, as its history, and as news about it."""

from __future__ import annotations

from bot.views.agreements.actions import CHANGE, HISTORY, OPEN, READ, RENEW, SAVE, SIGN, open_button
from bot.views.agreements.form import block_id, form, typed
from bot.views.agreements.lists import at_home, mine
from bot.views.agreements.messages import ends_soon, in_force, offer, reminder, settled, signed, written
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
    "at_home",
    "block_id",
    "ends_soon",
    "form",
    "history",
    "in_force",
    "mine",
    "offer",
    "open_button",
    "opened",
    "page",
    "reminder",
    "settled",
    "signed",
    "typed",
    "written",
]
