"""Long computations: asked for by name with plain data, done by a child process.

The bot itself never loads a library that draws or solves (90 MB, one second). Whoever needs one asks
``Computations.run``; embedded the child is started right here, in production by a worker.

The child is ``python -m bot.computing NAME``: JSON on its standard input, the result on its standard output.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

SECONDS = 20
"""How long one computation may take."""
KNOWN: Mapping[str, str] = {"chart": "bot.pictures.bars:png_of"}
"""The module and the function behind each name; only the child imports them."""
_WITHIN = Path(__file__).resolve().parent.parent
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
"""The child gets no token and no key of the bot."""


class ComputationFailed(Exception):  # noqa: N818 - says what became of it
    """There is no result. The message says why in words for the log; it repeats nothing that was given."""


class Computations(Protocol):
    """How a long computation is asked for."""

    def run(self, name: str, given: Mapping[str, Any]) -> bytes:
        """Return the result of ``name`` for ``given`` (plain JSON). Raises ComputationFailed."""
        ...


class ChildProcesses:
    """Computes in a child process of this one. ``seconds`` is when it is given up and ended."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    def run(self, name: str, given: Mapping[str, Any]) -> bytes:
        """Return the result of ``name`` for ``given`` (plain JSON). Raises ComputationFailed."""
        return self.run_text(name, json.dumps(given))

    def run_text(self, name: str, given: str) -> bytes:
        """As ``run``, with the JSON already written."""
        if name not in KNOWN:
            raise ComputationFailed(f"no computation is called {name!r}")
        try:
            ran = subprocess.run(  # noqa: S603 - our own interpreter on a module of ours, the name is known
                [sys.executable, "-m", "bot.computing", name],
                input=given.encode(),
                capture_output=True,
                check=False,
                timeout=self._seconds,
                cwd=_WITHIN,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            )
        except subprocess.TimeoutExpired:
            raise ComputationFailed(f"{name} took longer than {self._seconds:g} s and was ended") from None
        except OSError as fault:
            raise ComputationFailed(f"{name}: no child process ({type(fault).__name__})") from None
        if ran.returncode != 0:
            raise ComputationFailed(
                f"{name} ended with exit code {ran.returncode}{_type_of_error(ran.stderr)}"
            )
        return ran.stdout


def _type_of_error(stderr: bytes) -> str:
    """Return the type of the exception a child ended with: its message may quote what was given."""
    last = stderr.decode(errors="replace").strip().rsplit("\n", maxsplit=1)[-1]
    word = last.split(":", maxsplit=1)[0]
    return f" ({word})" if word.replace(".", "").isidentifier() else ""


def compute(name: str, given: dict[str, Any]) -> bytes:
    """Do a computation in this very process: for the child. Raises KeyError for an unknown name."""
    module, _, function = KNOWN[name].partition(":")
    found: Callable[[dict[str, Any]], bytes] = getattr(importlib.import_module(module), function)
    return found(given)


if __name__ == "__main__":
    sys.stdout.buffer.write(compute(sys.argv[1], json.load(sys.stdin)))
