"""Several things in one message: what they look like, and that a press changes its own part alone."""

from __future__ import annotations

from bot.domain import examples
from bot.domain.relationships import Ended, Why
from bot.store.relationships import Kind
from bot.views import relationships
from bot.views.blocks import Block, actions, button, divider, section
from bot.views.together import together, with_part
from tests.cast import Desk
from tests.views.golden import golden


def row(n: int) -> Block:
    """Return a row with one button, named as Slack names it."""
    return actions(button("Press", "some.action", value=str(n)), block_id=f"row-{n}")


def test_a_press_changes_its_own_part_alone() -> None:
    """The title and the other parts stay as they are, with their buttons."""
    shown = together("Note", "Three", [[section(str(n)), row(n)] for n in range(3)], "Small").blocks
    after = with_part(shown, "row-1", [section("done")])
    assert after == [
        section("Three"),
        *(divider(), section("0"), row(0)),
        *(divider(), section("done")),
        *(divider(), section("2"), row(2)),
        *(divider(), shown[-1]),
    ]


def test_what_says_one_thing_is_replaced_as_a_whole() -> None:
    """A message without parts has none to keep; a press that belongs to none changes nothing."""
    assert with_part([section("One"), row(1)], "row-1", [section("done")]) is None
    assert with_part([], "row-1", [section("done")]) is None
    shown = together("Note", "Two", [[row(0)], [row(1)]]).blocks
    assert with_part(shown, "another", [section("done")]) == shown


def test_several_ends(desk: Desk) -> None:
    """Who ended it stands for each; what to do about an advisor is said once, where one of them was."""
    ends = [
        Ended(why, kind, examples.somebody(name), (), open_places=2)
        for why, kind, name in (
            (Why.ENDED, Kind.ADVISOR, examples.COUNTERPART),
            (Why.LEFT, Kind.MENTOR, examples.ANOTHER),
        )
    ]
    golden("relationships.several_ended", relationships.several_ended(ends, desk.reader("tomas")))
