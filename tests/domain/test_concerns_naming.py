"""Whether words about somebody may mean one of those who would read them."""

from __future__ import annotations

import pytest

from bot.domain.concerns import raising
from bot.domain.concerns.naming import may_mean
from bot.errors import Refusal
from tests.cast import CAST, Desk
from tests.domain.test_concerns import draft, raise_it


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hugo Brandstetter", "Hugo Brandstetter"),
        ("my advisor, prof. BRANDSTETTER", "Hugo Brandstetter"),
        ("Brandstetter, Hugo", "Hugo Brandstetter"),
        ("hugo.brandstetter@example.org", "Hugo Brandstetter"),
        ("Brandsteter's lab", "Hugo Brandstetter"),
        ("Hugo", "Hugo Brandstetter"),
        ("Jurgen Muller", "Jürgen Müller"),
        ("Herr Mueller", "Jürgen Müller"),
        ("Søren Ostergaard", "Søren Østergård-Ostergaard"),
        ("Petrova", "Petrova, Anja"),
        ("it is Brandt", "Hugo Brandt, PhD"),
        ("王小明老师", "王小明"),
        ("Li An from the lab", "An Li"),
    ],
)
def test_words_that_may_mean_a_reader(text: str, name: str) -> None:
    """The whole name, the last name, parts of it alone; spelt without accents, turned round, with a slip."""
    assert may_mean(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my advisor", "Hugo Brandstetter"),
        ("Hugo from the lab next door", "Hugo Brandstetter"),
        ("somebody like Anna", "An Li"),
        ("the professor", "Prof. Hugo Brandt"),
        ("", "Hugo Brandt"),
        ("Hugo Brandt", ""),
    ],
)
def test_words_that_mean_somebody_else(text: str, name: str) -> None:
    """A first name among other words, a title, or part of another word is nobody's name."""
    assert not may_mean(text, name)


def test_a_reader_named_in_free_text_is_asked_about_and_does_not_read(desk: Desk) -> None:
    """The reporter says whether that reader is meant: chosen above, they are passed over."""
    with desk.step("mira") as step:
        shown = raising.blank(step, draft(about_slack_id="", about_text="Dr Brandt"))
    with pytest.raises(Refusal) as refused, desk.step("mira") as step:
        raising.file(step, shown.draft)
    assert refused.value.field == "about_text"
    assert refused.value.values["name"] == "Hugo Brandt"
    assert desk.outbox() == []
    raise_it(desk, about_slack_id=CAST["hugo"].slack_id, about_text="Dr Brandt")
    assert desk.id("hugo") not in {row.recipient_id for row in desk.outbox()}
