"""Working hours: by the clock on each person's own wall, in every zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    add_working_days,
    add_working_hours,
    is_working_day,
    on_wall,
    within_hours,
)
from bot.guidelines.programme import DAYS, Hours

WEEK = DAYS[:5]
HOURS = Hours(days=WEEK, start=time(9), end=time(17))
ZONES = sorted(available_timezones())
MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ANY_HOURS = st.builds(
    lambda days, start, length: Hours(
        days=tuple(sorted(days)),
        start=time(start),
        end=time(min(start + length, 23), 59 if start + length > 23 else 0),
    ),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 22),
    st.integers(1, 23),
)


def utc(text: str) -> datetime:
    """Return an instant written with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def test_in_every_zone_people_are_written_to_while_they_work() -> None:
    """Over a whole year, at any hour, what is put off arrives between nine and five on a weekday."""
    for zone in ZONES:
        moment = datetime(2027, 1, 1, tzinfo=UTC)
        while moment < datetime(2028, 1, 1, tzinfo=UTC):
            arrives = within_hours(moment, HOURS, zone)
            local = arrives.astimezone(ZoneInfo(zone))
            assert arrives >= moment, zone
            assert local.weekday() < 5, zone
            assert time(9) <= local.time() < time(17), zone
            assert within_hours(arrives, HOURS, zone) == arrives, zone
            moment += timedelta(hours=131)


@settings(deadline=None)
@given(MOMENTS, ANY_HOURS, st.sampled_from(ZONES))
def test_put_off_no_longer_than_needed(moment: datetime, hours: Hours, zone: str) -> None:
    """What may be sent now is sent now; what waits, waits for the very next opening."""
    arrives = within_hours(moment, hours, zone)
    assert arrives.tzinfo is UTC
    if arrives > moment:
        just_before = within_hours(arrives - timedelta(seconds=1), hours, zone)
        assert just_before == arrives
        local = arrives.astimezone(ZoneInfo(zone))
        opens = on_wall(local.date(), hours.start, zone)
        assert arrives == opens


@settings(deadline=None)
@given(MOMENTS, MOMENTS, ANY_HOURS, st.sampled_from(ZONES))
def test_order_is_kept(one: datetime, other: datetime, hours: Hours, zone: str) -> None:
    """What was earlier is never due later."""
    first, second = sorted((one, other))
    assert within_hours(first, hours, zone) <= within_hours(second, hours, zone)
    assert add_working_hours(first, 5, hours, zone) <= add_working_hours(second, 5, hours, zone)


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 12), st.sampled_from(ZONES))
def test_working_days_are_counted_one_by_one(moment: datetime, days: int, zone: str) -> None:
    """So many working days later, as counted on the wall calendar there."""
    begins = within_hours(moment, HOURS, zone).astimezone(ZoneInfo(zone)).date()
    ends = add_working_days(moment, days, HOURS, zone).astimezone(ZoneInfo(zone)).date()
    between = [begins + timedelta(days=n) for n in range(1, (ends - begins).days + 1)]
    assert sum(is_working_day(day, HOURS) for day in between) == days


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 30), st.sampled_from(ZONES))
def test_working_hours_pass_only_while_people_work(moment: datetime, amount: int, zone: str) -> None:
    """The hours between are working hours, as many as were asked for; no clock change adds or takes one."""
    ends = add_working_hours(moment, amount, HOURS, zone)
    begins = within_hours(moment, HOURS, zone)
    worked, day = timedelta(), begins.astimezone(ZoneInfo(zone)).date()
    while day <= ends.astimezone(ZoneInfo(zone)).date():
        if is_working_day(day, HOURS):
            opens, closes = on_wall(day, HOURS.start, zone), on_wall(day, HOURS.end, zone)
            worked += max(timedelta(), min(closes, ends) - max(opens, begins))
        day += timedelta(days=1)
    assert worked == timedelta(hours=amount)


def test_a_time_that_a_summer_clock_skips_comes_right_after() -> None:
    """On the night the clock jumps from two to three, half past two is half past three."""
    hours = Hours(days=DAYS, start=time(2, 30), end=time(17))
    assert within_hours(utc("2027-03-28T00:00:00+01:00"), hours, "Europe/Berlin") == utc(
        "2027-03-28T03:30:00+02:00"
    )
    assert on_wall(date(2027, 3, 28), time(2, 30), "Europe/Berlin") == utc("2027-03-28T03:30:00+02:00")


def test_a_time_that_comes_twice_is_the_first() -> None:
    """On the night the clock goes back, half past two is the earlier of both."""
    assert on_wall(date(2027, 10, 31), time(2, 30), "Europe/Berlin") == utc("2027-10-31T02:30:00+02:00")


def test_days_begin_and_end_by_the_wall_not_by_utc() -> None:
    """Across a clock change the same hour of the wall is another instant."""
    friday = utc("2027-03-26T10:00:00+01:00")
    assert add_working_days(friday, 1, HOURS, "Europe/Berlin") == utc("2027-03-29T10:00:00+02:00")
    friday = utc("2027-10-29T10:00:00+02:00")
    assert add_working_days(friday, 1, HOURS, "Europe/Berlin") == utc("2027-11-01T10:00:00+01:00")


def test_a_weekend_is_waited_out() -> None:
    """What falls due on Friday after five comes on Monday at nine."""
    assert within_hours(utc("2027-03-05T17:00:00+01:00"), HOURS, "Europe/Berlin") == utc(
        "2027-03-08T09:00:00+01:00"
    )
    assert within_hours(utc("2027-03-05T16:59:59+01:00"), HOURS, "Europe/Berlin") == utc(
        "2027-03-05T16:59:59+01:00"
    )


@pytest.mark.parametrize(
    ("code", "day", "works"),
    [
        ("DE", date(2027, 5, 6), False),  # Ascension Day
        ("DE", date(2027, 1, 6), True),  # Epiphany is kept only in parts of Germany
        ("DE-BW", date(2027, 1, 6), False),
        ("US", date(2027, 11, 25), False),  # Thanksgiving
        ("US-CA", date(2027, 3, 31), False),  # Cesar Chavez Day
        ("", date(2027, 12, 25), True),  # a Saturday, in a week of seven days that keeps no holiday
    ],
)
def test_public_holidays_are_kept_where_the_file_says_so(code: str, day: date, *, works: bool) -> None:
    """A country, or a part of it; without one no holiday is kept."""
    hours = Hours(days=DAYS, start=time(9), end=time(17), holidays=code)
    assert is_working_day(day, hours) is works


def test_a_holiday_is_no_working_day_to_wait() -> None:
    """What falls due on the eve of Ascension Day, a Thursday, waits for the Friday."""
    hours = Hours(days=WEEK, start=time(9), end=time(17), holidays="DE")
    evening = utc("2027-05-05T17:30:00+02:00")
    assert within_hours(evening, hours, "Europe/Berlin") == utc("2027-05-07T09:00:00+02:00")
    assert add_working_days(utc("2027-05-05T10:00:00+02:00"), 1, hours, "Europe/Berlin") == utc(
        "2027-05-07T10:00:00+02:00"
    )


def test_hours_must_open_before_they_close() -> None:
    """A day that ends before it begins is refused where it is written."""
    with pytest.raises(ValueError, match="earlier"):
        Hours(days=WEEK, start=time(17), end=time(9))
