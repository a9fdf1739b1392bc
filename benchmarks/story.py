"""How long the whole story takes as a command, beside the same command doing nothing."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.figures import percentile, show

RUNS = 3


def seconds(*words: str) -> float:
    """Return how long ``mentorbot`` takes with these words."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    told, nothing = [], []
    for _ in range(RUNS):
        told.append(seconds("story"))
        nothing.append(seconds("story", "--help"))
    show(
        "story",
        {
            "story_s": {"min": round(min(told), 1), "median": round(percentile(told, 0.5), 1)},
            "same_command_doing_nothing_s": round(percentile(nothing, 0.5), 2),
            "goal": {"story_s": 30},
        },
    )


if __name__ == "__main__":
    main()
