"""Do-not-disturb: kept where Slack plainly tells of it, and no message is lost to an odd answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet import LONGEST, of_team, until

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def at(**more: float) -> int:
    """Return Slack's seconds for a moment before or after now."""
    return int((NOW + timedelta(**more)).timestamp())


def test_inside_the_window_it_waits_for_its_end() -> None:
    """Somebody in their window is written to when it ends; before and after it, at once."""
    status = {"dnd_enabled": True, "next_dnd_start_ts": at(hours=-1), "next_dnd_end_ts": at(hours=2)}
    assert until(status, NOW) == NOW + timedelta(hours=2)
    assert until(status, NOW + timedelta(hours=2)) is None
    assert until(status, NOW - timedelta(hours=2)) is None
    assert until({**status, "dnd_enabled": False}, NOW) is None


def test_a_snooze_that_runs_into_the_window_ends_with_it() -> None:
    """Both are kept, one after the other."""
    status = {
        "dnd_enabled": True,
        "next_dnd_start_ts": at(hours=1),
        "next_dnd_end_ts": at(hours=9),
        "snooze_enabled": True,
        "snooze_endtime": at(hours=2),
    }
    assert until(status, NOW) == NOW + timedelta(hours=9)
    assert until({**status, "dnd_enabled": False}, NOW) == NOW + timedelta(hours=2)


def test_a_team_is_read_person_by_person() -> None:
    """Only those who want peace are named."""
    quiet = {"dnd_enabled": True, "next_dnd_start_ts": at(hours=-1), "next_dnd_end_ts": at(hours=1)}
    answer = {"ok": True, "users": {"U1": quiet, "U2": {"dnd_enabled": False}, "U3": None}}
    assert of_team(answer, NOW) == {"U1": NOW + timedelta(hours=1)}


@pytest.mark.parametrize(
    "status",
    [
        None,
        [],
        {},
        {"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1},
        {"dnd_enabled": True, "next_dnd_start_ts": "soon", "next_dnd_end_ts": None},
        {"dnd_enabled": True, "next_dnd_start_ts": 0, "next_dnd_end_ts": float("nan")},
        {"dnd_enabled": "true", "next_dnd_start_ts": 0, "next_dnd_end_ts": at(hours=1)},
        {"snooze_enabled": True, "snooze_endtime": True},
    ],
)
def test_an_odd_answer_is_no_wish(status: object) -> None:
    """What is missing or makes no sense holds nothing back."""
    assert until(status, NOW) is None
    assert of_team({"users": status}, NOW) == {}


@given(
    status=st.fixed_dictionaries(
        {},
        optional={
            "dnd_enabled": st.booleans(),
            "next_dnd_start_ts": st.integers(-(2**70), 2**70) | st.floats(),
            "next_dnd_end_ts": st.integers(-(2**70), 2**70) | st.floats(),
            "snooze_enabled": st.booleans(),
            "snooze_endtime": st.integers(at(days=-9), at(days=9)),
        },
    )
)
def test_nobody_is_left_alone_for_longer_than_a_day_at_a_time(status: dict[str, Any]) -> None:
    """Whatever Slack answers: never a moment that is past, never more than a day before it is asked again."""
    opens = until(status, NOW)
    assert opens is None or NOW < opens <= NOW + LONGEST
