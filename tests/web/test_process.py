"""The web process as a whole: its stop, its figures, its logs, its refusals."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sandbox.driver import Workspace
from sandbox.process import Running
from tests.commands.terminal import process
from tests.web.site import Site, database, free_port, serving, settings

CANARIES = ("single-cell", "cnry-note", "Mira", "Tomás", "Lindqvist", "@riverside", "xoxb-", "hello there")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to copy."""
    return database(tmp_path_factory.mktemp("origin") / "newest.sqlite3")


@pytest.fixture
def env(local_slack: tuple[Running, Path], tmp_path: Path, origin: Path) -> dict[str, str]:
    """Settings of a web process in a fresh workspace."""
    running, _ = local_slack
    return settings(running, tmp_path, origin, free_port())


@pytest.fixture
def site(local_slack: tuple[Running, Path], env: dict[str, str]) -> Iterator[Site]:
    """A web process that stops accepting a second after it was told to."""
    with serving(local_slack[0], env | {"MENTORBOT_UNREADY_SECONDS": "1"}) as found:
        yield found


def written(event_id: str) -> str:
    """Return the event that somebody wrote to the bot."""
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0MIRA",
        "user": "U0MIRA",
        "text": "hello there",
        "ts": "1.0",
    }
    return json.dumps(
        {"type": "event_callback", "team_id": "T0RIVERSIDE", "event_id": event_id, "event": event}
    )


def test_a_stop_loses_nothing(site: Site) -> None:
    """While it stops it says so and still answers; what it answered with 200 is done when it has ended."""
    acknowledged: list[str] = []
    told = threading.Event()
    after: list[str] = []

    def write(thread: int) -> None:
        for number in range(10_000):
            event_id = f"Ev{thread}x{number}"
            late = told.is_set()
            if site.slack_says(written(event_id), kind="application/json").status == 200:
                acknowledged.append(event_id)
                after.extend([event_id] if late else [])

    def until_refused(thread: int) -> None:
        with suppress(OSError):
            write(thread)

    threads = [threading.Thread(target=until_refused, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    site.child.send_signal(signal.SIGTERM)
    told.set()
    said = None
    while said is None or said.status == 200:
        said = site.get("/readyz/web")
    assert said.json()["failing"] == ["process"]
    assert site.get("/healthz").status == 200
    everything = site.wait()
    for thread in threads:
        thread.join()
    assert site.child.returncode == 0
    assert "Stopping" in everything
    assert "Traceback" not in everything
    assert after
    with closing(sqlite3.connect(site.env["DATABASE_URL"].removeprefix("sqlite:///"))) as opened:
        kept = {key.removeprefix("written:") for (key,) in opened.execute("SELECT key FROM outbox")}
    assert set(acknowledged) - kept == set()


def test_ctrl_c_stops_in_good_order_too(site: Site) -> None:
    """As SIGTERM does."""
    everything = site.stop(signal.SIGINT)
    assert site.child.returncode == 0
    assert "Traceback" not in everything


def test_figures_over_http(site: Site) -> None:
    """What came in is counted by kind of payload; the whole parses as Prometheus reads it."""
    site.types("mira", "/mentorship", "help")
    site.slack_says(written("Ev1"), kind="application/json")
    reply = site.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = {
        sample.labels["kind"]: sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
        if sample.name == "mentorbot_ack_seconds_count"
    }
    assert counted == {"command": 1, "event": 1}


def test_figures_may_want_a_token(local_slack: tuple[Running, Path], env: dict[str, str]) -> None:
    """With one set, nobody reads them without; health needs none."""
    with serving(local_slack[0], env | {"MENTORBOT_METRICS_TOKEN": "sesame"}) as site:
        assert site.get("/metrics").status == 401
        assert site.ask("GET", "/metrics", headers={"Authorization": "Bearer wrong"}).status == 401
        assert site.ask("GET", "/metrics", headers={"Authorization": "Bearer sesame"}).status == 200
        assert site.get("/readyz/web").status == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: slow",
        b"POST /slack/events HTTP/1.1\r\nHost: slow\r\nContent-Length: 1000\r\n\r\npayload=",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_clients_that_dawdle_stop_nobody(
    local_slack: tuple[Running, Path], env: dict[str, str], begun: bytes
) -> None:
    """As many as there are threads begin a request and send no more: all others are answered soon after."""
    threads = 4
    with serving(local_slack[0], env | {"MENTORBOT_WEB_THREADS": str(threads)}) as site, ExitStack() as lines:
        slow = [
            lines.enter_context(socket.create_connection(("127.0.0.1", site.port))) for _ in range(threads)
        ]
        for line in slow:
            line.sendall(begun)
        assert site.get("/healthz").status == 200
        if b"payload" in begun:
            assert slow[0].recv(12) == b"HTTP/1.1 408"
        lines.close()
        everything = site.stop(signal.SIGTERM)
    assert "Traceback" not in everything
    assert "The reference is" not in everything


@pytest.mark.parametrize("form", ["text", "json"])
def test_logs_keep_what_people_write(
    local_slack: tuple[Running, Path], env: dict[str, str], form: str
) -> None:
    """A whole flow, with faults, at DEBUG: no note, search, name, address or token in any line."""
    logged = {"MENTORBOT_LOG_LEVEL": "DEBUG", "MENTORBOT_LOG_FORMAT": form}
    with serving(local_slack[0], env | logged) as site:
        mira = site.slack.person("mira")
        modal = mira.command("/findmentor single-cell RNA").message.button("Ask").click().modal
        site.slack.fault("chat.postMessage", "error_before", times=1)
        modal.fill(note="cnry-note: may I ask?").submit()
        with closing(Workspace(site.slack.address, patience=20)) as patient:
            patient.person("tomas").dm.wait("cnry-note")
        site.slack_says(written("Ev1"), kind="application/json")
        site.slack_says("payload=cnry-note")
        site.slack_says("text=cnry-note", secret="0" * 32)
        site.slack_says(json.dumps({"type": "event_callback", "event": {"type": "cnry-note"}}))
        site.get("/cnry-note?code=cnry-note")
        everything = site.stop(signal.SIGTERM)
    for canary in CANARIES:
        assert canary not in everything
    lines = [line for line in everything.splitlines() if not line.startswith(("Ready", "Stopping"))]
    assert lines
    if form == "json":
        assert {json.loads(line)["process"] for line in lines} == {"web"}


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET"),
        ("MENTORBOT_KEYS", "MENTORBOT_KEYS"),
        ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID"),
    ],
)
def test_web_refuses_without_settings(env: dict[str, str], missing: str, says: str) -> None:
    """It names what is not set, with exit code 2 and no traceback."""
    said = process("web", **{name: value for name, value in env.items() if name != missing})
    assert said.code == 2
    assert says in said.text
    assert "Traceback" not in said.text


