"""Hours of one's own: kept for the clock alone, and the programme's where nobody said otherwise."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.clock import SetClock
from bot.domain import hours
from bot.domain.calendar import Away
from bot.domain.hours import OwnTime
from bot.errors import Refusal
from bot.guidelines import holidays
from bot.guidelines.programme import Break, Day
from tests.cast import MONDAY, Desk

WEEK: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
DEFAULT = OwnTime(WEEK, time(9), time(17), "")
EARLY = OwnTime(("monday", "wednesday"), time(7), time(11, 30), "DE-BY")


def keep(
    desk: Desk,
    handle: str,
    own: OwnTime = DEFAULT,
    *,
    first: date | None = None,
    last: date | None = None,
    kept: tuple[str, ...] | None = None,
) -> hours.Saved:
    """Let somebody send the form; leaves already noted stay unless ``kept`` names others."""
    with desk.step(handle) as step:
        if kept is None:
            kept = tuple(leave.leave_id for leave in hours.form(step).leaves)
        return hours.save(step, own, kept_leaves=kept, first=first, last=last)


def day(n: int) -> date:
    """Return the day so many days after the Monday on which everything begins."""
    return MONDAY.date() + timedelta(days=n)


def test_who_says_nothing_keeps_the_programmes_hours(desk: Desk) -> None:
    """Everybody's hours are known at once, and nobody's are made up."""
    with desk.step("clock", writes=False) as step:
        times = hours.working_times(step, [desk.id("mira"), desk.id("noor"), "nobody"])
    assert set(times) == {desk.id("mira"), desk.id("noor")}
    assert times[desk.id("noor")].hours == desk.rules.programme.hours
    assert times[desk.id("noor")].time_zone == "Asia/Kolkata"


def test_own_hours_hold_for_their_owner_alone(desk: Desk) -> None:
    """Mira's early mornings move her messages and nobody else's."""
    keep(desk, "mira", EARLY)
    with desk.step("clock", writes=False) as step:
        times = hours.working_times(step, [desk.id("mira"), desk.id("lena")])
    assert times[desk.id("mira")].opens(MONDAY) == MONDAY
    evening = MONDAY + timedelta(hours=6)
    assert times[desk.id("mira")].opens(evening) == MONDAY + timedelta(days=1, hours=21)  # Wednesday, seven
    assert times[desk.id("lena")].opens(evening) == evening


def test_hours_equal_to_the_programmes_follow_it(desk: Desk) -> None:
    """Who sets what is so anyway keeps nothing of their own, and goes with the programme when it changes."""
    assert keep(desk, "mira", EARLY).is_own
    assert not keep(desk, "mira", DEFAULT).is_own
    later = desk.rules.programme.hours.model_copy(update={"start": time(10)})
    programme = desk.rules.programme.model_copy(update={"hours": later})
    object.__setattr__(desk.rules, "programme", programme)
    with desk.step("mira", writes=False) as step:
        assert hours.form(step).own.start == time(10)


def test_leave_is_kept_once_and_goes_when_it_is_unticked_or_over(desk: Desk) -> None:
    """Sent twice it is there once; unticked it is gone; past leave is shown to nobody."""
    keep(desk, "mira", first=day(3), last=day(9))
    assert len(keep(desk, "mira", first=day(3), last=day(9)).leaves) == 1
    assert len(keep(desk, "mira", first=day(20), last=day(22)).leaves) == 2
    assert [leave.first for leave in keep(desk, "mira", kept=()).leaves] == []
    keep(desk, "mira", first=day(0), last=day(1))
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(days=3)
    with desk.step("mira", writes=False) as step:
        assert hours.form(step).leaves == ()
        assert hours.at_home(step).leave is None


def test_nobody_unticks_the_leave_of_somebody_else(desk: Desk) -> None:
    """A forged form without anything in it removes only what is the sender's."""
    keep(desk, "mira", first=day(3), last=day(9))
    keep(desk, "noor", kept=())
    with desk.step("mira", writes=False) as step:
        assert len(hours.form(step).leaves) == 1


