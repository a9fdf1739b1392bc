"""The guideline on concerns that is in force in a programme: whatever a case does asks for its rules here."""

from __future__ import annotations

from bot.domain.step import Step
from bot.guidelines.concerns import ConcernRules


def rules_of(step: Step) -> ConcernRules:
    """Return the rules in force in the step's programme."""
    return step.rules.concerns


def version_of(step: Step) -> str:
    """Return the mark of the rules in force, which every act on a case cites."""
    return step.rules.version
