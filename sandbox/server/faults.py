"""Faults on demand: what goes wrong between a bot and Slack, ordered one by one or by a seeded chance."""

import random
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "ratelimited",
    "error_before",
    "error_after",
    "late",
    "drop_socket",
    "duplicate_event",
    "revoke_token",
    "no_metadata",
    "refused",
]
KINDS: frozenset[str] = frozenset(get_args(Kind))
OF_CALLS = frozenset({"ratelimited", "error_before", "error_after", "late", "no_metadata", "refused"})
"""Faults that wait for a call of their method; the others act at once or at the next event."""


@dataclass
class Fault:
    """One order. ``times`` counts down; ``every`` is the chance with which each call is hit.

    ``team`` keeps it to one workspace; ``error`` is what a ``refused`` call answers.
    """

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 1.0
    every: float = 1.0
    seed: int = 0
    team: str = ""
    error: str = ""
    hits: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Seed the chance, so that a run can be repeated."""
        self._dice = random.Random(self.seed)  # noqa: S311 a repeatable test, not a secret

    def strikes(self, method: str) -> bool:
        """Say whether this call is hit, and count it if so."""
        if self.times <= 0 or self.method not in {method, "*"}:
            return False
        if self.every < 1 and self._dice.random() >= self.every:
            return False
        self.times -= 1
        self.hits += 1
        return True


@dataclass
class Faults:
    """The orders in force, oldest first; each workspace, ``team``, has its own look at the same list."""

    ordered: list[Fault] = field(default_factory=list)
    team: str = ""

    def order(self, fault: Fault) -> None:
        """Add an order."""
        self.ordered.append(fault)

    def clear(self) -> None:
        """Forget all orders."""
        self.ordered.clear()

    def take(self, method: str, kinds: frozenset[str]) -> Fault | None:
        """Give the first order of these kinds that hits this call, or None."""
        if not self.ordered:
            return None
        mine = (f for f in self.ordered if f.kind in kinds and f.team in {"", self.team})
        return next((f for f in mine if f.strikes(method)), None)
