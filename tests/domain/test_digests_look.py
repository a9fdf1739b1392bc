"""When a lead is looked at again: never after a digest has become due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import WorkingTime
from bot.domain.digests.when import LONGEST_LOOK, due_week, next_look
from tests.cast import template

ZONES = sorted(available_timezones() - {"localtime"})


@settings(deadline=None, max_examples=200)
@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)),  # noqa: DTZ001 - made aware below
    zone=st.sampled_from(ZONES),
    part=st.floats(0, 1, exclude_max=True),
)
def test_nothing_becomes_due_between_two_looks(moment: datetime, zone: str, part: float) -> None:
    """Whatever is due at any moment before the next look was due already at the last."""
    rules = template().rules
    now = moment.replace(tzinfo=UTC)
    began = now - timedelta(days=400)
    lead = WorkingTime(zone, rules.programme.hours)
    look = next_look(now, rules.digest, lead)
    assert now < look <= now + LONGEST_LOOK
    between = min(now + (look - now) * part, look - timedelta(microseconds=1))  # a float rounds up
    found = due_week(between, began, rules.digest, lead)
    assert found is None or found == due_week(now, began, rules.digest, lead)
