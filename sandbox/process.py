"""A sandbox of one's own: a child process that lives as long as it is needed."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from sandbox.driver import Workspace

Json = dict[str, Any]

START_SECONDS = 20.0  # how long a start may take on a busy machine
STOP_SECONDS = 5.0  # how long it may take to leave before it is killed


class StartError(RuntimeError):
    """The sandbox did not start; the text has what it said."""


class Running:
    """A running sandbox: its address, the first app's tokens and secrets, and a driver."""

    def __init__(
        self, process: subprocess.Popen[bytes], said: Json, folder: tempfile.TemporaryDirectory[str]
    ) -> None:
        self._process = process
        self._folder = folder
        self.said = said
        self.address: str = said["address"]
        self.workspace = Workspace(self.address)
        self._others: dict[str, Workspace] = {}

    @property
    def api_url(self) -> str:
        """The base address for a Slack client."""
        return f"{self.address}/api/"

    @property
    def bot_token(self) -> str:
        """The first app's bot token."""
        return str(self.said["bot_token"])

    @property
    def bot_tokens(self) -> dict[str, str]:
        """The first app's bot token in each team that had it at the start, by team id.

        An installation for a whole organisation stands under the organisation's id.
        """
        return dict(self.said["bot_tokens"])

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """Every workspace by team id, the first one first."""
        for team_id in self.said["team_ids"]:
            if team_id not in self._others:
                self._others[team_id] = Workspace(self.address, team=team_id)
        return {team_id: self._others[team_id] for team_id in self.said["team_ids"]}

    @property
    def client_id(self) -> str:
        """The first app's client id, for OAuth."""
        return str(self.said["client_id"])

    @property
    def client_secret(self) -> str:
        """The first app's client secret, for OAuth."""
        return str(self.said["client_secret"])

    @property
    def authorize_url(self) -> str:
        """Where an app sends people who want to install it."""
        return f"{self.address}/oauth/v2/authorize"

    @property
    def app_token(self) -> str:
        """The first app's token for Socket Mode."""
        return str(self.said["app_token"])

    @property
    def signing_secret(self) -> str:
        """The secret the first app's requests are signed with."""
        return str(self.said["signing_secret"])

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def reset(
        self, team: Json, manifest: Json | None = None, limits_off: str | Sequence[str] | None = None
    ) -> Self:
        """A fresh team at the same address; tokens change with it."""
        self.said = {**self.said, **self.workspace.reset(team, manifest, limits_off)}
        return self

    def close(self) -> None:
        """Stop the sandbox: asked first, killed after a few seconds. May be called twice."""
        for workspace in (self.workspace, *self._others.values()):
            workspace.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start(
    *,
    team: Json | None = None,
    manifest: Json | None = None,
    clock_file: Path | None = None,
    limits_off: str | Sequence[str] | None = None,
    port: int = 0,
    log: IO[bytes] | None = None,
) -> Running:
    """Start a sandbox on this machine and wait until it answers.

    `team` and `manifest` are the seed (of one team, or of several in `teams`) and the app (see the README),
    `clock_file` is where it writes the clock's offset, `limits_off` names methods without rate limits or
    "all", `port` 0 takes a free one, `log` gets what it logs. It stops when this process ends, however it
    ends. Raises StartError with what it said.
    """
    folder = tempfile.TemporaryDirectory(prefix="sandbox-", ignore_cleanup_errors=True)
    command = [sys.executable, "-m", "sandbox", "--json", "--stop-with-parent", "--port", str(port)]
    for name, content in (("team", team), ("manifest", manifest)):
        if content is not None:
            path = Path(folder.name) / f"{name}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            command += [f"--{name}", str(path)]
    if clock_file is not None:
        command += ["--clock-file", str(clock_file)]
    if limits_off is not None:
        command += ["--limits-off", limits_off if isinstance(limits_off, str) else ",".join(limits_off)]
    errors = Path(folder.name) / "errors.txt"
    with contextlib.ExitStack() as opened:
        stderr = log if log is not None else opened.enter_context(errors.open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr
        )
    line = _first_line(process, time.monotonic() + START_SECONDS)
    try:
        return Running(process, json.loads(line), folder)
    except (ValueError, KeyError, TypeError) as error:
        process.kill()
        process.wait()
        said = errors.read_text(encoding="utf-8", errors="replace") if errors.exists() else ""
        if process.stdout is not None:
            process.stdout.close()
        folder.cleanup()
        raise StartError(f"the sandbox did not start: {line.decode(errors='replace')}{said}") from error


def _environment() -> dict[str, str]:
    # The child finds this very package, from wherever the parent was started.
    here = str(Path(__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{known}" if known else here}


def _first_line(process: subprocess.Popen[bytes], ends: float) -> bytes:
    """What the child prints first; what there is of it when time runs out or the child ends."""
    stdout = process.stdout
    if stdout is None:
        return b""
    line = b""
    with selectors.DefaultSelector() as watch:
        watch.register(stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n") and watch.select(max(0.0, ends - time.monotonic())):
            piece = stdout.read1(1 << 16)  # type: ignore[attr-defined]  # a buffered reader, as Popen gives for pipes
            if not piece:
                break
            line += piece
    return line.split(b"\n")[0]