def test_leave_moves_what_waits_behind_it(desk: Desk) -> None:
    """From the first day to the last nothing comes; then it does, within hours."""
    keep(desk, "mira", first=day(0), last=day(10))  # a Thursday
    with desk.step("clock", writes=False) as step:
        time_ = hours.working_time(step, desk.id("mira"))
        seen = hours.as_others_see(step, "Europe/Berlin")
        away = hours.on_leave_today(step, [desk.id("mira"), desk.id("noor")])
    assert time_.opens(MONDAY).date() == day(11)
    assert seen.opens(MONDAY) == MONDAY, "nobody sees it"
    assert away == {desk.id("mira")}


@pytest.mark.parametrize(
    ("own", "first", "last", "key", "field"),
    [
        (OwnTime((), time(9), time(17), ""), None, None, "no_day", hours.DAYS_FIELD),
        (OwnTime(WEEK, time(9), time(9, 30), ""), None, None, "too_short", hours.END_FIELD),
        (OwnTime(WEEK, time(22), time(6), ""), None, None, "too_short", hours.END_FIELD),
        (OwnTime(WEEK, time(9), time(17), "XX"), None, None, "no_such_country", hours.HOLIDAYS_FIELD),
        (DEFAULT, day(3), None, "leave_needs_both", hours.LAST_FIELD),
        (DEFAULT, None, day(3), "leave_needs_both", hours.FIRST_FIELD),
        (DEFAULT, day(3), day(2), "leave_ends_before", hours.LAST_FIELD),
        (DEFAULT, day(-9), day(-2), "leave_is_over", hours.LAST_FIELD),
        (DEFAULT, day(0), day(400), "leave_too_long", hours.LAST_FIELD),
        (DEFAULT, day(700), day(760), "leave_too_long", hours.LAST_FIELD),
    ],
)
def test_what_cannot_be_is_said_under_its_field(
    desk: Desk, own: OwnTime, first: date | None, last: date | None, key: str, field: str
) -> None:
    """Each wrong entry is refused at the place where it can be mended, and nothing is kept."""
    with pytest.raises(Refusal) as refused:
        keep(desk, "mira", own, first=first, last=last)
    assert (refused.value.key, refused.value.field) == (f"hours.{key}", field)
    with desk.step("mira", writes=False) as step:
        assert not hours.form(step).is_own
        assert hours.form(step).leaves == ()


def test_more_leave_than_slack_shows_is_refused(desk: Desk) -> None:
    """Eight times of leave can be unticked in one form; a ninth is refused."""
    for n in range(hours.MOST_LEAVES):
        keep(desk, "mira", first=day(10 * n), last=day(10 * n + 1))
    with pytest.raises(Refusal, match="too_many_leaves"):
        keep(desk, "mira", first=day(300), last=day(301))


def test_breaks_are_kept_by_the_programmes_they_name(desk: Desk) -> None:
    """A break without names is everybody's; examinations of another programme are not ours."""
    breaks = (
        Break(name="Winter", first=day(5), last=day(8)),
        Break(name="Exams", first=day(20), last=day(25), programmes=("Research Mentoring",)),
        Break(name="Theirs", first=day(40), last=day(45), programmes=("Teaching Mentoring",)),
    )
    programme = desk.rules.programme.model_copy(update={"breaks": breaks})
    object.__setattr__(desk.rules, "programme", programme)
    with desk.step("clock", writes=False) as step:
        assert hours.working_time(step, desk.id("mira")).away == (
            Away(day(5), day(8)),
            Away(day(20), day(25)),
        )


def test_an_odd_zone_is_read_as_utc() -> None:
    """One person's odd profile stops nobody."""
    assert hours.known_zone("Mars/Olympus") == "UTC"
    assert hours.known_zone("../etc/passwd") == "UTC"
    assert hours.known_zone("Europe/Berlin") == "Europe/Berlin"


def test_countries_are_found_by_name_with_their_parts() -> None:
    """What somebody types finds their country; its parts follow, and can be narrowed."""
    assert holidays.found("germ", 100)[:2] == ["DE", "DE-BB"], "before its name is typed to the end too"
    assert "DE-BW" in holidays.found("Germany", 100)
    assert holidays.found("germany baden", 100)[-1] == "DE-BW"
    assert holidays.name_of("DE-BW") == "Germany: Baden-Württemberg"
    assert holidays.name_of("US") == "United States"
    assert "US-CA" in holidays.found("united states", 100)
    assert holidays.found("atlantis", 100) == []
    assert all(holidays.is_known(code) for code in holidays.found("an", 100))
    assert len(holidays.found("a", 100)) == 100
