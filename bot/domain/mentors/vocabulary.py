"""The vocabulary of distinct expertise terms, and what a searched need has to do with each of them.

Everything is compared with terms, of which there are thousands, never with mentors. Each piece of evidence
keeps its kind, so that an answer can say why. The order of kinds and their weights follow what was measured
on labelled queries: exact, alias, initials, spelling, whole phrase, shared words. A loose similarity of
phrases (``WRatio``) is not used: it finds ``array`` for ``r`` and ``antitrust`` for ``rust``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.domain.mentors.words import FILLER, content_words, initials, normalise, stem

SHORT_WORD = 6
"""A word shorter than this may have one slip, a longer one two."""
SHORTEST_FIXED = 4
"""Words shorter than this are never taken for a slip of another: ``go`` is not ``do``."""
PHRASE_CUTOFF = 86.0
NEAR_CUTOFF = 55.0
SHORTEST_PHRASE = 5
SHORTEST_PREFIX = 4
PREFIX_SHARE = 0.8
SHARED_ENOUGH = 0.5
SHORTEST_CONTAINED = 3
CONTAINED_ENOUGH = 0.2


class EvidenceKind(StrEnum):
    """Why a term answers a need, strongest first."""

    EXACT = "exact"
    NAME = "name"
    ALIAS = "alias"
    INITIALS = "initials"
    SPELLING = "spelling"
    PHRASE = "phrase"
    WORDS = "words"


WEIGHT = {
    EvidenceKind.EXACT: 1.0,
    EvidenceKind.NAME: 1.0,
    EvidenceKind.ALIAS: 0.96,
    EvidenceKind.INITIALS: 0.9,
    EvidenceKind.SPELLING: 0.85,
    EvidenceKind.PHRASE: 0.8,
    EvidenceKind.WORDS: 0.7,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One distinct term: as compared, as most people write it, and how many offered mentors hold it."""

    key: str
    label: str
    held_by: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One term that answers a need: why, and how strongly (0 to 1)."""

    kind: EvidenceKind
    term: Term
    weight: float


class _Add(Protocol):
    """How evidence is gathered: kind, the term's key, and a share of the kind's weight."""

    def __call__(self, kind: EvidenceKind, key: str, share: float = 1.0) -> None: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What the vocabulary knows about one need: answers, and terms the person may have meant instead."""

    evidence: tuple[Evidence, ...]
    meant: tuple[Term, ...] = ()


