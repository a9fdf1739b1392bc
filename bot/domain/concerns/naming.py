"""Whether words somebody typed may mean one of a few people: compared with their names, with nothing else.

Pure, and rather too careful: a wrong guess costs the reporter one more sentence, a miss lets somebody read
about themselves.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA

TITLES = frozenset({"dr", "prof", "professor", "phd", "md", "msc", "mba", "jr", "sr", "ma", "dipl", "ing"})
LEAST_LETTERS = 3
"""A last name of fewer letters is also a common word: only the whole name counts then."""
LONG_ENOUGH_FOR_A_SLIP = 6
"""From so many letters on, one wrong, missing or swapped letter still means the same last name."""
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_SPELT_OUT = re.compile("([aou])e")
_WORD = re.compile(r"[^\W\d_]+")


def may_mean(text: str, name: str) -> bool:
    """Tell whether ``text`` may mean the person called ``name``.

    It does when it holds the whole name in any order, the last name (with one slip, if it is a long one), or
    nothing but parts of the name.
    """
    said, parts = _words(text), _words(name)
    if not said or not parts:
        return False
    if set(parts) <= set(said) or set(said) <= set(parts):
        return True
    whole = "".join(parts)
    if not whole.isascii() and whole in "".join(said):
        return True  # a script that puts no spaces between words
    last = _last(name, parts)
    return len(last) >= LEAST_LETTERS and any(_same(word, last) for word in said)


def _words(text: str) -> list[str]:
    """Return the words of a text without case, accents, digits and titles; umlauts spelt either way."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_UNDECOMPOSED)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for word in _WORD.findall(_SPELT_OUT.sub(r"\1", plain)) if word not in TITLES]


def _last(name: str, parts: list[str]) -> str:
    """Return the last name: before a comma if one divides the name, else the last word."""
    before, _, after = name.partition(",")
    family = _words(before)
    return family[-1] if family and _words(after) else parts[-1]


def _same(word: str, last: str) -> bool:
    slip = 1 if len(last) >= LONG_ENOUGH_FOR_A_SLIP else 0
    return OSA.distance(word, last, score_cutoff=slip) <= slip
