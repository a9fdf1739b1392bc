"""Asking a mentor: asked, then accepted, declined privately, withdrawn, lapsed, or no longer possible.

A place is taken when the mentor accepts, under a lock on the mentor's profile: two acts cannot take one
place. A decline reaches the mentee as "not possible this time"; its reason is asked of nobody.
"""

from __future__ import annotations

from bot.domain.requests.answering import accept, decline, withdraw
from bot.domain.requests.asking import LONGEST_NOTE, AskForm, ask, prepare
from bot.domain.requests.by_time import end_of, lapse, remind
from bot.domain.requests.seen import Asked, AtHome, Decided, at_home, decided_for, seen_by

__all__ = [
    "LONGEST_NOTE",
    "AskForm",
    "Asked",
    "AtHome",
    "Decided",
    "accept",
    "ask",
    "at_home",
    "decided_for",
    "decline",
    "end_of",
    "lapse",
    "prepare",
    "remind",
    "seen_by",
    "withdraw",
]
