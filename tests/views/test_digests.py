"""What a lead sees of a digest: message, opened again, picture; a lock screen shows nothing of it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.computing import ChildProcesses
from bot.domain.digests import Average, Entry, Figure, Listing, Reminded, Seen, Thing
from bot.pictures import draw
from bot.store.people import Contact
from bot.views import digests as views
from bot.views.blocks import section
from tests.cast import CAST, Desk
from tests.views.golden import golden

WEEKS = tuple(
    (date.fromisoformat(day), n)
    for day, n in (
        ("2027-01-11", None),
        ("2027-01-18", None),
        ("2027-01-25", 8),
        ("2027-02-01", 12),
        ("2027-02-08", 15),
        ("2027-02-15", 15),
        ("2027-02-22", 19),
        ("2027-03-01", 21),
    )
)
FULL = Seen(
    week="2027-W09",
    monday=date(2027, 3, 1),
    things=((Thing.CONCERNS, 1), (Thing.LOOK_IN, 2), (Thing.UNDELIVERED, 3), (Thing.REQUESTS, 1)),
    figures=(
        Figure("new", None, None),
        Figure("active", 21, 2),
        Figure("silent", None, None),
        Figure("waiting", 11, -3),
        Figure("overloaded", 5, 0),
    ),
    weeks=WEEKS,
    least=5,
    digest_id="digest-1",
    averages=(
        Average("Have you met, or talked, since the last check-in?", "yes_no", 0.8),
        Average("How useful is the time you spend on this together?", "scale", 4.2),
    ),
    averages_of=date(2027, 2, 1),
    averages_least=5,
)


def contact(handle: str) -> Contact:
    """Return one of the cast as they are named."""
    member = CAST[handle]
    return Contact(
        person_id=member.person_id,
        name=member.name,
        slack_user_id=member.slack_id,
        dm_channel=None,
        time_zone=member.time_zone,
        language="en",
        here=True,
    )


def test_the_digest_as_a_message(desk: Desk) -> None:
    """Things to do first, each with its button, then the figures as a table."""
    golden("digests.weekly", views.weekly(FULL, desk.reader("lena")))


def test_a_quiet_week(desk: Desk) -> None:
    """With nothing to do it says so, and withholds without looking broken."""
    quiet = replace(
        FULL,
        things=(),
        figures=tuple(Figure(figure.name, None, None) for figure in FULL.figures),
        weeks=tuple((monday, None) for monday, _ in WEEKS),
        averages=(),
    )
    golden("digests.quiet", views.weekly(quiet, desk.reader("lena")))


def test_the_digest_opened_again(desk: Desk) -> None:
    """As a modal, where Slack allows no table."""
    golden("digests.opened", views.opened(FULL, desk.reader("lena")))


@pytest.mark.parametrize("thing", [thing for thing in Thing if thing is not Thing.CONCERNS])
def test_what_a_thing_is_about(desk: Desk, thing: Thing) -> None:
    """Each kind names who, since when, and what helps."""
    entries = (
        Entry((contact("tomas"), contact("mira")), datetime(2027, 2, 3, 9, tzinfo=UTC), 3, 2),
        Entry((contact("ines"),), None, 7, 7),
    )
    shown = Listing(thing, entries, can_remind=thing is Thing.REQUESTS)
    golden(f"digests.listing.{thing}", views.listing(shown, desk.reader("lena")))


def test_a_list_taken_care_of_or_very_long(desk: Desk) -> None:
    """Nothing left says so; a thousand entries stay within what Slack shows."""
    reader = desk.reader("lena")
    golden("digests.listing.empty", views.listing(Listing(Thing.SILENT, (), can_remind=False), reader))
    many = Listing(
        Thing.MENTEES,
        (Entry((contact("mira"),), datetime(2027, 2, 3, tzinfo=UTC), 0, 0),) * 1000,
        can_remind=False,
    )
    golden("digests.listing.long", views.listing(many, reader))


@pytest.mark.parametrize("n", [0, 1, 4])
def test_what_remind_did(desk: Desk, n: int) -> None:
    """It says how many were reminded, or that all were before."""
    golden(f"digests.reminded.{n}", views.reminded(Reminded(Thing.REQUESTS, n), desk.reader("lena")))


def test_what_waits_elsewhere_as_a_modal(desk: Desk) -> None:
    """What another noun shows on Home is shown as it is."""
    reader = desk.reader("lena")
    assert views.waiting([section("Something")], reader)["blocks"] == [section("Something")]
    assert "Nothing is left" in json.dumps(views.waiting([], reader))


def test_the_first_line_is_neutral(desk: Desk) -> None:
    """Neither the notification nor the first line says what waits, nor any figure."""
    message = views.weekly(FULL, desk.reader("lena"))
    first = str(message.blocks[0]["text"]["text"])
    for text in (message.text, first):
        assert "concern" not in text.lower()
        assert "look" not in text.lower()
        assert "21" not in text


def test_the_picture_says_in_words_what_it_shows(desk: Desk) -> None:
    """Each bar and figure of the picture is in its alternative text, and in the table or line beside it."""
    reader = desk.reader("lena")
    chart, alt = views.chart(FULL, reader), views.alt(FULL, reader)
    beside = json.dumps(views.weekly(FULL, reader).blocks, ensure_ascii=False)
    for _, n in WEEKS:
        if n is not None:
            assert f"{n}" in alt
            assert f": {n}" in beside
    assert alt.count("fewer than 5") == 3
    assert [bar.shown for bar in chart.bars] == ["<5", "<5", "8", "12", "15", "15", "19", "21"]
    assert [tile.shown for tile in chart.tiles] == ["<5", "21", "<5", "11", "5"]
    assert [tile.note for tile in chart.tiles] == ["", "+2", "", "\N{MINUS SIGN}3", "the same"]
    assert len(alt) <= views.ALT


def test_the_picture_is_drawn_elsewhere(desk: Desk) -> None:
    """A child process draws it; the bot with all its handlers and jobs never loads the library."""
    png = draw(views.chart(FULL, desk.reader("lena")), ChildProcesses())
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (1200, 720)
    looks = "import bot.running, bot.jobs.schedule, bot.pictures, sys; sys.exit('PIL' in sys.modules)"
    ran = subprocess.run(  # noqa: S603 - our own interpreter on a line of ours
        [sys.executable, "-c", looks], check=False, timeout=60
    )
    assert ran.returncode == 0
