"""Concerns in Slack: words only ever in modals, messages neutral."""

from bot.views.concerns.actions import OPEN
from bot.views.concerns.notices import at_home

__all__ = ["OPEN", "at_home"]
