"""What somebody typed, cut into the needs it names."""

from __future__ import annotations

from bot.domain.mentors.vocabulary import Vocabulary
from bot.domain.mentors.words import MOST_TYPED, content_words, normalise, pieces, without_filler

MOST_NEEDS = 6


def cut_into_needs(vocabulary: Vocabulary, typed: str) -> tuple[str, ...]:
    """Return the normalised needs in what somebody typed; none when it holds no word at all."""
    return tuple(as_typed(vocabulary, typed))


def as_typed(vocabulary: Vocabulary, typed: str) -> dict[str, str]:
    """Return each normalised need in what somebody typed, with its own words as they were typed.

    It is cut at commas, ``and``, ``with``; but what together is one term (``health and safety``) stays whole.
    """
    typed = typed[:MOST_TYPED]
    whole = normalise(typed)
    if not whole:
        return {}
    if vocabulary.knows(whole):
        return {whole: _own_words(typed, whole)}
    spans = pieces(typed)
    needs: dict[str, str] = {}
    first = 0
    while first < len(spans) and len(needs) < MOST_NEEDS:
        taken = 1
        need = without_filler(normalise(typed[slice(*spans[first])]))
        for last in range(len(spans) - 1, first, -1):
            joined = without_filler(normalise(typed[spans[first][0] : spans[last][1]]))
            if vocabulary.knows(joined):
                need, taken = joined, last - first + 1
                break
        if content_words(need) or vocabulary.knows(need):
            words = typed[spans[first][0] : spans[first + taken - 1][1]]
            needs.setdefault(need, _own_words(words, need))
        first += taken
    return needs


def _own_words(typed: str, need: str) -> str:
    """Return the words of ``typed`` that say the need, without how the question was put."""
    words = typed.split()
    while len(words) > 1 and without_filler(normalise(" ".join(words[1:]))) == need:
        words.pop(0)
    while len(words) > 1 and without_filler(normalise(" ".join(words[:-1]))) == need:
        words.pop()
    return " ".join(words)
