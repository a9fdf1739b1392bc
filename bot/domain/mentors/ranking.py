"""Which mentors answer the needs best: evidence about terms turned into people, in a fair order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.mentors.index import Index
from bot.domain.mentors.vocabulary import Evidence, EvidenceKind, Term

WINDOW = 200
"""How many of the best candidates are looked at closely, however large the directory."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is shown for a need: the need as compared, and what of theirs answers it, and how."""

    need: str
    kind: EvidenceKind
    term: Term


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who answers at least one need; ``score`` sums the best evidence of each."""

    person_id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What came of the needs: candidates best first, needs nobody answers, and what may have been meant."""

    candidates: tuple[Candidate, ...]
    unmet: tuple[str, ...]
    meant: tuple[Term, ...]


def search(index: Index, needs: Sequence[str], not_offered: Collection[str], seed: str) -> Searched:
    """Return who answers these normalised needs. Equal evidence is put in an order drawn by ``seed``.

    One need stops as soon as enough people are found; several needs sum the best evidence of each.
    """
    found: dict[str, dict[str, Reason]] = defaultdict(dict)
    scores: dict[str, float] = defaultdict(float)
    unmet: list[str] = []
    meant: list[Term] = []
    alone = len(needs) == 1
    for need in needs:
        answered = index.vocabulary.lookup(need)
        evidence = [*_names(index, need), *answered.evidence]
        best: dict[str, tuple[float, Reason]] = {}
        for weight, people in _by_weight(index, need, evidence):
            for person_id, reason in people:
                if person_id not in not_offered and person_id not in best:
                    best[person_id] = (weight, reason)
            if alone and len(best) >= WINDOW:
                break
        if not evidence:
            unmet.append(need)
        meant.extend(term for term in answered.meant if term not in meant)
        for person_id, (weight, reason) in best.items():
            scores[person_id] += weight
            found[person_id][need] = reason
    ordered = sorted(scores, key=lambda person_id: (-round(scores[person_id], 3), draw(seed, person_id)))
    return Searched(
        tuple(
            Candidate(person_id, scores[person_id], tuple(found[person_id].values()))
            for person_id in ordered[:WINDOW]
        ),
        tuple(unmet),
        tuple(meant[:3]),
    )


def draw(seed: str, person_id: str) -> bytes:
    """Return somebody's lot under ``seed``: repeatable, and in favour of nobody's place in the alphabet."""
    return hashlib.blake2b(f"{seed}:{person_id}".encode(), digest_size=8).digest()


def _names(index: Index, need: str) -> list[Evidence]:
    return [
        Evidence(EvidenceKind.NAME, Term(f"person:{person_id}", index.entries[person_id].name, 1), 1.0)
        for person_id in index.bearing(need)
        if person_id in index.terms_of
    ]


def _by_weight(
    index: Index, need: str, evidence: Iterable[Evidence]
) -> Iterable[tuple[float, list[tuple[str, Reason]]]]:
    """Give who is found, all of one weight together, the strongest first."""
    levels: dict[float, list[tuple[str, Reason]]] = defaultdict(list)
    for piece in evidence:
        reason = Reason(need, piece.kind, piece.term)
        holders = (
            (piece.term.key.removeprefix("person:"),)
            if piece.kind is EvidenceKind.NAME
            else index.holders.get(piece.term.key, ())
        )
        levels[piece.weight].extend((person_id, reason) for person_id in holders)
    yield from sorted(levels.items(), key=lambda level: -level[0])
