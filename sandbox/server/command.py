"""The command line: read files, bind a port, say how to connect, run until told to stop."""

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

from sandbox.coverage import table
from sandbox.server.application import make
from sandbox.server.box import Box, Start
from sandbox.state.apps import ManifestError
from sandbox.state.clock import Clock
from sandbox.state.payload import Payload
from sandbox.state.seed import DEFAULT_MANIFEST, DEFAULT_TEAM, SeedError

PARENT_SECONDS = 0.5
SHOWN = 5
"""Workspaces named at the start; of more only the number is told."""


class _UsageError(Exception):
    """Something on the command line cannot be done; the message says what."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A local Slack: Web API, Socket Mode, signed HTTP, and a page to act as any person. "
        "Without options it starts a small workspace with one app that may do nearly everything.",
        epilog="Point a Bolt app at it: set SLACK_API_URL, SLACK_BOT_TOKEN and SLACK_APP_TOKEN as printed, "
        "and give its client the address: WebClient(base_url=SLACK_API_URL, token=SLACK_BOT_TOKEN).",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine only)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--team", type=Path, metavar="TEAM.json", help="people and channels to begin with")
    parser.add_argument("--manifest", type=Path, metavar="APP.json", help="manifest of the app to install")
    parser.add_argument(
        "--request-url", default="", help="deliver by signed HTTP to this address, not by socket"
    )
    parser.add_argument("--clock-file", type=Path, metavar="FILE", help="where to write the skipped seconds")
    parser.add_argument(
        "--limits-off",
        default="",
        metavar="all|METHOD,…",
        help="rate limits that are not applied (default: none)",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON with address and tokens")
    parser.add_argument(
        "--methods", action="store_true", help="print which Web API methods are served, and end"
    )
    parser.add_argument("--stop-with-parent", action="store_true", help="end when the parent process is gone")
    return parser


def main(arguments: list[str] | None = None, out: TextIO | None = None) -> int:
    """Run the command line; gives the exit code (2 for something that cannot be read)."""
    out = out or sys.stdout
    parent = os.getppid()  # now, as it may end at any moment from here on
    chosen = _parser().parse_args(arguments)
    if chosen.methods:
        out.write(table() + "\n")
        return 0
    try:
        box = _box(chosen)
        asyncio.run(_run(box, chosen, out, parent))
    except (_UsageError, SeedError, ManifestError) as wrong:
        sys.stderr.write(f"sandbox: {wrong}\n")
        return 2
    except OSError as problem:
        sys.stderr.write(f"sandbox: cannot listen on {chosen.host}:{chosen.port}: {problem.strerror}\n")
        return 1
    return 0


def _box(chosen: argparse.Namespace) -> Box:
    team = _read(chosen.team) if chosen.team else DEFAULT_TEAM
    manifest = _read(chosen.manifest) if chosen.manifest else DEFAULT_MANIFEST
    off = [name.strip() for name in chosen.limits_off.split(",") if name.strip()]
    return Box.open(Start(team, manifest, chosen.request_url, off), Clock(file=chosen.clock_file))


def _read(path: Path) -> Payload:
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _UsageError(f"cannot read {path}: {problem.strerror}") from problem
    except ValueError as problem:
        raise _UsageError(f"{path} is not JSON: {problem}") from problem
    if not isinstance(said, dict):
        raise _UsageError(f"{path} has to hold a JSON object")
    return said


async def _run(box: Box, chosen: argparse.Namespace, out: TextIO, parent: int) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):  # before the address is told: whoever reads it may stop us
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    runner = web.AppRunner(make(box), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, chosen.host, chosen.port)
        await site.start()
        box.address = _address(runner, chosen.host)
        _announce(box, chosen, out)
        if chosen.stop_with_parent:
            _watch_input(stop)
            watching = asyncio.create_task(_watch_parent(parent))
            watching.add_done_callback(lambda _task: stop.set())
        await stop.wait()
    finally:
        await runner.cleanup()


def _address(runner: web.AppRunner, host: str) -> str:
    port = runner.addresses[0][1]
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _announce(box: Box, chosen: argparse.Namespace, out: TextIO) -> None:
    keys = box.connections()
    if chosen.json:
        out.write(json.dumps(keys) + "\n")
        out.flush()
        return
    lines = [
        f"{', '.join(_names(box))} {'is' if len(box.teams) == 1 else 'are'} open: {box.address}/",
        "",
        "Point your Bolt app at it:",
        f"  export SLACK_API_URL={keys['api_url']}",
        f"  export SLACK_BOT_TOKEN={keys['bot_token']}",
        f"  export SLACK_APP_TOKEN={keys['app_token']}",
        f"  export SLACK_SIGNING_SECRET={keys['signing_secret']}",
        "",
        "Stop with Ctrl-C. Nothing is kept.",
    ]
    out.write("\n".join(lines) + "\n")
    out.flush()


def _names(box: Box) -> list[str]:
    names = [world.team_name for world in box.realm.worlds.values()]
    return names if len(names) <= SHOWN else [*names[:SHOWN], f"{len(names) - SHOWN} more"]


def _watch_input(stop: asyncio.Event) -> None:
    """Stop when a pipe on standard input is closed: the parent holds its other end, and dies with it."""
    try:
        piped = stat.S_ISFIFO(os.fstat(0).st_mode)
    except OSError:  # started with standard input closed
        return
    if not piped:
        return

    def read() -> None:
        if not os.read(0, 4096):
            asyncio.get_running_loop().remove_reader(0)
            stop.set()

    asyncio.get_running_loop().add_reader(0, read)


async def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells a process that its parent is gone
        await asyncio.sleep(PARENT_SECONDS)
