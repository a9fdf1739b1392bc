"""The command line as somebody at a terminal meets it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from bot.cli import group
from bot.errors import Misconfigured
from bot.store import migrations
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from sandbox.process import Running
from tests.cast import KEYS, MONDAY, REPOSITORY, fill

SETTINGS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "MENTORBOT_KEYS",
    "SLACK_API_URL",
    "DATABASE_URL",
    "MENTORBOT_CONFIG",
    "MENTORBOT_CLOCK_FILE",
    "MENTORBOT_LISTENERS",
    "MENTORBOT_TICK_SECONDS",
    "MENTORBOT_PACED",
    "MENTORBOT_LOG_LEVEL",
    "MENTORBOT_LOG_FORMAT",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_AUTHORIZE_URL",
    "MENTORBOT_PUBLIC_URL",
    "MENTORBOT_HOST",
    "MENTORBOT_PORT",
    "PORT",
    "MENTORBOT_WEB_THREADS",
    "MENTORBOT_CONCURRENCY",
    "MENTORBOT_UNREADY_SECONDS",
    "MENTORBOT_METRICS_TOKEN",
    "MENTORBOT_CALL_SECONDS",
    "MENTORBOT_LAG_SECONDS",
    "MENTORBOT_SILENT_SECONDS",
    "MENTORBOT_KEEP_DAYS",
)
SECONDS = 90.0
"""How long a real process may take on a busy machine."""


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code and everything it printed."""

    code: int
    text: str


def command(*words: str, **env: str) -> Said:
    """Run a command in this process with these settings and no others."""
    only: Mapping[str, str | None] = {**dict.fromkeys(SETTINGS), **env}
    result = CliRunner().invoke(group, list(words), prog_name="mentorbot", env=only)
    if isinstance(result.exception, Misconfigured):
        return Said(2, f"{result.output}{result.exception}")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.output)


def environment(**env: str) -> dict[str, str]:
    """Return the surroundings of a real process: these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(REPOSITORY), **env}


def process(*words: str, **env: str) -> Said:
    """Run a command as a process of its own and wait for its end."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "bot", *words],
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Said(done.returncode, done.stdout + done.stderr)


@contextmanager
def started(*words: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command as a process of its own; it is killed at the latest when the block ends."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "bot", *words],
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait(SECONDS)
        if child.stdout is not None:
            child.stdout.close()


def newest_database(path: Path) -> Path:
    """Make a database at the newest revision with the cast in it."""
    engine = open_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    fill(Database(engine, Keyring.parse(KEYS)), MONDAY)
    engine.dispose()
    return path


def all_right(running: Running, database: Path, config: Path) -> dict[str, str]:
    """Return settings with which nothing is missing: tokens, keys, a database, a config folder."""
    return {
        "SLACK_BOT_TOKEN": running.bot_token,
        "SLACK_APP_TOKEN": running.app_token,
        "SLACK_API_URL": running.api_url,
        "MENTORBOT_KEYS": KEYS,
        "DATABASE_URL": f"sqlite:///{database}",
        "MENTORBOT_CONFIG": str(config),
    }


def empty_database(path: Path) -> str:
    """Make a database as it is before the first migration; return its address."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("CREATE TABLE unrelated (id INTEGER)")
        opened.commit()
    return f"sqlite:///{path}"