def test_web_ends_with_a_sentence_where_slack_refuses(env: dict[str, str]) -> None:
    """A wrong token ends the whole process: it does not start again and again."""
    said = process("web", **env | {"SLACK_BOT_TOKEN": "xoxb-0-not-known"})
    assert said.code not in {0, 2}
    assert "Slack" in said.text
    assert "Traceback" not in said.text


def test_web_refuses_a_port_in_use(env: dict[str, str], tmp_path: Path) -> None:
    """One sentence with what to do, at once, and nothing else: no database is touched, no trace shown."""
    fresh = tmp_path / "untouched.sqlite3"
    with closing(socket.create_server(("127.0.0.1", int(env["MENTORBOT_PORT"])))):
        said = process("web", **env | {"DATABASE_URL": f"sqlite:///{fresh}"})
    assert said.code == 2
    assert said.text == (
        f"Another process serves at 127.0.0.1:{env['MENTORBOT_PORT']} already: stop that one, or set "
        "MENTORBOT_PORT to a free port.\n"
    )
    assert not fresh.exists()


def test_web_refuses_an_address_that_is_none(env: dict[str, str]) -> None:
    """A host of another machine, or a name nobody knows: one sentence names the setting."""
    for host in ("192.0.2.1", "no-such-host.invalid"):
        said = process("web", **env | {"MENTORBOT_HOST": host})
        assert said.code == 2
        assert said.text == (
            f"{host} is no address of this machine: set MENTORBOT_HOST to one that is, such as 127.0.0.1.\n"
        )


def test_embedded_it_makes_its_own_database(
    local_slack: tuple[Running, Path], env: dict[str, str], tmp_path: Path
) -> None:
    """On a file that is not there yet: the schema, the workspace and the programme are made at the start."""
    fresh = {"DATABASE_URL": f"sqlite:///{tmp_path / 'var' / 'new.sqlite3'}"}
    with serving(local_slack[0], env | fresh) as site:
        assert site.get("/readyz/web").status == 200
        answer = site.slack.person("mira").command("/findmentor rna")
        assert "not part of a mentorship programme here yet" in answer.text
