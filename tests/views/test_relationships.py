"""Relationships as Slack is given them."""

from __future__ import annotations

from bot.domain import relationships
from bot.domain.relationships import Why
from bot.store.relationships import Kind
from bot.views import relationships as views
from bot.views.home import show
from tests.cast import Desk
from tests.pairs import together
from tests.views.golden import golden
from tests.views.test_home import frame


def ended(desk: Desk, who: str, kind: Kind = Kind.MENTOR) -> tuple[relationships.Ended, relationships.Ended]:
    """Let one of a pair end it; return what they read, and what the other does."""
    pair = together(desk, "tomas", "mira", kind=kind)
    other = {"mira": "tomas", "tomas": "mira"}[who]
    with desk.step(who) as step:
        said = relationships.finish(step, pair)
        news = relationships.ended_for(step, pair, why=Why.ENDED, by=step.by, reader_id=desk.id(other))
    assert news is not None
    return said, news


def test_what_both_sides_read(desk: Desk) -> None:
    """Who ended it sees that it is done; the other that it has ended, and no reason."""
    said, news = ended(desk, "tomas")
    golden("relationships.finished", views.finished(said, desk.reader("tomas")))
    golden("relationships.ended", views.ended(news, desk.reader("mira")))


def test_what_an_advisor_reads(desk: Desk) -> None:
    """The advising goes on; the notification alone says nothing of it."""
    _, news = ended(desk, "mira", Kind.ADVISOR)
    shown = views.ended(news, desk.reader("tomas"))
    golden("relationships.ended_advisor", shown)
    assert "ended" not in shown.text


def test_home_asks_before_it_ends(desk: Desk) -> None:
    """Each relationship stands on Home with a button whose question fits what Slack shows."""
    together(desk, "tomas", "mira", kind=Kind.CO_ADVISOR)
    together(desk, "ines", "mira")
    with desk.step("mira", writes=False) as step:
        outcome = relationships.at_home(step)
    assert outcome is not None
    reader = desk.reader("mira")
    golden("relationships.home", show(frame(), [views.at_home(outcome, reader)], reader))
    for button in [block["accessory"] for block in views.at_home(outcome, reader).mine]:
        assert not button["confirm"]["text"]["text"].endswith("…")
