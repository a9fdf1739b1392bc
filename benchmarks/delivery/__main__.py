"""Run once, and print one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import posts as load
from benchmarks.delivery import judge
from benchmarks.delivery.crew import Crew, crew
from benchmarks.delivery.town import Town, fill, plan, settle
from bot.store import migrations
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from sandbox import process
from sandbox.process import Running
from tests import postgres

CREWS = {"sqlite": ("run",), "postgresql": ("worker", "worker", "clock", "clock")}
FAULTS: tuple[tuple[str, float, dict[str, float]], ...] = (
    ("ratelimited", 0.02, {"retry_after": 1}),
    ("error_before", 0.01, {}),
    ("error_after", 0.01, {}),
    ("late", 0.005, {"seconds": 3.0}),
)
"""What goes wrong at ``chat.postMessage``, and how often; ``late`` is taken, and answered to nobody."""
CALL_SECONDS = 1.0
"""How long the bot waits for an answer here; in production ten seconds."""
A_POST_A_MINUTE = 300
"""Slack's limit for one workspace, as the local Slack keeps it."""
QUIET_SECONDS = 4.0
EMPTY_POSTS = 1500
LONGEST_SKIPS = 40


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database."""
    if kind == "sqlite":
        address = f"sqlite:///{folder / 'town.sqlite3'}"
        engine = open_engine(address)
        migrations.upgrade(engine)
        engine.dispose()
        yield address
        return
    with postgres.start(durable=True) as server:
        yield server.fresh_database()


@dataclass
class Run:
    """One run with everything it needs."""

    options: argparse.Namespace
    town: Town
    slack: Running
    db: Database
    crew: Crew
    due: float = 0.0
    """Real time at which everything fell due."""
    cut_short: bool = False

    def go(self) -> None:
        """Let everything fall due, kill as ordered, and wait until all has come to an end."""
        clock = self.slack.workspace.clock
        clock.skip_to(self.town.due_at)
        self.due = time.time()
        try:
            self._until_there()
            self._until_ended()
        except TimeoutError:
            self.cut_short = True

    def _taken(self) -> int:
        return int(self.slack.workspace.line.get("/control/counts")["posts"])

    def _until_there(self) -> None:
        """Wait until every message that can be delivered is there, or nothing moves any more."""
        dice = random.Random(self.options.seed)  # noqa: S311 - a run that can be repeated
        wanted = self.town.messages - self.town.poison
        marks = sorted(dice.randrange(wanted) for _ in range(self.options.kills))
        ends = time.monotonic() + self.options.seconds
        taken, moved = -1, time.monotonic()
        while taken < wanted or marks:
            self.crew.listen(0.05)
            now, seen = time.monotonic(), self._taken()
            taken, moved = (seen, now) if seen != taken else (taken, moved)
            if marks and (taken >= marks[0] or now - moved > QUIET_SECONDS):
                victims = self.crew.alive()
                if victims:
                    self.crew.kill_and_replace(dice.choice(victims))
                    marks.pop(0)
            if now > ends:
                raise TimeoutError
            if not marks and now - moved > max(self.options.stall, QUIET_SECONDS):
                return

    def _until_ended(self) -> None:
        """Skip ahead until no row is left open: what failed waits longer each time.

        Only while nobody posts: a skip lets leases run out, and nobody may hold one of those in earnest.
        """
        for _ in range(LONGEST_SKIPS):
            self._quiet()
            soonest = judge.next_open(self.db)
            if soonest is None:
                return
            clock = self.slack.workspace.clock
            if soonest > clock.now:
                clock.skip_to(soonest)

    def _quiet(self) -> None:
        """Wait until nothing was posted for longer than a call takes and a tick."""
        taken, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            self.crew.listen(0.1)
            seen = self._taken()
            if seen != taken:
                taken, since = seen, time.monotonic()
            if judge.open_rows(self.db) == 0:
                return


def figures(run: Run, empty: float) -> dict[str, Any]:
    """Return what came of a run."""
    found = judge.accepted(run.slack.workspace)
    verdict = judge.judge(run.town, run.db, found, run.due)
    counts = run.slack.workspace.counts
    teams = [place.team_id for place in run.town.places]
    small = teams[1:] if run.options.whale else teams
    seconds = sorted(s for of_team in verdict.in_time.values() for s in of_team)
    most = judge.late(verdict, teams)
    last = seconds[-1] if seconds else 0.0
    posts = counts.get("chat.postMessage", {})
    return {
        "database": run.options.database,
        "messages": run.town.messages,
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "dead": verdict.dead,
        "unknown": verdict.unknown,
        "unfinished": verdict.unfinished,
        "cut_short": run.cut_short,
        "messages_per_second": round(0.95 * len(seconds) / most) if most else 0,
        "messages_per_second_to_the_last": round(len(seconds) / last) if last else 0,
        "seconds_to_the_last": round(last, 1),
        "cpu_seconds": round(run.crew.cpu_seconds, 1),
        "cpu_ms_a_message": round(run.crew.cpu_seconds / max(1, verdict.accepted) * 1000, 2),
        "sandbox_cpu_seconds": round(load.cpu_seconds(run.slack.pid), 1),
        "lateness_p95_s": most,
        "small_workspace_p95_s": judge.late(verdict, small),
        "poison": run.town.poison,
        "reasons": verdict.reasons,
        "workspaces": len(teams),
        "whale": run.options.whale,
        "processes": list(CREWS[run.options.database]),
        "kills": run.crew.kills,
        "paced": run.options.paced,
        "share_of_limits": _share(verdict) if run.options.paced else None,
        "limited": posts.get("ratelimited", 0),
        "limited_by": "limits" if run.options.paced else "faults",
        "look_ups": sum(counts.get("conversations.history", {}).values()),
        "calls": counts,
        "faults": {kind: every for kind, every, _ in FAULTS} if not run.options.no_faults else {},
        "look_up": not run.options.no_look_up,
        "empty_posts_per_second": round(empty),
        "seed": run.options.seed,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }


def _share(verdict: judge.Verdict) -> float:
    """Return the part of what the limits allow that was sent, in the workspace that had the most to send.

    Slack allows a number a minute: what lies beyond the first of them can go at that rate and no faster.
    """
    busiest = max(verdict.in_time.values(), key=len)
    return round(len(busiest) / (max(busiest) * A_POST_A_MINUTE / 60), 3)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Set up, run, judge."""
    town = plan(options.messages, options.workspaces, options.whale)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        offset = folder / "offset"
        slack = stack.enter_context(
            process.start(team=town.team(), manifest=load.deaf(), limits_off="all", clock_file=offset)
        )
        settle(town, slack)
        slack.workspace.clock.skip_to(town.due_at.replace(hour=8))
        address = stack.enter_context(database(options.database, folder))
        keys = Keyring.new_key()
        db = Database(open_engine(address), Keyring.parse(keys))
        stack.callback(db.engine.dispose)
        fill(town, db, first_contact=options.first_contact)
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SLACK_API_URL": slack.api_url,
            "MENTORBOT_KEYS": keys,
            "MENTORBOT_CLOCK_FILE": str(offset),
            "MENTORBOT_PACED": "true" if options.paced else "false",
            "MENTORBOT_TICK_SECONDS": "1",
            "MENTORBOT_CALL_SECONDS": str(CALL_SECONDS),
        }
        tokens = folder / "tokens.json"
        tokens.write_text(json.dumps({place.workspace_id: place.token for place in town.places}))
        log = options.log or str(folder / "log.txt")
        chosen = ["--tokens", str(tokens), "--log", log]
        made = stack.enter_context(crew(environment, chosen + ["--no-look-up"] * options.no_look_up))
        empty = empty_posts(town)
        made.start_all(CREWS[options.database])
        order(options, slack)
        run = Run(options, town, slack, db, made)
        run.go()
        made.stop()
        return figures(run, empty)


