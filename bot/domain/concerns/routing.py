"""Who would read a concern: pure, and so that no one can get it wrong by accident.

Passed over are the one named, whoever the reporter struck out, the reporter, everyone who declared a conflict
of interest with either, and everyone in the reporting line of the one named where it is known. The order
hangs on no case: anybody may look at it, the one named in a case too, and must not learn from it that
somebody has something to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.store.people import Role


@dataclass(frozen=True)
class Candidate:
    """Somebody who may handle concerns in this programme."""

    person_id: str
    role: Role
    email: str = ""
    line: str = ""
    """Reporting line; empty where it is not known."""
    conflicts: frozenset[str] = frozenset()
    """E-mails (lower case) of people about whom, or from whom, they must not read."""
    away: bool = False
    """On leave today: asked after everybody who is here."""


@dataclass(frozen=True)
class Avoid:
    """Who and what must be passed over."""

    people: frozenset[str] = frozenset()
    """Person ids: the reporter, the ones named, the ones struck out."""
    emails: frozenset[str] = frozenset()
    """E-mails (lower case) of the reporter and of the ones named, for declared conflicts."""
    lines: frozenset[str] = frozenset()
    """Reporting lines of the ones named."""

    def passes_over(self, candidate: Candidate) -> bool:
        """Tell whether somebody must not read this."""
        return (
            candidate.person_id in self.people
            or bool(candidate.email and candidate.email in self.emails)
            or bool(candidate.conflicts & self.emails)
            or bool(candidate.line and candidate.line in self.lines)
        )


@dataclass(frozen=True)
class Plan:
    """Who reads at once (the first is responsible), and who is asked next if nobody answers."""

    at_once: tuple[Candidate, ...]
    then: tuple[Candidate, ...]

    @property
    def everyone(self) -> tuple[Candidate, ...]:
        """Return all who could come to read it, in the order they would be asked."""
        return (*self.at_once, *self.then)

    def fingerprint(self, level: int | None) -> str:
        """Return a short mark of what the reporter was shown: who reads it, and at which level."""
        seen = [str(level), *(c.person_id for c in self.at_once), "then", *(c.person_id for c in self.then)]
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]


def lines_of_handlers(candidates: Iterable[Candidate]) -> frozenset[str]:
    """Return the known reporting lines of handlers and alternates; concerns need two of them."""
    handling = {Role.HANDLER, Role.ALTERNATE}
    return frozenset(one.line for one in candidates if one.role in handling and one.line)


def ladder(
    candidates: Iterable[Candidate], roles: Sequence[str], avoid: Avoid, seed: str
) -> tuple[Candidate, ...]:
    """Return who may be asked, in order: by role as the guideline has it, then as ``seed`` shuffles them.

    Whoever is on leave comes after all who are here.

    The same seed gives the same order always; different seeds spread the work over a role. Somebody with
    several roles stands where the first of them puts them.
    """
    rank = {role: position for position, role in enumerate(roles)}
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.role not in rank or avoid.passes_over(candidate):
            continue
        known = best.get(candidate.person_id)
        if known is None or rank[candidate.role] < rank[known.role]:
            best[candidate.person_id] = candidate
    return tuple(sorted(best.values(), key=lambda c: (c.away, rank[c.role], _shuffled(seed, c.person_id))))


def plan(
    candidates: Iterable[Candidate], *, roles: Sequence[str], sees: Sequence[str], avoid: Avoid, seed: str
) -> Plan:
    """Return who reads a concern of a level whose readers from the start are ``sees``; ``seed`` as in ladder.

    The first place is never empty while somebody is left on the ladder. A second reader from the start is
    independent of the first: of another reporting line, as far as both are known. With nobody in ``sees``
    nobody reads it.
    """
    if not sees:
        return Plan((), ())
    order = ladder(candidates, roles, avoid, seed)
    at_once: list[Candidate] = []
    for role in sees:
        for candidate in order:
            independent = all(not c.line or c.line != candidate.line for c in at_once)
            here = not candidate.away or order[0].away  # those away come last: then nobody else is left
            if candidate.role == role and candidate not in at_once and independent and here:
                at_once.append(candidate)
                break
    if not at_once:
        at_once = list(order[:1])
    return Plan(tuple(at_once), tuple(c for c in order if c not in at_once))


def _shuffled(seed: str, person_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{person_id}".encode()).hexdigest()
