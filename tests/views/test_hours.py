"""One's own hours and leave as Slack shows them."""

from __future__ import annotations

import json
from datetime import date, time

from bot.domain.hours import AtHome, Form, LeavePeriod, OwnTime, Saved
from bot.views import hours as views
from tests.cast import Desk
from tests.views.golden import golden

OWN = OwnTime(("monday", "tuesday", "thursday"), time(8, 30), time(14), "DE-BW")
AWAY = LeavePeriod("leave-1", date(2027, 3, 8), date(2027, 3, 19))


def test_the_form_says_first_who_sees_it(desk: Desk) -> None:
    """The hours in force are filled in, each leave can be unticked, and nobody else sees any of it."""
    shown = views.form(Form(OWN, is_own=True, leaves=(AWAY,)), desk.reader("mira"))
    golden("hours.form", shown)
    assert "Only you see this" in json.dumps(shown["blocks"][0])
    golden("hours.form_empty", views.form(Form(OWN, is_own=False, leaves=()), desk.reader("mira")))


def test_what_was_kept_is_said_in_words(desk: Desk) -> None:
    """When the bot writes from now on, whose holidays it keeps, and what comes all the same."""
    golden("hours.saved", views.saved(Saved(OWN, is_own=True, leaves=(AWAY,)), desk.reader("mira")))
    plain = OwnTime(("monday",), time(9), time(17), "")
    golden("hours.saved_default", views.saved(Saved(plain, is_own=False, leaves=()), desk.reader("mira")))


def test_home_shows_leave_and_a_way_to_change_it(desk: Desk) -> None:
    """On leave, before it, and without either."""
    mira = desk.reader("mira")
    assert "You are on leave" in json.dumps(views.at_home(AtHome(OWN, AWAY, is_now=True), mira).mine)
    assert "Your next leave" in json.dumps(views.at_home(AtHome(None, AWAY, is_now=False), mira).mine)
    parts = views.at_home(AtHome(None, None, is_now=False), mira)
    assert list(parts.mine) == []
    assert views.OPEN in json.dumps(list(parts.next))
