"""Pictures, drawn by a child process: the bot itself never loads the library that draws (90 MB, one second).

A chart is plain data with its words already in the reader's language. Whoever shows one puts a table beside
it and the same in words as alternative text.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

SECONDS = 20
_WITHIN = Path(__file__).resolve().parent.parent.parent
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
"""The child gets no token and no key of the bot."""


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


def draw(chart: Chart) -> bytes:
    """Return the chart as PNG. Raises subprocess's errors when the child fails or takes too long (20 s)."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.pictures"],
        input=json.dumps(asdict(chart)).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS,
        cwd=_WITHIN,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )
    return done.stdout
