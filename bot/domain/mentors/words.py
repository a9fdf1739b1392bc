"""Expertise as it is compared: one spelling for what people write in many."""

from __future__ import annotations

import re
import unicodedata

MOST_TYPED = 300
"""Characters of a search that are read; the rest of a very long one adds nothing a person would mean."""

_APOSTROPHES = frozenset("'`\u2018\u2019\u00b4\u02bc")
_KEPT_AFTER_A_LETTER = frozenset("+#")  # C++, C#, F#

# Words that carry no expertise: how people put a question, not what it is about. Never shown to anyone.
FILLER = frozenset(
    """
    a about advice adviser advisor all also an any anybody anyone are around as ask at be being best
    bit by can could do does doing experience experienced expert expertise experts find finding for
    from get getting give good guidance guide have having he hello help helping hi how i id im in
    into is it its just know knowing knowledge knows learn learning like looking me mentor mentoring
    mentors mentorship my need needed needs of on or our people person please really search she
    should skill skills some somebody someone something support talk teach that the their them there
    they thing things this to topic topics us use used using very want wants we what where which who
    whom will with work working would you your
    """.split()  # noqa: SIM905 - a list of one word a line would be two screens long
)
_NEVER_FILLER_ALONE = frozenset({"learning", "mentoring", "mentorship"})
"""Filler within a sentence, but someone may well hold it as a term of its own or as part of one."""


def normalise(text: str) -> str:
    """Return ``text`` as it is compared: case, accents and punctuation gone, one space between words.

    Letters of every script stay; ``C++`` and ``C#`` keep their signs. Doing it twice changes nothing.
    """
    folded = _folded(text)
    kept: list[str] = []
    for character in folded:
        if character in _APOSTROPHES:
            continue
        is_letter = character.isalnum() or unicodedata.category(character) == "Mc"
        is_sign_of_a_name = character in _KEPT_AFTER_A_LETTER and kept and kept[-1] != " "
        if is_letter or is_sign_of_a_name:
            kept.append(character)
        else:
            kept.append(" ")
    return " ".join("".join(kept).split())


def _folded(text: str) -> str:
    # Folding case can give back a mark or a compatibility letter, so it is repeated until nothing moves.
    for _ in range(4):
        plain = unicodedata.normalize("NFKD", text).casefold()
        plain = "".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
        if plain == text:
            break
        text = plain
    return text


def content_words(normalised: str) -> tuple[str, ...]:
    """Return the words that say what it is about, in order, without filler and without repetition."""
    return tuple(dict.fromkeys(word for word in normalised.split() if word not in FILLER))


_ENDINGS = ("ings", "ing", "ers", "ed", "es", "er", "s", "e", "y")
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Return what ``write``, ``writes`` and ``writing`` share, roughly: only to see that words are kin."""
    for ending in _ENDINGS:
        cut = word.removesuffix(ending)
        if cut != word and len(cut) >= _SHORTEST_STEM:
            doubled = len(cut) > _SHORTEST_STEM and cut[-1] == cut[-2] and ending != "s"
            return cut[:-1] if doubled else cut
    return word


def initials(normalised: str) -> str:
    """Return the first letters of a phrase of two to six words; empty for anything else.

    Small words count only where people count them: ``of`` and ``and`` are left out.
    """
    words = [word for word in normalised.split() if word not in {"of", "and", "in", "for", "the", "to", "on"}]
    return "".join(word[0] for word in words) if 2 <= len(words) <= 6 else ""  # noqa: PLR2004 - the docstring's own bounds


_STAYS_IN_FRONT = frozenset(
    {"advice", "guidance", "learning", "people", "skill", "skills", "support", "talk", "teach", "work"}
)
"""Filler that may as well begin what is meant, such as work and life."""


def without_filler(normalised: str) -> str:
    """Return the phrase without how the question was put: ``help me with r please`` is ``r``.

    Only what leads in and trails off goes: filler inside a phrase may belong to a term.
    """
    words = normalised.split()
    while words and words[0] in FILLER - (_STAYS_IN_FRONT if len(words) > 1 else _NEVER_FILLER_ALONE):
        words.pop(0)
    while words and words[-1] in FILLER - _NEVER_FILLER_ALONE:
        words.pop()
    return " ".join(words)


_JOINTS = re.compile(
    r"\s*(?:[,;\n\r|]+"  # signs that list
    r"|(?<=\s)[&/+](?=\s)"  # signs that join, standing alone
    r"|(?:(?<=\s)|^)(?:and|with|plus|or|as well as)(?=\s|$))\s*",
    re.IGNORECASE,
)


def pieces(typed: str) -> list[tuple[int, int]]:
    """Return where ``typed`` might be cut into needs: the spans between commas, ``and``, ``with``."""
    spans, start = [], 0
    for joint in _JOINTS.finditer(typed):
        if joint.start() > start:
            spans.append((start, joint.start()))
        start = joint.end()
    if start < len(typed):
        spans.append((start, len(typed)))
    return spans
