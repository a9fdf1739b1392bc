"""Real processes beside a local Slack: killed, frozen, cut off. What Slack accepted is the judge.

What goes wrong at Slack meanwhile is what ``benchmarks.delivery`` orders. A call may take half a second here
instead of ten, and with it a lease four and a half instead of ninety.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.delivery.judge import Verdict
from benchmarks.delivery.running import Options, Run, prepared
from tests.postgres import Server

MESSAGES, WORKSPACES = 240, 8
CALL_SECONDS = 0.5
LEASE_SECONDS = 9 * CALL_SECONDS
DATABASES = ("sqlite", "postgresql")
POISON = 3
"""Of kinds that end at once: no time is spent on waiting for the eighth try."""


@contextmanager
def running(request: pytest.FixtureRequest, folder: Path, database: str, **more: object) -> Iterator[Run]:
    """Give a run at rest, whose check-ins have not fallen due yet."""
    server: Server | None = request.getfixturevalue("postgres") if database == "postgresql" else None
    options = Options(
        database=database,
        messages=MESSAGES,
        workspaces=WORKSPACES,
        poison=POISON,
        call_seconds=CALL_SECONDS,
        tick_seconds=1,
        quiet=3,
        stall=8,
        seconds=240,
        log=str(folder / "log.txt"),
        **more,  # type: ignore[arg-type] # fields of Options by name
    )
    with prepared(options, server) as run:
        yield run


def nothing_lost_or_doubled(run: Run, verdict: Verdict) -> None:
    """Hold what is promised."""
    said = f"{verdict}\n{run.log.read_text(encoding='utf-8')[-4000:]}"
    assert not run.cut_short, said
    assert (verdict.lost, verdict.doubled, verdict.unfinished) == (0, 0, 0), said
    assert verdict.dead + verdict.unknown == run.town.poison, said
    assert verdict.accepted == run.wanted, said


@pytest.mark.parametrize("database", DATABASES)
def test_killed_at_random(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    """Processes are killed with ``kill -9`` wherever they are; others take their place."""
    with running(request, tmp_path, database, kills=4) as run:
        verdict = run.go()
        assert run.crew.kills == 4
    nothing_lost_or_doubled(run, verdict)


@pytest.mark.parametrize("database", DATABASES)
def test_frozen_past_its_lease(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    """A sender stands still until others have taken over what it held, and then goes on where it was."""
    role = {"sqlite": "run", "postgresql": "worker"}[database]
    with running(request, tmp_path, database) as run:
        run.fall_due()
        run.until(lambda: run.taken() >= MESSAGES // 8)
        frozen = run.crew.alive(role)[0]
        run.crew.signal(frozen, signal.SIGSTOP)
        if database == "sqlite":
            run.crew.start(role)
        run.pass_time(LEASE_SECONDS + 1)
        run.crew.signal(frozen, signal.SIGCONT)
        run.until_there()
        run.until_ended()
        run.crew.stop()
        verdict = run.verdict()
    nothing_lost_or_doubled(run, verdict)


def test_the_database_is_restarted_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Server
) -> None:
    """PostgreSQL ends without a word in the middle of the work, twice; nobody has to be started anew."""
    with running(request, tmp_path, "postgresql") as run:
        run.fall_due()
        for part in (4, 2):
            run.until(lambda wanted=MESSAGES // part: run.taken() >= wanted)  # type: ignore[misc] # bound now
            postgres.restart_immediate()
        run.until_there()
        run.until_ended()
        there = len(run.crew.alive())
        run.crew.stop()
        verdict = run.verdict()
    assert there == len(run.options.roles)
    nothing_lost_or_doubled(run, verdict)


def test_the_control_without_looking_it_doubles(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The judge sees doubles where nobody looks in Slack before sending again."""
    began = time.monotonic()
    with running(request, tmp_path, "sqlite", look_up=False) as run:
        run.slack.workspace.fault("chat.postMessage", "error_after", times=8)
        verdict = run.go()
    assert verdict.doubled > 0, f"after {time.monotonic() - began:.0f} s: {verdict}"
    assert verdict.lost == 0
