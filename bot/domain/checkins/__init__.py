"""Check-ins: asked on the rhythm of each relationship, answered in private, silence noticed."""

from bot.domain.checkins.asking import begin

__all__ = ["begin"]
