"""Production whole: web, worker and clock as processes on PostgreSQL, over signed HTTP."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest

from bot.manifest import manifest
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from sandbox.process import Running
from tests import postgres as real_postgres
from tests.cast import KEYS, MONDAY, fill, team, template
from tests.commands.terminal import started
from tests.web.site import PATIENCE_SECONDS, Site, free_port, serving, until_ready

CANARIES = ("single-cell", "clustering", "Mira", "Tomás", "@riverside", "xoxb-", "Traceback")


@dataclass
class Production:
    """The site, and the processes beside it by kind."""

    site: Site
    beside: dict[str, Popen[str]]


@pytest.fixture
def production(local_slack: tuple[Running, Path], fresh_postgres: str) -> Iterator[Production]:
    """One process of each kind on a fresh database."""
    running, _ = local_slack
    port = free_port()
    address = f"http://127.0.0.1:{port}/slack/events"
    running.reset(team(), manifest(request_url=address), limits_off="all")
    db = Database(open_engine(fresh_postgres), Keyring.parse(KEYS))
    fill(db, MONDAY)
    db.engine.dispose()
    env = {
        "DATABASE_URL": fresh_postgres,
        "MENTORBOT_KEYS": KEYS,
        "MENTORBOT_CONFIG": str(template().config),
        "SLACK_API_URL": running.api_url,
        "SLACK_BOT_TOKEN": running.bot_token,
        "SLACK_SIGNING_SECRET": running.signing_secret,
        "MENTORBOT_PORT": str(port),
        "MENTORBOT_TICK_SECONDS": "0.5",
        "MENTORBOT_UNREADY_SECONDS": "0",
        "MENTORBOT_SILENT_SECONDS": "5",
        "MENTORBOT_LOG_LEVEL": "DEBUG",
        "MENTORBOT_LOG_FORMAT": "json",
    }
    with ExitStack() as processes:
        beside = {kind: processes.enter_context(started(kind, **env)) for kind in ("worker", "clock")}
        site = processes.enter_context(serving(running, env))
        for child in beside.values():
            until_ready(child)
        yield Production(site, beside)


def becomes(true: Callable[[], object], what: str) -> None:
    """Wait until something is true. Raises AssertionError where it never comes true."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends, f"never happened: {what}"


def test_a_request_goes_all_the_way(production: Production) -> None:
    """Search, request, acceptance and the news of it; every process ends with 0 and has kept it to itself."""
    site = production.site
    becomes(lambda: site.get("/readyz").status == 200, "ready")
    mira, tomas = site.slack.person("mira"), site.slack.person("tomas")
    modal = mira.command("/findmentor single-cell RNA").message.button("Ask").click().modal
    modal.fill(note="May I learn clustering from you?").submit()
    tomas.dm.wait("clustering").button("Accept").click()
    mira.dm.wait("accepted")
    assert "mentorbot_messages_sent_total 0.0" not in site.get("/metrics").text
    for child in production.beside.values():
        child.send_signal(signal.SIGTERM)
    said = {kind: child.communicate(timeout=PATIENCE_SECONDS)[0] for kind, child in production.beside.items()}
    said["web"] = site.stop(signal.SIGTERM)
    assert [child.returncode for child in (*production.beside.values(), site.child)] == [0, 0, 0]
    for kind, text in said.items():
        for canary in CANARIES:
            assert canary not in text, kind
        lines = [line for line in text.splitlines() if not line.startswith(("Ready", "Stopping"))]
        assert {json.loads(line)["process"] for line in lines} <= {kind}


def test_a_clock_that_stands_still_is_told(production: Production) -> None:
    """Stopped, it is missed within the configured seconds; going on, all is well again."""
    site, clock = production.site, production.beside["clock"]
    becomes(lambda: site.get("/readyz").status == 200, "ready")
    clock.send_signal(signal.SIGSTOP)
    becomes(lambda: site.ready()["failing"] == ["clock"], "the missing tick")
    assert site.get("/readyz/web").status == 200
    clock.send_signal(signal.SIGCONT)
    becomes(lambda: site.get("/readyz").status == 200, "ready again")


def test_a_database_that_is_gone_is_told(
    production: Production, postgres: real_postgres.Server, fresh_postgres: str
) -> None:
    """503 with the reason, in time; the process lives, and its figures say so too."""
    site = production.site
    becomes(lambda: site.get("/readyz/web").status == 200, "ready")
    postgres.drop(fresh_postgres)
    becomes(lambda: site.ready()["failing"] == ["database"], "the missing database")
    reply = site.get("/readyz/web")
    assert reply.status == 503
    assert "mentorbot" not in str(reply.json()["checks"]["database"])
    assert site.get("/healthz").status == 200
    assert "mentorbot_database_up 0.0" in site.get("/metrics").text
