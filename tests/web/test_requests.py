"""Slack's requests over HTTP: what is signed is answered, anything else gets a sentence and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.web.answers import MOST_BYTES
from sandbox.process import Running
from tests.web.site import Site, database, free_port, serving, settings

CANARY = "CANARY-private-words"


@pytest.fixture(scope="module")
def site(local_slack: tuple[Running, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One web process for this module, on SQLite: it also ticks and sends."""
    running, _ = local_slack
    folder = tmp_path_factory.mktemp("site")
    origin = database(folder / "newest.sqlite3")
    with serving(running, settings(running, folder, origin, free_port())) as found:
        yield found


def test_a_search_becomes_a_request(site: Site) -> None:
    """Command, button, form and message to the mentor, all over signed HTTP through the local Slack."""
    mira, tomas = site.slack.person("mira"), site.slack.person("tomas")
    answer = mira.command("/findmentor single-cell RNA")
    assert "Tomás Aguilar" in answer.text
    modal = answer.message.button("Ask").click().modal
    modal.fill(note="May I learn clustering from you?").submit()
    assert "clustering" in tomas.dm.wait("clustering").text


def test_any_word_may_stand_in_a_command(site: Site) -> None:
    """Bolt takes a form with the word payload in it for one of another kind: it is answered all the same."""
    assert site.types("mira", "/findmentor", "payload engineering").status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "0" * 32},
        {"signature": ""},
        {"signature": "v0=0"},
        {"signature": "v0=ü".encode().decode("latin-1")},
        {"at": "0"},
        {"at": "soon"},
        {"ago": "301"},
        {"ago": "-400"},
    ],
    ids=str,
)
def test_what_slack_did_not_sign_is_refused(site: Site, wrong: dict[str, str]) -> None:
    """Wrong, missing, too old, from the future: 401, one sentence that does not say which."""
    reply = site.slack_says("command=%2Ffindmentor&text=rna", **wrong)
    assert reply.status == 401
    assert reply.text == "This request is not from Slack, or too old.\n"


def test_an_unsigned_request_is_refused(site: Site) -> None:
    """Without any signature nothing is even parsed."""
    assert site.ask("POST", "/slack/events", "payload={").status == 401


@pytest.mark.parametrize("body", ["payload=%7B", "payload=[1]", "{", b"\xff\xfe", "payload=%22words%22"])
def test_a_poisoned_payload_is_refused(site: Site, body: str | bytes) -> None:
    """Signed but broken: a plain no, and the next request is answered."""
    assert site.slack_says(body).status in {400, 401, 404}
    assert site.get("/healthz").status == 200


TEAM = {"team_id": "T0RIVERSIDE"}
OF_NO_SHAPE: dict[str, Any] = {
    "event is nothing": {"type": "event_callback", "event": None, **TEAM},
    "event is a list": {"type": "event_callback", "event": [CANARY], **TEAM},
    "event of no type": {"type": "event_callback", "event": {"text": CANARY}, **TEAM},
    "event of a number for a type": {"type": "event_callback", "event": {"type": 7}, **TEAM},
    "no event": {"type": "event_callback", **TEAM},
    "no team": {"type": "event_callback", "event": {"type": "message", "text": CANARY}},
    "authorizations of words": {
        "type": "event_callback",
        "event": {"type": "message"},
        "authorizations": [CANARY],
        **TEAM,
    },
    "a user by number": {"type": "block_actions", "actions": [{"action_id": "a"}], "user": 7, **TEAM},
    "no actions": {"type": "block_actions", "user": {"id": "U0MIRA"}, **TEAM},
    "actions of words": {"type": "block_actions", "actions": [CANARY], "user": {"id": "U0MIRA"}, **TEAM},
    "an action without an id": {"type": "block_actions", "actions": [{"value": CANARY}], **TEAM},
    "a view of words": {"type": "view_submission", "view": CANARY, "user": {"id": "U0MIRA"}, **TEAM},
    "a view of nobody": {"type": "view_submission", "view": {"id": "V1"}, "user": {"id": "U0MIRA"}, **TEAM},
    "a state of words": {
        "type": "view_submission",
        "view": {"callback_id": "c", "state": {"values": {CANARY: [CANARY]}}},
        "user": {"id": "U0MIRA"},
        **TEAM,
    },
    "a suggestion for nothing": {"type": "block_suggestion", "user": {"id": "U0MIRA"}, **TEAM},
    "nothing at all": {},
    "a number": 7,
    "nothing": None,
    "many brackets": "[" * 20_000,
}


