"""From the command to a ready bot, and the memory it holds then; beside an empty Python and an empty Bolt."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import percentile, resident_mb, show
from bot.manifest import manifest
from bot.store.sealing import Keyring
from sandbox import process
from story import people

RUNS = 5
EMPTY_BOLT = """
import os
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
app = App(client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))
SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
print("Ready", flush=True)
input()
"""


def until_ready(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return seconds until the command says it is ready, and its memory in megabytes at that moment."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        seconds = time.perf_counter() - began
        assert line.startswith(b"Ready"), line
        memory = resident_mb(running.pid)
        running.terminate()
    return seconds, memory


def empty_run() -> float:
    """Return seconds an empty Python takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        process.start(team=people.team(), manifest=manifest(), limits_off="all") as slack,
    ):
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "MENTORBOT_KEYS": Keyring.new_key(),
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
        }
        ours, theirs, nothing = [], [], []
        for _ in range(RUNS + 1):
            ours.append(until_ready([sys.executable, "-m", "bot", "run"], environment))
            theirs.append(until_ready([sys.executable, "-c", EMPTY_BOLT], environment))
            nothing.append(empty_run())
    ours, theirs, nothing = ours[1:], theirs[1:], nothing[1:]  # the first run makes the database
    ready = percentile([seconds for seconds, _ in ours], 0.5)
    bolt = percentile([seconds for seconds, _ in theirs], 0.5)
    show(
        "start",
        {
            "ready_s_median": round(ready, 3),
            "memory_mb_max": max(memory for _, memory in ours),
            "empty_bolt_ready_s_median": round(bolt, 3),
            "empty_bolt_memory_mb_max": max(memory for _, memory in theirs),
            "empty_python_s_median": round(percentile(nothing, 0.5), 3),
            "ratio_to_empty_bolt": round(ready / bolt, 2),
            "goal": {"ready_s": 2, "memory_mb": 150},
        },
    )


if __name__ == "__main__":
    main()
