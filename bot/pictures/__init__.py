"""Pictures, drawn in a child process (``bot.computing``): the bot itself never loads the library that draws.

A chart is plain data with its words already in the reader's language. Whoever shows one puts a table beside
it and the same in words as alternative text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bot.computing import Computations


@dataclass(frozen=True)
class Bar:
    """One bar: ``n`` None is withheld, drawn hatched; ``shown`` is written above it."""

    label: str
    n: int | None
    shown: str


@dataclass(frozen=True)
class Tile:
    """One figure beneath the bars: the number, what it counts, and its change in words."""

    shown: str
    label: str
    note: str


@dataclass(frozen=True)
class Chart:
    """Bars over time, the last of them the present, and figures beneath."""

    title: str
    bars: tuple[Bar, ...]
    tiles: tuple[Tile, ...]


def draw(chart: Chart, computations: Computations) -> bytes:
    """Return the chart as PNG. Raises ComputationFailed."""
    return computations.run("chart", asdict(chart))
