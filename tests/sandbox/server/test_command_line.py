"""``python -m sandbox`` as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from slack_sdk import WebClient

from sandbox.server.command import main
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.served import TEAM


@contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_it_prints_where_it_is_and_stops_when_told(tmp_path: Path) -> None:
    """One line of JSON, a working address, the clock file, an end without complaint."""
    team, manifest, clock = tmp_path / "team.json", tmp_path / "app.json", tmp_path / "clock"
    team.write_text(json.dumps(TEAM))
    manifest.write_text(json.dumps(DEFAULT_MANIFEST))
    files = ["--team", str(team), "--manifest", str(manifest), "--clock-file", str(clock)]
    with _started("--json", *files) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = json.loads(process.stdout.readline())
        client = WebClient(base_url=said["api_url"], token=said["bot_token"])
        assert client.auth_test()["team"] == "Test Institute"
        assert float(clock.read_text()) == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_it_speaks_plainly_without_json() -> None:
    """The text says what to open and what to export."""
    with _started() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(9)]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    text = "".join(lines)
    assert "Riverside Institute is open: http://127.0.0.1:" in text
    for name in ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert f"export {name}=" in text


def test_it_ends_with_the_process_that_started_it() -> None:
    """A killed parent leaves no sandbox behind."""
    parent = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'sandbox', '--json', '--stop-with-parent'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own lines
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert json.loads(process.stdout.readline())["address"]
        os.kill(pid, 0)
        process.kill()
        # The pipe is inherited: reading to its end waits until the sandbox has closed it too.
        assert process.stdout.read() == ""


def test_it_ends_when_its_input_is_closed() -> None:
    """Whoever started it with a pipe need only close it."""
    command = [sys.executable, "-m", "sandbox", "--json", "--stop-with-parent"]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["address"]
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot read"), ("{", "is not JSON"), ("[]", "JSON object"), ('{"people": [{}]}', "name")],
)
def test_a_bad_file_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    """It ends with code 2 and one line that says which file and why."""
    team = tmp_path / "team.json"
    if content is not None:
        team.write_text(content)
    assert main(["--team", str(team)]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_the_methods_can_be_listed() -> None:
    """--methods prints the table and ends."""
    out = StringIO()
    assert main(["--methods"], out) == 0
    assert "| chat.postMessage |" in out.getvalue()
