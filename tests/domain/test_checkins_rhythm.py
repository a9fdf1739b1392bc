"""When somebody is asked: no drift, nobody at night, nothing made up for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import guidelines
from bot.domain.calendar import is_working_day, within_hours
from bot.domain.checkins.rhythm import Calendar, Occasion, Pause, asked_now, days, next_due
from bot.guidelines.checkins import RhythmRules
from bot.guidelines.programme import Hours

CONFIG = Path(__file__).resolve().parents[2] / "config"
RULES = guidelines.load(CONFIG).checkins
HOURS = Hours(
    days=("monday", "tuesday", "wednesday", "thursday", "friday"), start=time(9), end=time(17), holidays=""
)
GAP = RULES.least_gap_days
ZONES = sorted(available_timezones() - {"localtime"})
STARTS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
KINDS = st.sampled_from(["mentor", "advisor", "rotation", "committee", "peer"])


def calendar(zone: str = "Europe/Berlin", *pauses: Pause, hours: Hours = HOURS) -> Calendar:
    """Return the calendar of somebody in ``zone`` who is asked at ten."""
    return Calendar(zone, hours, time(10), pauses)


def due(rule: RhythmRules, start: date, not_before: date, **more: date) -> Occasion | None:
    """Return the next check-in of somebody in Berlin."""
    return next_due(rule, start, calendar(), least_gap_days=GAP, not_before=not_before, **more)


def test_the_rhythm_of_a_mentoring_pair_is_the_written_one() -> None:
    """Days 14, 30, 60, 90, then every 60; the longer survey at 0, 6 and 12 months."""
    start = date(2027, 1, 4)
    first = list(islice(days(RULES.rhythm_of("mentor"), start, GAP), 10))
    assert [((day - start).days, survey) for day, survey in first] == [
        (0, "in_depth"),
        (14, "quick"),
        (30, "quick"),
        (60, "quick"),
        (90, "quick"),
        (150, "quick"),
        (181, "in_depth"),
        (210, "quick"),
        (270, "quick"),
        (330, "quick"),
    ]


def test_a_rotation_is_asked_at_its_middle_and_its_end_and_then_no_more() -> None:
    """A rotation of ten weeks: days 35 and 70."""
    start = date(2027, 1, 4)
    assert [(day - start).days for day, _ in days(RULES.rhythm_of("rotation"), start, GAP)] == [35, 70]
    assert due(RULES.rhythm_of("rotation"), start, start + timedelta(days=71)) is None


def test_a_leap_day_has_its_months() -> None:
    """Somebody who began on 29 February is asked after 12 months on 28 February."""
    longer = [
        day
        for day, survey in islice(days(RULES.rhythm_of("mentor"), date(2028, 2, 29), GAP), 12)
        if survey == "in_depth"
    ]
    assert longer == [date(2028, 2, 29), date(2028, 8, 29), date(2029, 2, 28)]


@given(start=STARTS, kind=KINDS)
def test_nothing_drifts_and_nothing_crowds_in_ten_years(start: date, kind: str) -> None:
    """Every short survey stands a whole number of its days from the beginning; none are near each other."""
    rule = RULES.rhythm_of(kind)
    named = list(islice(days(rule, start, GAP), 70))
    for day, survey in named:
        gone = (day - start).days
        if survey == rule.survey and gone > max(rule.quick_days):
            assert (gone - max(rule.quick_days)) % rule.then_every == 0
    for (one, _), (other, _) in pairwise(named):
        assert (other - one).days >= GAP


@pytest.mark.parametrize("half", [0, 1])
def test_everybody_on_earth_is_asked_at_work(half: int) -> None:
    """In every time zone there is, also around changes of its clocks: on a working day, nine to five."""
    for name in ZONES[half::2]:
        zone = ZoneInfo(name)
        asked = calendar(name)
        for ordinal in range(date(2027, 1, 1).toordinal(), date(2028, 3, 2).toordinal(), 13):
            day = date.fromordinal(ordinal)
            at = asked.asked_on(day)
            assert at is not None
            local = at.astimezone(zone)
            assert is_working_day(local.date(), HOURS), name
            assert time(9) <= local.time() < time(17), name
            assert 0 <= (local.date() - day).days <= 3, name


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside
)
def test_any_moment_is_moved_into_hours_and_no_further(zone: str, moment: datetime) -> None:
    """A moment within hours stays; any other becomes the next opening, on either side of a gap or fold."""
    opens = calendar(zone).open_from(moment)
    assert opens is not None
    assert opens >= moment
    local = opens.astimezone(ZoneInfo(zone))
    assert is_working_day(local.date(), HOURS)
    assert time(9) <= local.time() < time(17)
    assert within_hours(opens, HOURS, zone) == opens


def test_hours_inside_a_clock_change_still_open() -> None:
    """Where opening falls into the missing or the doubled hour, people are asked right after."""
    night = Hours(
        days=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        start=time(2, 15),
        end=time(6),
        holidays="",
    )
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        asked = Calendar("Europe/Berlin", night, time(2, 30))
        at = asked.asked_on(day)
        assert at is not None
        local = at.astimezone(ZoneInfo("Europe/Berlin"))
        assert local.date() == day
        assert time(2, 15) <= local.time() < time(6)


@given(start=STARTS, kind=KINDS, breaks=st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_a_long_break_brings_one_check_in(start: date, kind: str, breaks: list[int]) -> None:
    """However long nobody looked, one is asked, none twice, and the next keeps its distance."""
    rule = RULES.rhythm_of(kind)
    planned = due(rule, start, start)
    today, asked = start, []
    for skipped in breaks:
        if planned is None:
            break
        today = max(today, planned.at.date()) + timedelta(days=skipped)
        chosen = asked_now(rule, start, least_gap_days=GAP, planned=planned.on, today=today)
        assert chosen is not None
        day = chosen[0]
        assert planned.on <= day <= max(today, planned.on)
        asked.append((day, today))
        planned = due(rule, start, today + timedelta(days=GAP // 2), after=day)
    for (day, when), (later, after) in pairwise(asked):
        assert later > day
        assert (after - when).days >= GAP // 2


def test_a_pair_from_two_years_ago_begins_at_its_next_day() -> None:
    """Nothing is made up for: the first check-in is the next of the rhythm."""
    start, today = date(2025, 3, 3), date(2027, 3, 1)
    first = due(RULES.rhythm_of("mentor"), start, today)
    assert first is not None
    assert first.on >= today
    assert ((first.on - start).days - 90) % 60 == 0


def test_a_pause_moves_a_check_in_behind_itself() -> None:
    """Nobody is asked in the examinations; pauses that touch are one."""
    monday = date(2027, 2, 1)
    paused = calendar(
        "Europe/Berlin",
        Pause(monday, monday + timedelta(days=13)),
        Pause(monday + timedelta(days=14), monday + timedelta(days=15)),
    )
    at = paused.asked_on(monday + timedelta(days=2))
    assert at is not None
    assert at.astimezone(ZoneInfo("Europe/Berlin")).date() == monday + timedelta(days=16)


def test_public_holidays_are_kept() -> None:
    """With a country named, its holidays are no working days."""
    hours = HOURS.model_copy(update={"holidays": "DE"})
    at = calendar("Europe/Berlin", hours=hours).asked_on(date(2027, 12, 24))
    assert at is not None
    assert at.astimezone(ZoneInfo("Europe/Berlin")).date() == date(2027, 12, 24)
    at = calendar("Europe/Berlin", hours=hours).asked_on(date(2027, 3, 26))  # Good Friday
    assert at is not None
    assert at.astimezone(ZoneInfo("Europe/Berlin")).date() == date(2027, 3, 30)  # after Easter Monday
