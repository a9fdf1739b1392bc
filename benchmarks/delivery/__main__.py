"""Run once, and print one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import time
from typing import Any
from urllib.parse import urlsplit

from benchmarks import posts as load
from benchmarks.delivery import judge
from benchmarks.delivery.judge import Verdict
from benchmarks.delivery.running import CREWS, FAULTS, Options, Run, prepared
from benchmarks.delivery.town import POISON
from sandbox import process

A_POST_A_MINUTE = 300
"""Slack's limit for one workspace, as the local Slack keeps it."""
EMPTY_POSTS = 1500


def figures(run: Run, verdict: Verdict, empty: float) -> dict[str, Any]:
    """Return what came of a run."""
    options, counts = run.options, run.slack.workspace.counts
    teams = [place.team_id for place in run.town.places]
    seconds = sorted(s for of_team in verdict.in_time.values() for s in of_team)
    most, last = judge.late(verdict, teams), seconds[-1] if seconds else 0.0
    cpu = run.crew.cpu_seconds
    return {
        "database": options.database,
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
        "cpu_seconds": round(cpu, 1),
        "cpu_ms_a_message": round(cpu / max(1, verdict.accepted) * 1000, 2),
        "sandbox_cpu_seconds": round(load.cpu_seconds(run.slack.pid), 1),
        "lateness_p95_s": most,
        "small_workspace_p95_s": judge.late(verdict, teams[1:] if options.whale else teams),
        "poison": run.town.poison,
        "reasons": verdict.reasons,
        "workspaces": len(teams),
        "whale": options.whale,
        "processes": list(options.roles),
        "kills": run.crew.kills,
        "paced": options.paced,
        "share_of_limits": _share(verdict) if options.paced else None,
        "limited": counts.get("chat.postMessage", {}).get("ratelimited", 0),
        "look_ups": sum(counts.get("conversations.history", {}).values()),
        "calls": counts,
        "faults": {kind: every for kind, every, _ in FAULTS} if options.faults and not options.paced else {},
        "look_up": options.look_up,
        "empty_posts_per_second": round(empty),
        "seed": options.seed,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }


def _share(verdict: Verdict) -> float:
    """Return the part of what the limits allow that was sent, in the workspace that had the most to send.

    Slack allows a number a minute: what lies beyond the first of them can go at that rate and no faster.
    """
    busiest = max(verdict.in_time.values(), key=len)
    return round(len(busiest) / (max(busiest) * A_POST_A_MINUTE / 60), 3)


def empty_posts(messages: int) -> float:
    """Return how many posts a second a local Slack of its own takes from a caller without a bot."""
    people = [{"id": f"U0GUEST{n}", "name": f"guest{n}"} for n in range(load.PEOPLE)]
    with process.start(team={"people": people}, manifest=load.deaf(), limits_off="all") as slack:
        host = urlsplit(slack.address).netloc
        requests = [
            load.request(host, slack.bot_token, {"channel": f"U0GUEST{n % load.PEOPLE}", **load.message(n)})
            for n in range(min(EMPTY_POSTS, messages))
        ]
        began = time.perf_counter()
        asyncio.run(load.load(slack.address, requests, connections=8))
        return len(requests) / (time.perf_counter() - began)


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
    parser.add_argument("--poison", type=int, default=POISON, help="how many cannot be delivered")
    parser.add_argument("--first-contact", action="store_true", help="direct messages are not open yet")
    parser.add_argument("--no-look-up", action="store_true", help="the control: it must double")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=900, help="the most a run may take")
    parser.add_argument("--stall", type=float, default=15, help="seconds without a post that end the sending")
    parser.add_argument("--log", default="", help="where to keep what the bot logs")
    parser.add_argument("--json", action="store_true", help="one line instead of many")
    given = vars(parser.parse_args())
    as_line = given.pop("json")
    options = Options(faults=not given.pop("no_faults"), look_up=not given.pop("no_look_up"), **given)
    empty = empty_posts(options.messages)
    with prepared(options) as run:
        found = figures(run, run.go(), empty)
    print(json.dumps(found, indent=None if as_line else 2))


if __name__ == "__main__":
    main()
