"""``mentorbot worker`` and ``mentorbot clock`` as processes: what they refuse, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import postgres as real_postgres
from tests.cast import KEYS, REPOSITORY

SECONDS = 60
COMMANDS = ("worker", "clock")


def environment(address: str) -> dict[str, str]:
    """Return what a process of production is told by its machine."""
    known = {"MENTORBOT_KEYS": KEYS, "DATABASE_URL": address, "MENTORBOT_LOG_LEVEL": "WARNING"}
    return {"PATH": os.environ["PATH"], **known}


@contextmanager
def process(command: str, address: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command; it ends with the block at the latest."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        [sys.executable, "-m", "bot", command],
        env=environment(address),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def refusal(command: str, address: str) -> str:
    """Start a command that must refuse; return what it says."""
    with process(command, address) as started:
        _, said = started.communicate(timeout=SECONDS)
        assert started.returncode == 2
    return said


@pytest.mark.parametrize("command", COMMANDS)
def test_one_file_is_for_one_process(command: str, tmp_path: Path) -> None:
    """On SQLite the command says what it is for and what to use instead."""
    said = refusal(command, f"sqlite:///{tmp_path / 'one.sqlite3'}")
    assert f"`mentorbot {command}` shares its work" in said
    assert "`mentorbot run` does everything in one process" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_an_old_schema_is_not_worked_on(command: str, postgres: real_postgres.Server) -> None:
    """The schema changes once, before the processes start."""
    address = postgres.empty_database()
    assert "Run `mentorbot database upgrade`" in refusal(command, address)
    postgres.drop(address)


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    """No traceback, but where to look."""
    said = refusal("worker", f"postgresql://nobody@/none?host={tmp_path}")
    assert said.startswith("The database does not answer")


@pytest.mark.parametrize("command", COMMANDS)
def test_told_to_stop_it_ends_in_good_order(command: str, fresh_postgres: str) -> None:
    """SIGTERM is answered with exit code 0 within a bounded time."""
    with process(command, fresh_postgres) as started:
        assert started.stdout is not None
        assert started.stdout.readline().startswith(f"Ready: {command} ")
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=SECONDS)
        assert started.returncode == 0
        assert started.stderr is not None
        assert started.stderr.read() == ""
