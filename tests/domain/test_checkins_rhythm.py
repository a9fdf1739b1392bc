"""When somebody is asked: no drift, nobody at night, nothing made up for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import guidelines
from bot.domain.calendar import Away, is_working_day, merged, within_hours
from bot.domain.checkins.rhythm import Calendar, Occasion, Pause, asked_now, days, next_due
from bot.guidelines.checkins import RhythmRules
from bot.guidelines.programme import DAYS, Hours

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


DAYS_OFF = st.builds(
    lambda first, length: Away(first, first + timedelta(days=length)),
    st.dates(date(2026, 12, 1), date(2037, 6, 1)),
    st.integers(0, 200),
)
OWN_HOURS = st.builds(
    lambda chosen, start, length: Hours(
        days=tuple(day for day in DAYS if day in chosen),
        start=time(start),
        end=time(min(start + length, 23), 30),
        holidays="",
    ),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 22),
    st.integers(1, 23),
)


@settings(deadline=None, max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    hours=OWN_HOURS,
    away=st.lists(DAYS_OFF, max_size=8),
    start=st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    kind=KINDS,
)
def test_ten_years_in_any_zone_with_any_leave(
    zone: str, hours: Hours, away: list[Away], start: date, kind: str
) -> None:
    """Whatever leave, breaks and pauses overlap: in hours, never on a day off, later each time, no drift."""
    rule, mine = RULES.rhythm_of(kind), Calendar(zone, hours, time(10), merged(away))
    here = start
    day: date | None = None
    asked: list[Occasion] = []
    while here < start + timedelta(days=3653):
        found = next_due(rule, start, mine, least_gap_days=GAP, not_before=here, after=day)
        if found is None:
            break
        local = found.at.astimezone(ZoneInfo(zone))
        assert is_working_day(local.date(), hours, away)
        assert hours.start <= local.time() < hours.end
        assert within_hours(found.at, hours, zone, away) == found.at
        named = [on for on, _ in islice(days(rule, start, GAP), 90)]
        assert found.on in named, "it is named after a day of the rhythm, however late it comes"
        assert not any(found.on <= on < here for on in named if day is None or on > day)
        if asked:
            assert found.at > asked[-1].at
            assert local.date() > asked[-1].at.astimezone(ZoneInfo(zone)).date(), "never twice a day"
        asked.append(found)
        day, here = found.on, max(local.date(), found.on) + timedelta(days=GAP // 2)
    assert asked or kind == "rotation" or away


@pytest.mark.parametrize("half", range(4))
def test_every_zone_keeps_holidays_and_leave_over_ten_years(half: int) -> None:
    """In every zone there is: at ten on the wall or as the day opens, never on Christmas or on leave."""
    leave = merged(Away(date(year, 7, 1), date(year, 7, 31)) for year in range(2027, 2038))
    hours = HOURS.model_copy(update={"holidays": "DE"})
    for name in ZONES[half::4]:
        mine, zone = Calendar(name, hours, time(10), leave), ZoneInfo(name)
        before = datetime(2027, 1, 1, tzinfo=UTC)
        for n in range(0, 3650, 61):
            at = mine.asked_on(date(2027, 1, 2) + timedelta(days=n))
            local = at.astimezone(zone)
            assert at > before, name
            assert is_working_day(local.date(), hours, leave), name
            assert local.time() == time(10), name
            assert local.month != 7, name
            before = at


def test_a_day_a_zone_left_out_is_no_day() -> None:
    """Samoa had no 30 December 2011: what was due that Friday comes on Monday, not on New Year's Eve."""
    mine = calendar("Pacific/Apia")
    local = mine.asked_on(date(2011, 12, 30)).astimezone(ZoneInfo("Pacific/Apia"))
    assert local == datetime(2012, 1, 2, 10, tzinfo=ZoneInfo("Pacific/Apia"))


def test_hours_that_a_clock_change_swallows_are_no_hours() -> None:
    """Who works from a quarter past two to a quarter to three waits for the next night, not the next hour."""
    night = Hours(days=DAYS, start=time(2, 15), end=time(2, 45), holidays="")
    zone = ZoneInfo("Europe/Berlin")
    gap = within_hours(datetime(2027, 3, 28, 0, 30, tzinfo=UTC), night, "Europe/Berlin")
    assert gap.astimezone(zone) == datetime(2027, 3, 29, 2, 15, tzinfo=zone)
    # The night the clock goes back shows the time twice, and both are theirs.
    first = datetime(2027, 10, 31, 0, 15, tzinfo=UTC)
    assert within_hours(first, night, "Europe/Berlin") == first
    between = first + timedelta(minutes=40)
    assert within_hours(between, night, "Europe/Berlin") == first + timedelta(hours=1)


def test_somebody_who_moves_is_asked_by_their_new_clock() -> None:
    """Planned at ten in Auckland, asked at work in Honolulu: the zone of the moment decides."""
    planned = calendar("Pacific/Auckland").asked_on(date(2027, 3, 2))
    local = calendar("Pacific/Honolulu").open_from(planned).astimezone(ZoneInfo("Pacific/Honolulu"))
    assert (local.date(), local.time()) == (date(2027, 3, 1), time(11))
