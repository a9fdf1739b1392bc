"""Signed HTTP delivery to a Bolt app that checks signatures itself."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from sandbox.server.delivery import courier, signed
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.bolt import Heard, listening
from tests.sandbox.server.served import TEAM, Served, button


class Web:
    """A Bolt app behind an HTTP address; keeps the headers of what came and can fail on purpose."""

    def __init__(self) -> None:
        self.app: App | None = None
        self.headers: list[dict[str, str]] = []
        self.bodies: list[str] = []
        self.statuses: list[int] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                web.headers.append({key.lower(): value for key, value in self.headers.items()})
                web.bodies.append(body)
                status, said, kind = (
                    (web.statuses.pop(0), "", "text/plain") if web.statuses else web.answer(body)
                )
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(said.encode())))
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_args: Any) -> None:
                """Keep the test's output clean."""

        return Handler

    def answer(self, body: str) -> tuple[int, str, str]:
        """What the Bolt app answers; before there is one, the challenge."""
        if self.app is None:
            return 200, json.loads(body)["challenge"], "text/plain"
        headers: dict[str, Any] = dict(self.headers[-1])
        response = self.app.dispatch(BoltRequest(body=body, headers=headers))
        return (
            response.status,
            response.body or "",
            response.first_headers().get("content-type", "text/plain"),
        )


@pytest.fixture
def web() -> Iterator[Web]:
    """An address that answers."""
    web = Web()
    yield web
    web.close()


@pytest.fixture
def heard(slack: Served, web: Web) -> Heard:
    """What an app hears that was installed with a request URL."""
    said = slack.control("reset", team=TEAM, manifest=DEFAULT_MANIFEST, request_url=web.url, limits_off="all")
    assert said["ok"]
    heard = Heard()
    web.app = listening(slack, heard)
    return heard


def test_a_command_is_signed_and_answered(slack: Served, web: Web, heard: Heard) -> None:
    """Bolt accepts the signature, and its answer is shown."""
    heard.answer = "hello"
    assert slack.control("people/alice/command", text="/hello you")["ack"] == {"text": "hello"}
    assert heard.next()["text"] == "you"
    verifier = SignatureVerifier(slack.keys["signing_secret"])
    assert verifier.is_valid_request(web.bodies[0], web.headers[0])
    assert not verifier.is_valid_request(web.bodies[0] + " ", web.headers[0])
    assert web.headers[0]["content-type"] == "application/x-www-form-urlencoded"


def test_an_interaction_comes_as_one_form_field(slack: Served, web: Web, heard: Heard) -> None:
    """A press arrives as payload=JSON."""
    said = slack.api("chat.postMessage", channel="U0ALICE", text="x", blocks=[button()])
    assert heard.next()["event"]["type"] == "message"
    where = {"channel": said["channel"], "message_ts": said["ts"]}
    assert slack.control("people/alice/press", container=where, action_id="go")["ok"]
    payload = json.loads(parse_qs(web.bodies[-1])["payload"][0])
    assert payload["actions"][0]["action_id"] == "go"
    assert heard.next()["type"] == "block_actions"


def test_an_event_is_repeated_until_it_is_taken(
    slack: Served, web: Web, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same event id comes again, with Slack's headers saying how often and why."""
    monkeypatch.setattr(courier, "RETRY_AFTER", (0.0, 0.0, 0.0))
    web.statuses = [500, 503]
    slack.control("people/alice/say", channel="@app", text="hi")
    assert heard.next()["event"]["text"] == "hi"
    told = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in web.headers]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({json.loads(body)["event_id"] for body in web.bodies}) == 1


def _attempts(slack: Served, web: Web, several: int) -> list[str | None]:
    """The number of each attempt, once there are several of them."""
    while len(web.bodies) < several:
        slack.view("alice")
    return [headers.get("x-slack-retry-num") for headers in web.headers]


def _waiting(slack: Served) -> None:
    """Wait until a repetition waits for its hour."""
    while not slack.box.courier.waiting:
        slack.view("alice")


def test_repetitions_wait_for_the_clock(slack: Served, web: Web, heard: Heard) -> None:
    """At once, then after one and after five minutes, which a skip of the clock brings about."""
    web.statuses = [500, 500, 500]
    slack.control("people/alice/say", channel="@app", text="hi")
    assert _attempts(slack, web, 2) == [None, "1"]
    _waiting(slack)
    slack.control("clock", skip_seconds=59)
    assert slack.box.courier.waiting == 1
    slack.control("clock", skip_seconds=2)
    assert _attempts(slack, web, 3) == [None, "1", "2"]
    _waiting(slack)
    slack.control("clock", skip_seconds=299)
    assert slack.box.courier.waiting == 1
    slack.control("clock", skip_seconds=1)
    assert heard.next()["event"]["text"] == "hi"
    assert _attempts(slack, web, 4) == [None, "1", "2", "3"]


