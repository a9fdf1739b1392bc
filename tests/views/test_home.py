"""Home as each role sees it, and within what Slack shows."""

from __future__ import annotations

import json

from bot.domain.home import Frame
from bot.store.accounts import ProgrammeOfCaller
from bot.store.people import Role
from bot.store.programmes import ProgrammeState
from bot.views import concerns
from bot.views import home as views
from bot.views.blocks import Block, HomeParts, actions, button, context, section
from tests.cast import PROGRAMME_ID, Desk
from tests.views.golden import golden


def frame(*roles: Role, started: bool = True, more: tuple[str, ...] = ()) -> Frame:
    """Return the frame of Home for somebody with these roles, in ``more`` programmes besides."""

    def programme(programme_id: str, name: str) -> ProgrammeOfCaller:
        return ProgrammeOfCaller(
            id=programme_id,
            name=name,
            state=ProgrammeState.RUNNING,
            roles=frozenset(roles),
            started=started,
        )

    shown = programme(PROGRAMME_ID, "Research Mentoring")
    return Frame(
        shown=shown,
        all=(shown, *(programme(name.lower(), name) for name in more)),
        goals=("Everyone finds a mentor & may have <several>.",),
        principles=("Either side may end at any time.",),
    )


def test_before_the_start_a_member_reads_one_sentence(desk: Desk) -> None:
    """A member is told that nothing is needed yet, what the programme is for, and can raise a concern."""
    shown = views.show(frame(Role.MENTEE, started=False), [], desk.reader("mira"))
    golden("home.not_started", shown)
    assert "Waiting for you" not in json.dumps(shown)


def test_a_lead_has_all_of_home_before_the_start(desk: Desk) -> None:
    """Whoever starts the programme needs Home for it."""
    assert "Waiting for you" in json.dumps(
        views.show(frame(Role.LEAD, started=False), [], desk.reader("lena"))
    )


def test_home_with_something_in_every_place(desk: Desk) -> None:
    """What waits comes first, then what is one's own, then what can be done, then what it is all for."""
    parts = [
        HomeParts(waiting=[section("Tomás asked you"), actions(button("Answer", "test.answer"))]),
        HomeParts(mine=[section("Your mentor: Tomás")], next=[button("Find a mentor", "test.find")]),
    ]
    golden("home.full", views.show(frame(Role.MENTEE, Role.MENTOR), parts, desk.reader("mira")))


def test_several_programmes_can_be_chosen(desk: Desk) -> None:
    """Somebody in two programmes sees which one this is, and can change it."""
    golden(
        "home.several", views.show(frame(Role.MENTEE, more=("Teaching Mentoring",)), [], desk.reader("mira"))
    )


def test_home_stays_within_what_slack_shows(desk: Desk) -> None:
    """Hundreds of entries are cut, and it says how many more there are; the way to help stays."""
    entry: list[Block] = [
        section("Somebody asked you"),
        actions(button("Answer", "test.answer")),
        context("-"),
    ]
    parts = [
        HomeParts(
            waiting=entry * 70,
            mine=[section("Yours")] * 200,
            next=[button(f"Do {n}", f"test.do{n}") for n in range(60)],
        )
    ]
    shown = views.show(frame(Role.LEAD), parts, desk.reader("lena"))
    golden("home.crowded", shown)
    assert len(shown["blocks"]) <= 100
    assert concerns.OPEN in json.dumps(shown)
    said = json.dumps(shown, ensure_ascii=False)
    kept = said.count("Somebody asked you")
    assert f"… and {70 - kept} more" in said
    assert f"… and {200 - said.count('Yours') + 1} more" in said  # the title is “Yours” too


def test_a_button_two_nouns_bring_is_there_once(desk: Desk) -> None:
    """Slack refuses a row in which two buttons have one action."""
    parts = [
        HomeParts(next=[button("Find", "test.find")]),
        HomeParts(next=[button("Find more", "test.find")]),
    ]
    assert json.dumps(views.show(frame(Role.MENTEE), parts, desk.reader("mira"))).count("test.find") == 1
