"""Workspaces: settling into one, being installed by somebody, leaving, and what is erased after that."""

from __future__ import annotations

from bot.domain.workspaces.installing import Installed, Installer, Welcome, install, welcome
from bot.domain.workspaces.leaving import Erasure, Overtaken, erase_some, leave, to_erase, whom_to_ask
from bot.domain.workspaces.settling import SettledIn, choose_programme, of_organisation, settle_in

__all__ = [
    "Erasure",
    "Installed",
    "Installer",
    "Overtaken",
    "SettledIn",
    "Welcome",
    "choose_programme",
    "erase_some",
    "install",
    "leave",
    "of_organisation",
    "settle_in",
    "to_erase",
    "welcome",
    "whom_to_ask",
]
