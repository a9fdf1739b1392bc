"""An operator is told that our clock differs from Slack's, by the ``Date`` of its answers."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.clock import SetClock
from bot.slack import Client, Skew
from bot.wire import Wire
from tests.cast import MONDAY
from tests.jobs.test_wire import serving


def test_a_wrong_clock_is_told_once_until_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    """Ahead is told once, behind anew, right again at the end; an answer without a Date says nothing."""
    caplog.set_level("INFO", logger="bot.slack")
    clock = SetClock(MONDAY)
    past = (0, 50, 300, 310, 300, None, -300, -290, 10, 5)
    dates = [None if s is None else format_datetime(MONDAY - timedelta(seconds=s), usegmt=True) for s in past]
    heads = [b"" if date is None else f"Date: {date}\r\n".encode() for date in dates]
    answers = [b"HTTP/1.1 200 OK\r\n" + head + b'Content-Length: 11\r\n\r\n{"ok":true}' for head in heads]
    with serving(answers) as (url, _):
        client = Client(Wire(), "w", "t", url.removesuffix("chat.postMessage"), skew=Skew(clock))
        for _ in answers:
            client.auth_test()
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "this machine's clock is 300 seconds ahead of Slack's: keep it by NTP"),
        ("WARNING", "this machine's clock is 300 seconds behind Slack's: keep it by NTP"),
        ("INFO", "this machine's clock agrees with Slack's again"),
    ]


def test_an_answer_that_was_long_on_its_way_is_no_wrong_clock(caplog: pytest.LogCaptureFixture) -> None:
    """A process that slept between question and answer finds the Date between the two: nothing is told."""
    clock = SetClock(MONDAY)
    clock.skip(minutes=10)
    Skew(clock).heard(format_datetime(MONDAY + timedelta(minutes=3), usegmt=True), MONDAY)
    Skew(clock).heard("no date", MONDAY)
    assert not caplog.records
