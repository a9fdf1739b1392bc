"""What concerns look like: words in modals only, messages neutral, everything as Slack accepts it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import concerns
from bot.domain.concerns import AtHome, casework, forms, raising, reporters
from bot.domain.concerns.forms import Draft, Filed
from bot.domain.concerns.moving import News
from bot.domain.concerns.reading import HandlerCard
from bot.store.concerns import ConcernState, ReaderState
from bot.store.people import Contact
from bot.views.blocks import Message
from bot.views.concerns import casework as case_views
from bot.views.concerns import notices
from bot.views.concerns import raising as raise_views
from bot.views.concerns import reporters as reporter_views
from sandbox.blockkit import check_message, check_view
from tests.cast import CAST, MONDAY, Desk
from tests.views.golden import golden

NASTY = "<!channel> *bold* & <@U0TOMAS> \u202eright to left\u202c :fire: " + "x" * 2900
NEUTRAL = {
    "You have something to look at in mentorship",
    "There is something to look at in mentorship",
}


def filed(desk: Desk, **more: object) -> Filed:
    """Return a case that Mira raised about Tomás."""
    draft = Draft(
        concern_id="case1",
        level=1,
        about_slack_ids=(CAST["tomas"].slack_id,),
        words="He shouts.",
        wanted="talk",
    )
    with desk.step("mira") as step:
        blank = raising.blank(step, replace(draft, **more))  # type: ignore[arg-type] # fields by name
        outcome = raising.file(step, blank.draft)
    assert isinstance(outcome, Filed)
    return outcome


def texts_of(payload: Any) -> Iterator[str]:
    """Give every text of a payload."""
    if isinstance(payload, dict):
        for value in payload.values():
            yield from texts_of(value)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from texts_of(value)
    elif isinstance(payload, str):
        yield payload


def test_the_first_screen(desk: Desk) -> None:
    """Everyone who could read it, by name, each with a button; routes and numbers; nothing to type."""
    with desk.step("mira", writes=False) as step:
        intro = raising.first_screen(step, "case1", (desk.id("anja"),))
    view = raise_views.intro(intro, desk.reader("mira"))
    golden("concerns.intro", view)
    assert not any(block["type"] == "input" for block in view["blocks"])


def test_where_concerns_are_not_live(unstarted_desk: Desk) -> None:
    """Only the outside routes and numbers, and no way to go on."""
    with unstarted_desk.step("mira", writes=False) as step:
        intro = raising.first_screen(step, "case1")
    view = raise_views.intro(intro, unstarted_desk.reader("mira"))
    golden("concerns.not_live", view)
    assert "submit" not in view


@pytest.mark.parametrize("level", [None, 0, 1, 3, 4])
def test_the_form(desk: Desk, level: int | None) -> None:
    """It names who reads what is entered now; routes first where the guideline says so; numbers in danger."""
    with desk.step("mira", writes=False) as step:
        blank = raising.blank(step, Draft("case1", level=level))
    golden(f"concerns.form_{level}", raise_views.form(blank, desk.reader("mira")))


def test_the_form_when_the_readers_changed(desk: Desk) -> None:
    """Nothing typed is lost, and the change stands above it."""
    entered = Draft("case1", 1, (CAST["hugo"].slack_id,), "", "He shouts.", "advice", (), "old")
    with desk.step("mira", writes=False) as step:
        again = raising.file(step, entered)
    assert isinstance(again, forms.Blank)
    golden("concerns.form_changed", raise_views.form(again, desk.reader("mira")))


@pytest.mark.parametrize("level", [0, 1, 3, 4])
def test_what_is_seen_once_it_is_sent(desk: Desk, level: int) -> None:
    """The reference, who acknowledges by when, and where to find it."""
    outcome = filed(desk, level=level)
    view = raise_views.filed(replace(outcome, reference="K7QX-M4DP"), desk.reader("mira"))
    golden(f"concerns.filed_{level}", view)


def test_the_case_and_its_status(desk: Desk) -> None:
    """The handler reads the words, notes and log; the reporter sees the state, the outcome and the log."""
    filed(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
        casework.open_case(step, "case1")
        case = casework.note(step, "case1", "Spoke with both.")
    case = replace(case, card=replace(case.card, reference="K7QX-M4DP"))
    golden("concerns.case", case_views.case(case, desk.reader("hugo")))
    golden("concerns.level_form", case_views.level_form(case, desk.reader("hugo")))
    golden("concerns.note_form", case_views.note_form("case1", desk.reader("hugo")))
    golden("concerns.resolve_form", case_views.resolve_form("case1", desk.reader("hugo")))
    with desk.step("hugo") as step:
        casework.resolve(step, "case1", "Both agreed on new meeting times.")
    with desk.step("mira") as step:
        status = replace(reporters.status(step, "case1"), reference="K7QX-M4DP")
    golden("concerns.status", reporter_views.status(status, desk.reader("mira")))


def test_whatever_is_typed_can_be_shown(desk: Desk) -> None:
    """Three thousand characters of anything are shown whole, and stay text."""
    filed(desk, words=NASTY[:3000], about_text=NASTY[:200])
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
        casework.note(step, "case1", "&" * 3000)
        case = casework.open_case(step, "case1")
    view = case_views.case(case, desk.reader("hugo"))
    assert check_view(view) == []
    shown = json.dumps(view, ensure_ascii=False)
    assert "<!channel>" not in shown
    assert shown.count("x" * 100) >= 28
    assert shown.count("&amp;") >= 3000


def card(
    state: ConcernState, reader: ReaderState, *, exhausted: bool = False, is_last: bool = False
) -> HandlerCard:
    """Return a card in a state."""
    return HandlerCard(
        "case1", "K7QX-M4DP", state, MONDAY, MONDAY, reader, exhausted=exhausted, is_last=is_last
    )


def every_message(desk: Desk) -> Iterator[tuple[str, Message]]:
    """Give every message there is about a case, in every state."""
    to = desk.reader("hugo")
    for state in ConcernState:
        if state is ConcernState.KEPT:
            continue
        for reader in ReaderState:
            for exhausted in (False, True):
                shown = card(state, reader, exhausted=exhausted)
                name = f"{state}.{reader}.{exhausted}"
                yield f"handler.{name}", notices.for_handler(shown, to)
                yield f"reminder.{name}", notices.reminder(shown, to)
                yield f"act.{name}", notices.act_reminder(shown, to)
                yield f"channel.{name}", notices.channel_card(shown, to)
    filed(desk)
    with desk.step("mira") as step:
        status = reporters.status(step, "case1")
    for state in ConcernState:
        yield f"reporter.{state}", notices.for_reporter(replace(status, state=state), desk.reader("mira"))
        yield f"again.{state}", notices.asked_again(replace(status, state=state), desk.reader("mira"))
    for news in News:
        for readers in (status.readers, ()):
            told = replace(status, news=news, readers=readers, exhausted=True)
            yield f"news.{news}.{len(readers)}", notices.for_reporter(told, desk.reader("mira"))
    last = card(ConcernState.FILED, ReaderState.ASKED, is_last=True)
    yield "last", notices.for_handler(last, to)
    yield "last reminder", notices.reminder(last, to)


def test_every_message_is_neutral(desk: Desk) -> None:
    """A lock screen shows no case, level or name, nor the word concern; Slack accepts each message."""
    for name, message in every_message(desk):
        payload = {"text": message.text, "blocks": list(message.blocks)}
        assert check_message(payload) == [], name
        assert message.text in NEUTRAL, name
        read = [
            text
            for block in message.blocks
            for text in texts_of(
                [block.get("text"), [element.get("text") for element in block.get("elements", [])]]
            )
        ]
        for text in read:
            assert "concern" not in text.casefold(), name
            assert "<@" not in text, name
            assert "level" not in text.casefold(), name


@pytest.mark.parametrize(
    ("name", "state", "reader"),
    [
        ("asked", ConcernState.FILED, ReaderState.ASKED),
        ("holds", ConcernState.ACKNOWLEDGED, ReaderState.HOLDS),
        ("passed", ConcernState.FILED, ReaderState.PASSED),
        ("resolved", ConcernState.RESOLVED, ReaderState.HOLDS),
    ],
)
def test_the_cards(desk: Desk, name: str, state: ConcernState, reader: ReaderState) -> None:
    """The handler's card and the channel's, as they change."""
    shown = card(state, reader)
    golden(f"concerns.handler_{name}", notices.for_handler(shown, desk.reader("hugo")))
    golden(f"concerns.channel_{name}", notices.channel_card(shown, desk.reader("hugo")))


def test_the_reminder_of_the_last_reader(desk: Desk) -> None:
    """It says that nobody is left, also where it asks whether to pass it on."""
    last = card(ConcernState.FILED, ReaderState.ASKED, is_last=True)
    golden("concerns.reminder_last", notices.reminder(last, desk.reader("hugo")))


def test_what_an_outsider_sees(desk: Desk) -> None:
    """Routes and numbers, no reader's name, no field, nothing to send."""
    view = raise_views.intro(raising.for_outsiders(desk.rules.concerns), desk.reader("oskar"))
    golden("concerns.outside", view)
    assert "submit" not in view


def test_what_another_has_at_home(desk: Desk) -> None:
    """Its reference, who has it, and a way to open it."""
    holder = Contact(
        "person-anja", "Anja Petrova", CAST["anja"].slack_id, None, "Europe/Berlin", "en", here=True
    )
    other = replace(card(ConcernState.ACKNOWLEDGED, ReaderState.ASKED), holder=holder)
    parts = notices.at_home(AtHome(raised=(), waiting=(), elsewhere=(other,)), desk.reader("hugo"))
    assert parts.waiting == []
    golden("concerns.home_elsewhere", list(parts.mine))


def test_at_home(desk: Desk) -> None:
    """What waits is a reference and a deadline; what one raised is a reference and a state."""
    filed(desk)
    for handle in ("mira", "hugo"):
        with desk.step(handle, writes=False) as step:
            outcome = concerns.at_home(step)
        parts = notices.at_home(outcome, desk.reader(handle))
        blocks = [*parts.waiting, *parts.mine]
        assert len(blocks) == 1
        assert check_view({"type": "home", "blocks": blocks}) == []
