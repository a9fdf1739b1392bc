"""The guideline on concerns as configuration: what is refused, with the line, and what is not yet live."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.guidelines.concerns import ConcernRules
from bot.guidelines.reading import read

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = REPOSITORY / "config" / "guidelines.toml"
STORY = REPOSITORY / "story" / "guidelines.toml"


def test_the_shipped_guideline_is_not_live() -> None:
    """Nobody goes live by accident: the shipped file is approved by nobody and names no handlers."""
    assert read(SHIPPED, ConcernRules).missing() == ("approval", "handlers")


def test_the_guideline_of_the_story_is_live_and_says_that_it_is_pretend() -> None:
    """The demo can show concerns, and nobody could take its approval for a real one."""
    rules = read(STORY, ConcernRules)
    assert rules.missing() == ()
    assert "pretend" in rules.approval.office
    assert "pretend" in rules.approval.name


def test_two_handlers_of_one_line_do_not_make_it_live() -> None:
    """A recusal needs somebody from another reporting line."""
    rules = read(STORY, ConcernRules)
    line = rules.handlers[0].reporting_line
    one_line = tuple(handler.model_copy(update={"reporting_line": line}) for handler in rules.handlers)
    assert rules.model_copy(update={"handlers": one_line}).missing() == ("handlers",)


def test_without_an_outside_route_it_is_not_live() -> None:
    """Whoever cannot turn to anybody here must be shown somewhere else to go."""
    assert read(STORY, ConcernRules).model_copy(update={"routes": ()}).missing() == ("routes",)


def test_lines_and_conflicts_are_found_by_email_in_any_case() -> None:
    """An e-mail is the same e-mail however it is written."""
    rules = read(STORY, ConcernRules)
    assert rules.line_of("HUGO@riverside.example") == "Graduate Office"
    assert rules.line_of("nobody@riverside.example") == ""
    assert rules.line_of(None) == ""
    assert rules.conflicts_of("hugo@riverside.example") == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sees = ["handler"]\n\n[[levels]]\nlevel = 2', "\n\n[[levels]]\nlevel = 2", "add sees"),
        ("acknowledge = { working_hours = 4 }", "", "add acknowledge"),
        ('sees = ["handler", "alternate"]', 'sees = ["handler", "handler"]', "only once"),
        ('roles = ["handler", "alternate", "lead"]', 'roles = ["handler"]', "not in ladder.roles"),
        ("level = 4", "level = 3", "levels 0, 1, 2, 3 and 4"),
        ("It would go to {names}", "It would go to {who}", "{names}"),
        ("days = [30, 90]", "days = [90, 30]", "rising"),
        ("working_hours = 4 }\nact", "working_hours = 4, working_days = 1 }\nact", "either"),
        ("shows_level = false", "shows_levels = false", "not known here"),
        ('email = "hugo@riverside.example"', 'email = "anja@riverside.example"', "only once"),
        ('address = "https://riverside.example/ombuds"', "", "address or a phone"),
    ],
)
def test_contradictions_are_refused_where_they_stand(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A guideline that could leave somebody alone is refused at start, with file and line."""
    text = STORY.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "guidelines.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        read(path, ConcernRules)
    assert says in str(refused.value)
    assert f"{path}:" in str(refused.value)
