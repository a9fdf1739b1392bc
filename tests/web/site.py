"""A web process of its own beside the local Slack, and requests as Slack or anybody else would send them."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.manifest import manifest
from bot.store import migrations
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from sandbox.driver import Workspace
from sandbox.process import Running
from tests.cast import KEYS, MONDAY, fill, team, template
from tests.commands.terminal import SECONDS, all_right, started

PATIENCE_SECONDS = 90.0
"""How long a start or anything else may take on a busy machine."""
FORM = "application/x-www-form-urlencoded"


def free_port() -> int:
    """Return a port nobody listens at."""
    with closing(socket.socket()) as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Site:
    """The running web process; ``said`` is everything it printed so far."""

    child: subprocess.Popen[str]
    port: int
    secret: str
    slack: Workspace
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: bytes | str = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request over a connection of its own. Raises OSError where nobody listens."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)) as line:
            line.request(method, path, body or None, dict(headers or {}))
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def get(self, path: str) -> Reply:
        """Ask for an address."""
        return self.ask("GET", path)

    def slack_says(self, body: str | bytes, *, kind: str = FORM, **wrong: str) -> Reply:
        """Post to Slack's address as Slack does; ``wrong`` replaces the time stamp, secret or signature."""
        return self.ask("POST", "/slack/events", body, {**self.signed(body, **wrong), "Content-Type": kind})

    def signed(self, body: str | bytes, **wrong: str) -> dict[str, str]:
        """Return the headers with which Slack signs a body."""
        raw = body.encode() if isinstance(body, str) else body
        at = wrong.get("at", str(int(time.time()) - int(wrong.get("ago", "0"))))
        secret = wrong.get("secret", self.secret)
        digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + raw, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": wrong.get("signature", f"v0={digest}"),
        }

    def types(self, who: str, command: str, text: str) -> Reply:
        """Send a slash command as Slack does, without Slack."""
        fields = {
            "command": command,
            "text": text,
            "team_id": "T0RIVERSIDE",
            "user_id": f"U0{who.upper()}",
            "channel_id": "C0GENERAL",
            "trigger_id": "1.2.3",
            "response_url": f"{self.slack.address}/nowhere",
        }
        return self.slack_says(urlencode(fields))

    def ready(self) -> Any:
        """Return what /readyz says."""
        return self.get("/readyz").json()

    def until(self, words: str) -> str:
        """Read what the process prints, until a line has these words; return all of it since the last look.

        The process is killed when that takes too long.
        """
        overdue = threading.Timer(PATIENCE_SECONDS, self.child.kill)
        overdue.start()
        found = ""
        assert self.child.stdout is not None
        for line in self.child.stdout:
            found += line
            if words in line:
                break
        overdue.cancel()
        self.said.append(found)
        assert words in found, found
        return found

    def stop(self, number: int) -> str:
        """Send a signal, wait for the end and return everything that was printed."""
        self.child.send_signal(number)
        return self.wait()

    def wait(self) -> str:
        """Wait for the end and return everything that was printed."""
        rest, _ = self.child.communicate(timeout=PATIENCE_SECONDS)
        self.said.append(rest)
        return "".join(self.said)


def until_ready(child: subprocess.Popen[str]) -> str:
    """Read what a process prints until it is ready; it is killed when that takes too long."""
    overdue = threading.Timer(PATIENCE_SECONDS, child.kill)
    overdue.start()
    said = ""
    assert child.stdout is not None
    for line in child.stdout:
        said += line
        if "Ready" in line:
            break
    overdue.cancel()
    assert "Ready" in said, said
    return said


def database(path: Path) -> Path:
    """Make a database with the cast in it, as the newest release leaves it."""
    shutil.copy(template().database, path)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("CREATE TABLE alembic_version (version_num text)")
        opened.execute("INSERT INTO alembic_version VALUES (?)", (migrations.newest(),))
        opened.commit()
    db = Database(open_engine(f"sqlite:///{path}"), Keyring.parse(KEYS))
    fill(db, MONDAY)
    db.engine.dispose()
    return path


def settings(running: Running, folder: Path, origin: Path, port: int, **more: str) -> dict[str, str]:
    """Return the settings of a web process on a copy of a database, for a fresh team in the local Slack."""
    address = f"http://127.0.0.1:{port}/slack/events"
    running.reset(team(), manifest(request_url=address), limits_off="all")
    copied = Path(shutil.copy(origin, folder / "bot.sqlite3"))
    env = all_right(running, copied, template().config)
    del env["SLACK_APP_TOKEN"]
    return env | {
        "SLACK_SIGNING_SECRET": running.signing_secret,
        "MENTORBOT_PORT": str(port),
        "MENTORBOT_UNREADY_SECONDS": "0",
        "MENTORBOT_TICK_SECONDS": "0.5",
        **more,
    }


@contextmanager
def serving(running: Running, env: dict[str, str]) -> Iterator[Site]:
    """Start ``mentorbot web`` with these settings; it is killed at the latest when the block ends."""
    with started("web", **env) as child:
        said = until_ready(child)
        yield Site(
            child=child,
            port=int(env["MENTORBOT_PORT"]),
            secret=env["SLACK_SIGNING_SECRET"],
            slack=running.workspace,
            env=env,
            said=[said],
        )
