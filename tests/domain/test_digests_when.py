"""When a digest is due: once an ISO week, by the lead's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.calendar import WorkingTime
from bot.domain.digests.when import due_week, week_name
from bot.guidelines.digests import DigestRules
from bot.guidelines.programme import Hours
from tests.cast import Desk

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def week_of(
    desk: Desk,
    now: str,
    zone: str = "Europe/Berlin",
    *,
    started: datetime = LONG_AGO,
    rules: DigestRules | None = None,
    hours: Hours | None = None,
) -> str | None:
    """Return the week whose digest is due at ``now`` (UTC)."""
    found = due_week(
        datetime.fromisoformat(f"{now}+00:00"),
        started,
        rules or desk.rules.digest,
        WorkingTime(zone, hours or desk.rules.programme.hours),
    )
    return found.week if found else None


@pytest.mark.parametrize(
    ("now", "zone", "week"),
    [
        ("2027-03-01T07:59", "Europe/Berlin", None),
        ("2027-03-01T08:00", "Europe/Berlin", "2027-W09"),
        ("2027-03-01T08:00", "America/New_York", None),
        ("2027-03-01T14:00", "America/New_York", "2027-W09"),
        ("2027-03-01T03:30", "Asia/Kolkata", "2027-W09"),
        ("2027-03-29T07:00", "Europe/Berlin", "2027-W13"),
        ("2027-03-03T20:00", "Europe/Berlin", None),
        ("2027-03-04T10:00", "Europe/Berlin", "2027-W09"),
        ("2027-03-06T10:00", "Europe/Berlin", None),
        ("2027-01-01T10:00", "Europe/Berlin", "2026-W53"),
    ],
)
def test_monday_at_nine_on_the_leads_own_wall(desk: Desk, now: str, zone: str, week: str | None) -> None:
    """Due from Monday nine in the lead's zone, summer time or not; late only within working hours."""
    assert week_of(desk, now, zone) == week


def test_a_start_on_wednesday_waits_for_monday(desk: Desk) -> None:
    """A lead who starts in the middle of a week gets no digest of what was before."""
    started = datetime(2027, 3, 3, 9, tzinfo=UTC)
    assert week_of(desk, "2027-03-03T10:00", started=started) is None
    assert week_of(desk, "2027-03-08T10:00", started=started) == "2027-W10"


def test_a_digest_of_sunday_comes_on_monday(desk: Desk) -> None:
    """Where the day is none to write on, the digest comes on the next working day, still once."""
    rules = desk.rules.digest.model_copy(update={"day": "sunday"})
    assert week_of(desk, "2027-03-07T10:00", rules=rules) is None
    assert week_of(desk, "2027-03-08T08:00", rules=rules) == "2027-W09"
    assert week_of(desk, "2027-03-12T08:00", rules=rules) == "2027-W09"


def test_a_holiday_moves_it(desk: Desk) -> None:
    """On a public holiday nobody is written to; the digest comes the day after."""
    hours = desk.rules.programme.hours.model_copy(update={"holidays": "DE"})
    assert week_of(desk, "2027-03-29T10:00", hours=hours) is None
    assert week_of(desk, "2027-03-30T10:00", hours=hours) == "2027-W13"


def test_week_names_sort_by_time() -> None:
    """The names of weeks are of one length, so that texts sort as time does."""
    days = [datetime(2026, 12, 1, tzinfo=UTC).date() + timedelta(days=7 * n) for n in range(60)]
    names = [week_name(day) for day in days]
    assert names == sorted(names)
