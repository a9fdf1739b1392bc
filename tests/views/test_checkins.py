"""What people see of check-ins, and that a lock screen shows nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.checkins import (
    AnswerForm,
    Asked,
    AtHome,
    CheckInCard,
    Coming,
    Read,
    Revealed,
    Thanks,
    Written,
)
from bot.domain.checkins.answering import Line
from bot.store.checkins import CheckInState
from bot.store.people import Contact
from bot.views import checkins as views
from bot.views.blocks import Message
from tests.cast import CAST, Desk
from tests.views.golden import golden

ASKED_AT = datetime(2027, 3, 31, 8, tzinfo=UTC)


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


def card(
    handle: str = "mira", state: CheckInState = CheckInState.ASKED, *, not_met: bool = False
) -> CheckInCard:
    """Return a check-in about oneself and ``handle``."""
    return CheckInCard(
        checkin_id=f"checkin-{handle}",
        relationship_id=f"relationship-{handle}",
        others=(contact(handle),),
        state=state,
        due_on=date(2027, 3, 31),
        asked_at=ASKED_AT,
        minutes=2,
        not_met=not_met,
        answered_at=ASKED_AT if state is CheckInState.ANSWERED else None,
    )


def form(desk: Desk, survey: str, *, late: bool = False) -> AnswerForm:
    """Return the form of a survey as a mentee gets it."""
    rules = desk.rules.surveys[survey]
    return AnswerForm(
        form_id="form-1",
        card=card("tomas"),
        title=rules.title,
        items=rules.for_role("mentee"),
        validated=rules.wholly_validated,
        late=late,
    )


def test_the_message_that_asks(desk: Desk) -> None:
    """A mentor of two is asked about both in one message, each with the way to a concern."""
    golden("checkins.asked", views.asked(Asked((card("mira"), card("noor"))), desk.reader("tomas")))


def test_the_message_afterwards(desk: Desk) -> None:
    """Each check-in in it shows what became of it."""
    cards = (
        card("mira", CheckInState.ANSWERED),
        card("noor", CheckInState.ANSWERED, not_met=True),
        card("anja", CheckInState.PASSED),
        card("hugo", CheckInState.CANCELLED),
    )
    golden("checkins.afterwards", views.asked(Asked(cards), desk.reader("tomas")))


def test_fifteen_mentees_fit_into_one_message(desk: Desk) -> None:
    """The most that is asked about in one message is what Slack accepts."""
    cards = tuple(replace(card("mira"), checkin_id=f"checkin-{n}") for n in range(15))
    golden("checkins.fifteen", views.asked(Asked(cards), desk.reader("tomas")))


def test_the_reminder(desk: Desk) -> None:
    """The reminder says that it is the only one."""
    golden("checkins.reminder", views.reminder(Asked((card("tomas"),)), desk.reader("mira")))


@pytest.mark.parametrize("survey", ["quick", "in_depth"])
def test_the_form(desk: Desk, survey: str) -> None:
    """It says first who reads the answers, and that the questions are home-made."""
    shown = views.form(form(desk, survey), desk.reader("mira"))
    assert "Only you read your answers" in str(shown["blocks"][0])
    assert "not a validated instrument" in str(shown["blocks"][-1])
    golden(f"checkins.form_{survey}", shown)


def test_a_late_form_says_so(desk: Desk) -> None:
    """A form for a check-in that was passed over says from when it is."""
    shown = views.form(form(desk, "quick", late=True), desk.reader("mira"))
    assert "Wednesday 31 March" in str(shown["blocks"][1])


def test_the_thanks(desk: Desk) -> None:
    """A low answer shows help and the way to a concern; a good one is only thanked."""
    help_ = tuple(desk.rules.checkins.help.values())
    low = Thanks(
        card=card("tomas", CheckInState.ANSWERED),
        low=True,
        help=help_,
        shared=False,
        look_in=True,
        readable=(),
    )
    golden("checkins.thanks_low", views.thanks(low, desk.reader("mira")))
    good = replace(low, low=False, help=(), look_in=False, shared=True)
    golden("checkins.thanks_shared", views.thanks(good, desk.reader("mira")))
    both = replace(good, readable=(contact("tomas"),))
    golden("checkins.thanks_both", views.thanks(both, desk.reader("mira")))


def test_what_was_written_stays_text(desk: Desk) -> None:
    """Three thousand characters, a call to a whole channel, right-to-left and emoji are shown as they are."""
    nasty = "<!channel> & <https://x|y> \u202e\u05e9\u05dc\u05d5\u05dd :tada: "
    nasty += "<" * (3000 - len(nasty))
    outcome = Read(
        card=card("tomas", CheckInState.ANSWERED),
        mine=Written((Line("How useful?", "4: Useful"),), nasty),
        shared=True,
        theirs=((contact("tomas"), Written((), nasty)),),
    )
    shown = views.read(outcome, desk.reader("mira"))
    texts = [block["text"] for block in shown["blocks"] if block["type"] == "section"]
    assert {text["type"] for text in texts if "channel" in text["text"]} == {"plain_text"}
    assert [text["text"] for text in texts].count(nasty) == 2, "not one character is lost"
    golden("checkins.read", shown)
    alone = replace(outcome, theirs=(), mine=Written((), "a line"))
    golden("checkins.read_not_both", views.read(alone, desk.reader("mira")))


def test_the_news_that_both_shared(desk: Desk) -> None:
    """It carries no word of what was shared."""
    golden(
        "checkins.revealed", views.revealed(Revealed("checkin-mira", contact("tomas")), desk.reader("mira"))
    )


def test_home(desk: Desk) -> None:
    """What waits can be answered there; what comes has its day."""
    outcome = AtHome(
        waiting=(card("mira"),),
        coming=(Coming((contact("noor"),), datetime(2027, 4, 30, 14, tzinfo=UTC)), Coming((), ASKED_AT)),
        last_answered=ASKED_AT,
        paused_until=None,
    )
    for name, shown in (("home", outcome), ("home_paused", replace(outcome, paused_until=date(2027, 5, 1)))):
        parts = views.at_home(shown, desk.reader("tomas"))
        golden(
            f"checkins.{name}",
            {
                "type": "home",
                "blocks": [*parts.waiting, *parts.mine, {"type": "actions", "elements": list(parts.next)}],
            },
        )


def test_pausing(desk: Desk) -> None:
    """The form says that nobody is told."""
    golden("checkins.pause", views.pause_form(desk.reader("mira")))
    golden("checkins.paused", views.paused(date(2027, 5, 1), desk.reader("mira")))


def test_not_met(desk: Desk) -> None:
    """It says what the lead can see now, and offers help."""
    shown = views.noted(card("tomas"), desk.rules.checkins.help["meeting"], desk.reader("mira"))
    golden("checkins.noted", shown)


def test_a_lock_screen_shows_nothing(desk: Desk) -> None:
    """Notification texts are neutral: no name, no answer, no word of a concern."""
    to = desk.reader("mira")
    messages: list[Message] = [
        views.asked(Asked((card("tomas"),)), to),
        views.reminder(Asked((card("tomas"),)), to),
        views.revealed(Revealed("checkin-mira", contact("tomas")), to),
    ]
    for message in messages:
        assert "<@" not in message.text
        assert "wrong" not in message.text
        assert "concern" not in message.text.lower()