def empty_posts(town: Town) -> float:
    """Return how many posts a second a local Slack of its own takes from a caller without a bot."""
    people = [{"id": f"U0GUEST{n}", "name": f"guest{n}"} for n in range(load.PEOPLE)]
    with process.start(team={"people": people}, manifest=load.deaf(), limits_off="all") as slack:
        host = urlsplit(slack.address).netloc
        requests = [
            load.request(host, slack.bot_token, {"channel": f"U0GUEST{n % load.PEOPLE}", **load.message(n)})
            for n in range(min(EMPTY_POSTS, town.messages))
        ]
        began = time.perf_counter()
        asyncio.run(load.load(slack.address, requests, connections=8))
        return len(requests) / (time.perf_counter() - began)


def order(options: argparse.Namespace, slack: Running) -> None:
    """Order the faults, or the limits of a paced run."""
    if options.paced:
        slack.workspace.limits_off([])
    elif not options.no_faults:
        for number, (kind, every, how) in enumerate(FAULTS):
            slack.workspace.fault("chat.postMessage", kind, every=every, seed=options.seed + number, **how)


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--database", choices=sorted(CREWS), default="sqlite")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--workspaces", type=int, default=50)
    parser.add_argument("--kills", type=int, default=0, help="how many processes to kill -9, at random")
    parser.add_argument("--whale", type=int, default=0, help="one workspace with so many of the messages")
    parser.add_argument("--paced", action="store_true", help="with the limits of Slack and of the bot on")
    parser.add_argument("--no-faults", action="store_true", help="let nothing go wrong at Slack")
    parser.add_argument("--first-contact", action="store_true", help="direct messages are not open yet")
    parser.add_argument("--no-look-up", action="store_true", help="the control: it must double")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=900, help="the most a run may take")
    parser.add_argument("--stall", type=float, default=12, help="seconds without a post that end the sending")
    parser.add_argument("--log", help="where to keep what the bot logs")
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    options = parser.parse_args()
    print(json.dumps(measure(options), indent=None if options.json else 2))


if __name__ == "__main__":
    main()
