"""Agreements: written together, signed by every member on the same version, in force only then.

A new version takes nothing out of force: the one before holds until all have signed. Words live sealed in
the rows of their clauses and are shown in modals only.
"""

from __future__ import annotations

from bot.domain.agreements.by_time import announce_ends, offer, remind
from bot.domain.agreements.checking import Fault, FaultKind, Verification, verify
from bot.domain.agreements.clauses import Change, Clause, Faulty, differences
from bot.domain.agreements.drafting import draft
from bot.domain.agreements.forms import FormSection, FormSeen, Overtaken, open_agreement, open_form
from bot.domain.agreements.mine import AtHome, Mine, Turn, at_home
from bot.domain.agreements.news import News
from bot.domain.agreements.reading import History, history, in_force, read
from bot.domain.agreements.seen import AgreementSeen, Signature, Version
from bot.domain.agreements.signing import Signed, SignResult, sign
from bot.domain.agreements.writing import Saved, save_version

__all__ = [
    "AgreementSeen",
    "AtHome",
    "Change",
    "Clause",
    "Fault",
    "FaultKind",
    "Faulty",
    "FormSection",
    "FormSeen",
    "History",
    "Mine",
    "News",
    "Overtaken",
    "Saved",
    "SignResult",
    "Signature",
    "Signed",
    "Turn",
    "Verification",
    "Version",
    "announce_ends",
    "at_home",
    "differences",
    "draft",
    "history",
    "in_force",
    "offer",
    "open_agreement",
    "open_form",
    "read",
    "remind",
    "save_version",
    "sign",
    "verify",
]
