"""Fifty people send /findmentor at once: acknowledgement and visible answer, beside an empty Bolt listener.

Three processes share the machine, as they would: the local Slack, the bot, and the people. The empty
listener runs in a process of its own, against the same local Slack, in the same run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.figures import show, spread
from bot import wiring
from bot.commands import imports
from bot.manifest import manifest
from bot.running import Bot
from bot.settings import read_settings
from bot.store import migrations
from bot.store.sealing import Keyring
from sandbox import process
from sandbox.driver import Workspace
from story import people
from story.stage import start_everyone

PEOPLE = 50
ROUNDS = 5
QUERIES = (
    "single cell rna",
    "machne learning",
    "NLP",
    "statistics, grant writing",
    "python and career planning",
)
EMPTY = {
    "display_information": {"name": "empty"},
    "features": {
        "bot_user": {"display_name": "empty"},
        "slash_commands": [{"command": "/empty", "description": "Answer at once"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
    "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}},
}
EMPTY_BOLT = """
import os
from concurrent.futures import ThreadPoolExecutor
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
app = App(
    client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    listener_executor=ThreadPoolExecutor(16),
)
@app.command("/empty")
def empty(ack, respond):
    ack()
    respond("Here you are.")
SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
print("Ready", flush=True)
input()
"""


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Run a command that says when it is ready, and end it afterwards."""
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().startswith(b"Ready")
        try:
            yield
        finally:
            child.terminate()


def at_once(slack: Workspace, handles: list[str], texts: list[str]) -> tuple[list[float], list[float]]:
    """Let everybody type at the same moment; return seconds to acknowledgement and to the visible answer."""
    gate = threading.Barrier(len(handles))

    def type_it(handle: str, text: str) -> tuple[float, float]:
        person = slack.person(handle)
        gate.wait()
        began = time.perf_counter()
        answer = person.command(text)
        acknowledged = time.perf_counter() - began
        assert answer.ok, answer.error
        assert answer.ephemeral is not None
        return acknowledged, time.perf_counter() - began

    with ThreadPoolExecutor(len(handles)) as pool:
        results = list(pool.map(type_it, handles, texts))
    return [first for first, _ in results], [second for _, second in results]


def team() -> dict[str, Any]:
    """Return the pretend institute with fifty mentees more, who do the typing."""
    institute = people.team()
    for number in range(PEOPLE):
        guest = {"name": f"guest{number}", "real_name": f"Guest {number}", "tz": "Europe/Berlin"}
        institute["people"].append({**guest, "email": f"guest{number}@riverside.example"})
        institute["channels"][0]["members"].append(f"guest{number}")
    return institute


def guests_csv() -> str:
    """Return the roster of those mentees."""
    rows = [f"Guest {number},guest{number}@riverside.example,mentee" for number in range(PEOPLE)]
    return "\n".join(["name,email,roles", *rows]) + "\n"


def main() -> None:
    """Measure and print."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(process.start(team=team(), manifest=manifest(), limits_off="all"))
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "MENTORBOT_KEYS": Keyring.new_key(),
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        }
        prepare(environment)
        other = slack.workspace.add_app(EMPTY)
        empty = {
            **environment,
            "SLACK_BOT_TOKEN": other["bot_token"],
            "SLACK_APP_TOKEN": other["app_token"],
        }
        stack.enter_context(running([sys.executable, "-m", "bot", "run"], environment))
        stack.enter_context(running([sys.executable, "-c", EMPTY_BOLT], empty))
        handles = [f"guest{number}" for number in range(PEOPLE)]
        ours: tuple[list[float], list[float]] = ([], [])
        theirs: tuple[list[float], list[float]] = ([], [])
        for number in range(ROUNDS + 1):
            words = [f"/findmentor {QUERIES[i % len(QUERIES)]}" for i in range(PEOPLE)]
            found = at_once(slack.workspace, handles, words)
            nothing = at_once(slack.workspace, handles, ["/empty"] * PEOPLE)
            if number == 0:
                continue  # the first round warms both up
            for kept, new in ((ours, found), (theirs, nothing)):
                kept[0].extend(new[0])
                kept[1].extend(new[1])
    acknowledged, answered = spread(ours[0]), spread(ours[1])
    empty_acknowledged, empty_answered = spread(theirs[0]), spread(theirs[1])
    show(
        "findmentor",
        {
            "people_at_once": PEOPLE,
            "rounds": ROUNDS,
            "acknowledged": acknowledged,
            "answered": answered,
            "empty_listener": {"acknowledged": empty_acknowledged, "answered": empty_answered},
            "ratio_of_p99_acknowledgement": round(acknowledged["p99_ms"] / empty_acknowledged["p99_ms"], 2),
            "goal": {"acknowledged_p99_ms": 500, "answered_p99_ms": 1500, "ratio": 3},
        },
    )


def prepare(environment: dict[str, str]) -> None:
    """Import the pretend people into the database and start the programme for them, before the bot runs."""
    settings = read_settings(
        bot_token=environment["SLACK_BOT_TOKEN"],
        app_token=environment["SLACK_APP_TOKEN"],
        slack_api_url=environment["SLACK_API_URL"],
        keys=environment["MENTORBOT_KEYS"],
        database_url=environment["DATABASE_URL"],
    )
    deps = wiring.build(settings)
    migrations.upgrade(deps.db.engine)
    bot = Bot(deps)
    place = bot.settle_in()
    imports.run(deps, people.PEOPLE.read_bytes())
    imports.run(deps, guests_csv().encode())
    start_everyone(deps, place)
    bot.stop()


if __name__ == "__main__":
    main()
