"""The words typed after /mentorship."""

from __future__ import annotations

import pytest

from bot.domain.mentorship import meant

WORDS = ["agreement", "digest", "help", "profile", "programme", "start"]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("profle", "profile"),
        ("PROFIEL", "profile"),
        ("agrement", "agreement"),
        ("hlep", "help"),
        ("program", "programme"),
        ("banana", None),
        ("", None),
        ("\u202e\u202e", None),
        ("help" * 2500, None),
    ],
)
def test_a_typing_error_finds_its_word(typed: str, word: str | None) -> None:
    """Small errors are understood; something else entirely is not guessed at."""
    assert meant(typed, WORDS) == word