@pytest.mark.parametrize("name", OF_NO_SHAPE)
@pytest.mark.parametrize("as_form", [False, True], ids=["json", "form"])
def test_what_has_another_shape_is_refused(site: Site, name: str, *, as_form: bool) -> None:
    """Signed, but of a shape Slack does not send: 400 and one sentence, one line in the log without words."""
    sent = OF_NO_SHAPE[name]
    body = sent if isinstance(sent, str) else json.dumps(sent)
    numbers = []
    for _ in range(2):
        reply = (
            site.slack_says(urlencode({"payload": body}))
            if as_form
            else site.slack_says(body, kind="application/json")
        )
        assert reply.status == 400
        assert reply.text.count("\n") == 1
        assert reply.text.startswith("This is nothing Slack sends. The reference is ")
        numbers.append(reply.text.removesuffix(".\n").rpartition(" ")[2])
    site.until(numbers[0])
    said = site.until(numbers[1])
    assert said.count("\n") == 1, said
    assert f"a signed request is nothing Slack sends, reference {numbers[1]}: " in said
    assert CANARY not in said


def test_a_body_has_an_end(site: Site) -> None:
    """Nothing larger than Slack sends is read, however large it says that it is."""
    assert site.slack_says("text=" + "x" * MOST_BYTES).status == 413


def test_slack_sees_whether_somebody_is_there(site: Site) -> None:
    """The challenge of an events address is echoed; a look at the certificate is answered."""
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB10FEMAGAZd4FyFQ", "token": "t"})
    reply = site.slack_says(asked, kind="application/json")
    assert (reply.status, reply.json()) == (200, {"challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"})
    assert site.slack_says("ssl_check=1&token=t").status == 200
    assert site.ask("POST", "/slack/events", "ssl_check=1&token=t").status == 200
    assert site.get("/slack/events?ssl_check=1&token=t").status == 200
    assert site.ask("POST", "/slack/events", "ssl_check=0&token=t").status == 401


def test_a_repeated_event_is_answered_once(site: Site) -> None:
    """Slack delivers again what it thinks was not heard: the same event brings one answer."""
    noor = site.slack.person("noor")
    event = {
        "type": "event_callback",
        "team_id": "T0RIVERSIDE",
        "event_id": "Ev0REPEATED",
        "event": {
            "type": "message",
            "channel_type": "im",
            "channel": "D0NOOR",
            "user": noor.id,
            "text": "hello",
            "ts": "1.0",
        },
    }
    for attempt in range(3):
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        body = json.dumps(event)
        kind = {"Content-Type": "application/json"}
        assert site.ask("POST", "/slack/events", body, {**site.signed(body), **headers, **kind}).status == 200
    noor.dm.wait("/mentorship help")
    assert len(noor.dm.messages) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/readyz", 405),
        ("DELETE", "/", 405),
        ("GET", "/wp-admin", 404),
        ("GET", "/slack/install", 404),
        ("GET", "/slack/oauth_redirect?code=secret", 404),
    ],
)
def test_elsewhere_is_a_plain_sentence(site: Site, method: str, path: str, status: int) -> None:
    """A wrong method or address gets one sentence, nothing about the machine."""
    reply = site.ask(method, path)
    assert reply.status == status
    assert reply.text.count("\n") == 1
    assert reply.text.strip().endswith(".")
    assert "traceback" not in reply.text.lower()


def test_people_find_a_page(site: Site) -> None:
    """Who opens the address reads in plain words what this is; nothing is loaded from elsewhere."""
    reply = site.get("/")
    assert reply.status == 200
    assert "/mentorship help" in reply.text
    assert reply.headers["content-type"].startswith("text/html")
    assert "http" not in reply.text
    assert site.ask("HEAD", "/").body == b""