def test_a_repetition_can_be_had_at_once(slack: Served, web: Web, heard: Heard) -> None:
    """Control sends what waits, whatever the clock says; then nothing waits any more."""
    web.statuses = [500, 500]
    slack.control("people/alice/say", channel="@app", text="hi")
    _attempts(slack, web, 2)
    _waiting(slack)
    assert slack.control("retry") == {"ok": True, "repeated": 1}
    assert heard.next()["event"]["text"] == "hi"
    assert slack.control("retry") == {"ok": True, "repeated": 0}


def test_an_event_comes_twice_where_that_is_ordered(slack: Served, web: Web, heard: Heard) -> None:
    """Both deliveries carry the same event id and no retry header: nothing tells them apart but that."""
    slack.control("faults", kind="duplicate_event", method="message.im")
    slack.control("people/alice/say", channel="@app", text="hi")
    first, second = heard.next(), heard.next()
    assert first["event_id"] == second["event_id"]
    assert not any("x-slack-retry-num" in headers for headers in web.headers)


def test_an_event_is_given_up_after_three_repetitions(
    slack: Served, web: Web, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four attempts in all; the next event comes as usual."""
    monkeypatch.setattr(courier, "RETRY_AFTER", (0.0, 0.0, 0.0))
    web.statuses = [500] * 4
    slack.control("people/alice/say", channel="@app", text="lost")
    while len(web.bodies) < 4:
        slack.view("alice")
    slack.control("people/alice/say", channel="@app", text="next")
    assert heard.next()["event"]["text"] == "next"


def test_an_address_that_fails_or_hangs_is_told_to_the_person(
    slack: Served, web: Web, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A status of failure, no answer in time and nobody there have their own names."""
    web.statuses = [500]
    assert slack.control("people/alice/command", text="/hello")["error"] == "http_service_error"
    monkeypatch.setattr(signed, "ACK_SECONDS", 0.000001)
    assert slack.control("people/alice/command", text="/hello")["error"] == "operation_timeout"
    monkeypatch.undo()
    slack.box.first_app.request_url = "http://127.0.0.1:9/"
    assert slack.control("people/alice/command", text="/hello")["error"] == "dispatch_failed"
    assert heard.bodies.qsize() <= 1


def test_an_events_address_must_echo_the_challenge(slack: Served, web: Web) -> None:
    """Installing says whether the address answered the challenge."""
    said = slack.control("apps", manifest=DEFAULT_MANIFEST, request_url=web.url)
    assert said["url_verified"]
    assert json.loads(web.bodies[0])["type"] == "url_verification"
    app = said["app_id"]
    assert slack.control(f"apps/{app}", verify=True)["url_verified"]
    web.statuses = [500, 500]
    assert not slack.control(f"apps/{app}", verify=True)["url_verified"]
    assert not slack.control("apps", manifest=DEFAULT_MANIFEST, request_url=web.url)["url_verified"]


def test_bolt_answers_the_knock_at_its_address(slack: Served, web: Web, heard: Heard) -> None:
    """ssl_check is answered by Bolt itself; no listener hears it."""
    assert slack.control(f"apps/{slack.keys['app_id']}", ssl_check=True)["error"] is None
    assert "ssl_check=1" in web.bodies[-1]
    assert heard.bodies.empty()


def test_two_apps_live_side_by_side(slack: Served, web: Web) -> None:
    """Each has its own tokens and messages; the later one gets a command both declare."""
    other = slack.control("apps", manifest=DEFAULT_MANIFEST, request_url=web.url)
    web.app = listening(slack, heard := Heard())
    web.app._client.token = other["bot_token"]
    mine = slack.api("chat.postMessage", channel="U0ALICE", text="x")
    theirs = {"channel": mine["channel"], "ts": mine["ts"], "text": "y"}
    assert slack.api("chat.update", other["bot_token"], **theirs)["error"] == "channel_not_found"
    assert slack.api("auth.test", other["bot_token"])["user_id"] == other["bot_user_id"]
    web.app = None
    web.statuses = [200]
    assert slack.control("people/alice/command", text="/hello")["ok"]
    assert b"command=%2Fhello" in web.bodies[-1].encode()
    assert heard.bodies.empty()
