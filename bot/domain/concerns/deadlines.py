"""By when something must happen in a case, in the working time of whoever is responsible."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendar import add_working_days, add_working_hours, within_hours
from bot.domain.concerns.guideline import rules_of
from bot.domain.step import Step
from bot.guidelines.concerns import Allowance
from bot.store import people
from bot.store.concerns import Concern

AT_MOST = timedelta(days=7)
"""How far apart those who stay silent are asked again, once nobody else is left: in ever longer steps."""


def after(step: Step, allowance: Allowance, person_id: str) -> datetime:
    """Return when an allowance has run out in somebody's working time."""
    hours, zone = step.rules.programme.hours, _zone(step, person_id)
    if allowance.working_days is not None:
        return add_working_days(step.now, allowance.working_days, hours, zone)
    return add_working_hours(step.now, allowance.working_hours or 1, hours, zone)


def start(step: Step, row: Concern) -> None:
    """Start the clock of a case that waits for an acknowledgement: its deadline, and when it goes on.

    Where everyone has been asked already, each further asking is as far away as the first of them is past,
    up to a week.
    """
    level = rules_of(step).level(row.level)
    hours, zone = step.rules.programme.hours, _zone(step, row.handler_id)
    row.reminded_at = None
    row.acknowledge_by = after(step, level.acknowledge or level.act, row.handler_id or "")
    row.climbs_at = add_working_hours(
        row.acknowledge_by, rules_of(step).ladder.grace_working_hours, hours, zone
    )
    if row.exhausted_at is not None:
        apart = min(step.now - row.exhausted_at, AT_MOST)
        row.climbs_at = max(row.climbs_at, within_hours(step.now + apart, hours, zone))


def _zone(step: Step, person_id: str | None) -> str:
    contact = people.contact(step.session, person_id) if person_id else None
    return contact.time_zone if contact else "UTC"
