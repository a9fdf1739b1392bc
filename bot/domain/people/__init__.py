"""People: who they are in Slack, kept fresh; a roster imported; what ends when somebody leaves."""

from __future__ import annotations

from bot.domain.people.fresh import Account, join, leave, refresh
from bot.domain.people.roster import import_people
from bot.domain.people.sheet import COLUMNS
from bot.domain.people.writing import Imported

__all__ = ["COLUMNS", "Account", "Imported", "import_people", "join", "leave", "refresh"]