class Vocabulary:
    """Made once for a directory's terms; looking up changes nothing but its memory of recent needs."""

    def __init__(
        self,
        terms: Iterable[Term],
        aliases: Iterable[Sequence[str]] = (),
        ordinary: Collection[str] = (),
    ) -> None:
        """Take the terms, groups of names that mean the same, and ordinary words of the language.

        A typed word that is ordinary is no slip: a term one letter away is offered as "did you mean" only.
        """
        self.terms: dict[str, Term] = {term.key: term for term in terms}
        self._ordinary = ordinary
        self._keys = list(self.terms)
        self._joined: dict[str, str] = {}
        self._initials: dict[str, list[str]] = defaultdict(list)
        self._word_terms: dict[str, list[str]] = defaultdict(list)
        self._stem_terms: dict[str, list[str]] = defaultdict(list)
        for key in self._keys:
            self._joined.setdefault(key.replace(" ", ""), key)
            if short := initials(key):
                self._initials[short].append(key)
            for word in set(key.split()):
                self._word_terms[word].append(key)
            for word in {stem(word) for word in key.split()}:
                self._stem_terms[word].append(key)
        self._groups: dict[str, tuple[str, ...]] = {}
        for names in aliases:
            group = tuple(dict.fromkeys(filter(None, map(normalise, names))))
            for name in group:
                self._groups[name] = tuple(dict.fromkeys([*self._groups.get(name, ()), *group]))
        for name in self._groups:
            for word in name.split():
                self._word_terms.setdefault(word, [])
        self._words_by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._word_terms:
            self._words_by_length[len(word)].append(word)
        self._unknown = math.log(1 + max(1, len(self._keys)))
        self.lookup = lru_cache(maxsize=2048)(self._lookup)

    def most_held(self, most: int) -> tuple[Term, ...]:
        """Return the terms most mentors hold: what areas there are."""
        held = (term for term in self.terms.values() if term.held_by)
        return tuple(sorted(held, key=lambda term: (-term.held_by, term.label))[:most])

    def knows(self, need: str) -> bool:
        """Tell whether a normalised phrase is one term: as written, by an alias, or with a slip put right."""
        if self._certain(need):
            return True
        if " " not in need:
            return False
        fixed, slips = self._without_slips(need)
        return bool(slips) and not any(self._is_ordinary(slip) for slip in slips) and self._certain(fixed)

    def _certain(self, need: str) -> bool:
        return need in self.terms or any(name in self.terms for name in self._groups.get(need, ()))

    def near(self, need: str, most: int) -> tuple[Term, ...]:
        """Return terms that look a little like a need that found nothing: an offer, never an answer."""
        if len(need) < SHORTEST_PHRASE:
            return ()
        found = process.extract(need, self._keys, scorer=fuzz.ratio, score_cutoff=NEAR_CUTOFF, limit=most * 4)
        held = (self.terms[key] for key, _, _ in found)
        return tuple(term for term in held if term.held_by)[:most]

    def _lookup(self, need: str) -> Answered:
        """Return the evidence for one normalised need, strongest first."""
        best: dict[str, Evidence] = {}

        def add(kind: EvidenceKind, key: str, share: float = 1.0) -> None:
            term = self.terms.get(key)
            if term is None:
                return
            evidence = Evidence(kind, term, round(WEIGHT[kind] * share, 4))
            if key not in best or best[key].weight < evidence.weight:
                best[key] = evidence

        for key in self._same(need):
            add(EvidenceKind.EXACT, key)
        for name in self._groups.get(need, ()):
            add(EvidenceKind.ALIAS, name)
        self._add_initials(need, add)
        meant = [*self._add_spelling(need, add), *self._add_alike(need, add)]
        ordered = sorted(best.values(), key=lambda e: (-e.weight, -e.term.held_by, e.term.key))
        also = [self.terms[key] for key in dict.fromkeys(meant) if key in self.terms and key not in best]
        return Answered(tuple(ordered), tuple(also[:3]))

    def _add_spelling(self, need: str, add: _Add) -> list[str]:
        """Add what the need is with its slips put right; return terms that may have been meant instead."""
        fixed, slips = self._without_slips(need)
        doubtful = any(self._is_ordinary(slip) for slip in slips)
        fixes = [*self._same(fixed), *self._groups.get(fixed, ())] if slips else []
        for key, share in self._sharing_words(need if doubtful else fixed):
            add(EvidenceKind.WORDS, key, share)
        if doubtful:
            return [*fixes, *(key for key, _ in self._sharing_words(fixed))]
        for key in fixes:
            add(EvidenceKind.SPELLING, key)
        return []

    def _add_alike(self, need: str, add: _Add) -> list[str]:
        """Add terms that read almost the same; return those that differ in a word of its own meaning."""
        meant = []
        for key, score in self._alike(need):
            if self._differs_in_ordinary_words(need, key):
                meant.append(key)
            else:
                add(EvidenceKind.PHRASE, key, score / 100)
        return meant

    def _same(self, need: str) -> list[str]:
        if need in self.terms:
            return [need]
        joined = self._joined.get(need.replace(" ", ""))
        return [joined] if joined is not None and len(need) >= SHORTEST_PHRASE else []

    def _add_initials(self, need: str, add: _Add) -> None:
        # Several terms may share initials: more of them follow in the order of how many people hold them.
        if " " not in need and 2 <= len(need) <= SHORT_WORD and need not in FILLER:  # noqa: PLR2004 - one letter names too much
            keys = sorted(self._initials.get(need, ()), key=lambda key: -self.terms[key].held_by)
            for place, key in enumerate(keys):
                add(EvidenceKind.INITIALS, key, 1 - min(place, 5) * 0.02)
        short = initials(need)
        if short:
            add(EvidenceKind.INITIALS, short)

    def _is_ordinary(self, word: str) -> bool:
        if word in self._ordinary:
            return True
        for ending, instead in (
            ("s", ""),
            ("es", ""),
            ("d", ""),
            ("ed", ""),
            ("ing", ""),
            ("ing", "e"),
            ("ly", ""),
        ):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= SHORTEST_FIXED - 1 and stem + instead in self._ordinary:
                return True
        return False

    def _without_slips(self, need: str) -> tuple[str, tuple[str, ...]]:
        """Return the need with each unknown word set to the nearest known, and the words so changed."""
        words, slips = [], []
        for word in need.split():
            nearest = word if word in self._word_terms or word in FILLER else self._nearest(word)
            words.append(nearest or word)
            if nearest is not None and nearest != word:
                slips.append(word)
        return " ".join(words), tuple(slips)

    def _nearest(self, word: str) -> str | None:
        if len(word) < SHORTEST_FIXED or any(character.isdigit() for character in word):
            return None
        slips = 1 if len(word) < SHORT_WORD else 2
        candidates = [
            candidate
            for length in range(len(word) - slips, len(word) + slips + 1)
            for candidate in self._words_by_length.get(length, ())
            if length >= SHORTEST_FIXED
        ]
        found = process.extract(
            word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=None, processor=None
        )
        # People rarely get the first letter wrong: a different one counts as one slip more.
        allowed = [
            (distance + (candidate[0] != word[0]), -len(self._word_terms[candidate]), candidate)
            for candidate, distance, _ in found
            if distance + (candidate[0] != word[0]) <= slips
        ]
        return min(allowed)[2] if allowed else None

    def _alike(self, need: str) -> list[tuple[str, float]]:
        if len(need) < SHORTEST_PHRASE:
            return []
        found = process.extract(need, self._keys, scorer=fuzz.ratio, score_cutoff=PHRASE_CUTOFF, limit=20)
        return [(key, score) for key, score, _ in found if key != need]

    def _differs_in_ordinary_words(self, need: str, key: str) -> bool:
        typed, held = set(need.split()), set(key.split())
        only_typed = typed - held
        # A word more or less (a plural, an "s") is no other word; a known word in another's place is.
        return any(
            (self._is_ordinary(word) or word in self._word_terms)
            and not any(other.startswith(word) or word.startswith(other) for other in held - typed)
            for word in only_typed
        )

    def _idf(self, stemmed: str) -> float:
        held = len(self._stem_terms.get(stemmed, ()))
        return math.log(1 + len(self._keys) / held) if held else self._unknown

    def _sharing_words(self, need: str) -> list[tuple[str, float]]:
        words = tuple(dict.fromkeys(map(stem, content_words(need) or need.split())))
        if not words:
            return []
        shared: dict[str, float] = defaultdict(float)
        asked = sum(map(self._idf, words))
        for word in words:
            for key in self._stem_terms.get(word, ()):
                shared[key] += self._idf(word)
            if word not in self._stem_terms and len(word) >= SHORTEST_PREFIX:
                for key in self._beginning_with(word):
                    shared[key] += self._unknown * PREFIX_SHARE
        found = []
        for key, weight in shared.items():
            of_need = min(1.0, weight / asked)
            theirs = sum(map(self._idf, dict.fromkeys(map(stem, content_words(key) or key.split()))))
            of_term = min(1.0, weight / theirs) if theirs else 0.0
            contained = (
                of_term > 0.99 and of_need >= CONTAINED_ENOUGH and len(key) >= SHORTEST_CONTAINED  # noqa: PLR2004 - all of it, but for rounding
            )
            if of_need > SHARED_ENOUGH or contained:
                found.append((key, 0.7 * of_need + 0.3 * of_term))
        return sorted(found, key=lambda item: -item[1])[:50]

    def _beginning_with(self, word: str) -> set[str]:
        longer = (w for w in self._stem_terms if len(w) > len(word) and w.startswith(word))
        return {key for w in longer for key in self._stem_terms[w]}


def labelled(holders: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for each term the label most of its holders write; among equals the one first in order."""
    return {
        key: min(set(labels), key=lambda label: (-labels.count(label), label))
        for key, labels in holders.items()
    }
