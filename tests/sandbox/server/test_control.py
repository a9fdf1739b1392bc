"""The control API: who may call it, the clock, faults, resets and the long poll."""

import threading
from typing import Any

import pytest

from sandbox.coverage import COVERAGE
from sandbox.server.application import PAGE
from sandbox.server.control.routes import ROUTES, TEAM
from sandbox.server.delivery import sockets
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.served import Json, Served, modal


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "10.0.0.1:80"},
    ],
)
def test_other_pages_cannot_control(slack: Served, headers: dict[str, str]) -> None:
    """A web page from elsewhere, also one that points its name at this machine, is turned away."""
    status, said, _ = slack.ask("POST", "/control/clock", {"skip_seconds": 60}, headers)
    assert (status, said["error"]) == (403, "forbidden")
    assert slack.box.clock.offset == 0


def test_its_own_page_can_control(slack: Served) -> None:
    """The page's own origin passes."""
    status, said, _ = slack.ask("POST", "/control/clock", {"skip_seconds": 60}, {"Origin": slack.box.address})
    assert (status, said["offset_seconds"]) == (200, 60.0)


def test_the_page_may_load_nothing_from_elsewhere(slack: Served) -> None:
    """The page comes with a policy: own scripts and styles, pictures where blocks point."""
    status, said, headers = slack.ask("GET", "/")
    assert status == 200
    assert said["raw"] == (PAGE / "index.html").read_bytes()
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert headers["cache-control"] == "no-store"
    sources = policy["img-src"].split()
    assert all("127.0.0.1" in one or "localhost" in one or one in {"'self'", "data:"} for one in sources)


@pytest.mark.parametrize(
    ("verb", "path", "body", "error"),
    [
        ("POST", "people/nobody/say", {"channel": "#open", "text": "x"}, "person_not_found"),
        ("POST", "people/alice/say", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ("POST", "people/alice/say", {"channel": "#open"}, "missing_field"),
        (
            "POST",
            "people/alice/say",
            {"channel": "#open", "text": "x", "thread_ts": "1.0"},
            "thread_not_found",
        ),
        ("POST", "people/otherbot/say", {"channel": "#open", "text": "x"}, "is_bot"),
        ("POST", "people/alice", {"age": 3}, "unknown_field"),
        ("POST", "people/alice", {"tz": "Mars/Olympus"}, "invalid_person"),
        ("POST", "people/newcomer", {}, "person_not_found"),
        ("POST", "people/alice/submit", {"view_id": "V0NONE"}, "view_not_found"),
        ("POST", "people/alice/press", {"action_id": "x"}, "missing_field"),
        ("POST", "people/alice/join", {"channel": "@bob"}, "method_not_supported_for_channel_type"),
        ("POST", "clock", {"skip_seconds": -5}, "clock_backwards"),
        ("POST", "clock", {"to": "2020-01-01T00:00:00Z"}, "clock_backwards"),
        ("POST", "clock", {"to": "2099-01-01T00:00:00"}, "invalid_instant"),
        ("POST", "clock", {"skip_seconds": "long"}, "invalid_instant"),
        ("POST", "faults", {"kind": "earthquake"}, "unknown_kind"),
        ("POST", "faults", {"kind": "late"}, "missing_field"),
        ("POST", "faults", {"kind": "late", "method": "x", "times": "often"}, "invalid_number"),
        ("POST", "apps", {"manifest": {}}, "invalid_manifest"),
        ("POST", "apps", {"manifest": "x"}, "invalid_field"),
        ("POST", "limits", {"off": 3}, "invalid_field"),
        ("POST", "people/alice", {"tz": 3}, "invalid_person"),
        ("POST", "people/alice", {"dnd": {"start": "late"}}, "invalid_person"),
        ("POST", "clock", {"skip_seconds": 1e300}, "clock_backwards"),
        ("POST", "apps/A0NONE", {"uninstall": True}, "app_not_found"),
        ("POST", "reset", {"manifest": {"display_information": {}}}, "invalid_seed"),
        ("POST", "reset", {"team": {"people": [{}]}}, "invalid_seed"),
        ("GET", "traffic?since=x", None, "invalid_number"),
        ("GET", "people/alice/view?since=x", None, "invalid_number"),
    ],
)
def test_misuse_is_answered_with_a_sentence(
    slack: Served, verb: str, path: str, body: Json | None, error: str
) -> None:
    """Each mistake has a name and a sentence, and a status of failure."""
    status, said, _ = slack.ask(verb, f"/control/{path}", body)
    assert (said["ok"], said["error"]) == (False, error)
    assert 400 <= status < 500
    assert said["say"]


def test_a_refused_reset_changes_nothing(slack: Served) -> None:
    """The workspace stays as it was."""
    slack.control("people/alice/say", channel="#open", text="still here")
    slack.control("reset", team={"people": [{}]})
    assert any(m["text"] == "still here" for c in slack.view("alice")["channels"] for m in c["messages"])


def test_a_reset_without_a_manifest_keeps_the_tokens(slack: Served) -> None:
    """A bot that runs keeps working in the fresh workspace; the clock begins anew."""
    before = slack.box.connections()
    slack.control("clock", skip_seconds=600)
    slack.control("people/alice/say", channel="#open", text="old")
    assert slack.control("reset") == {"ok": True} | before
    assert slack.api("auth.test", before["bot_token"])["ok"]
    assert slack.box.clock.offset == 0
    assert all(not c["messages"] for c in slack.view("alice")["channels"])
    fresh = slack.control("reset", manifest=DEFAULT_MANIFEST)
    assert fresh["bot_token"] != before["bot_token"]
    assert slack.api("auth.test", before["bot_token"])["error"] == "invalid_auth"


def test_the_long_poll_answers_at_the_change(slack: Served) -> None:
    """It waits while nothing happens to this person, and answers with what happened."""
    rev = slack.view("alice")["rev"]
    got: list[Any] = []
    path = f"/control/people/alice/view?since={rev}&wait=30"
    waiting = threading.Thread(target=lambda: got.append(slack.ask("GET", path)[1]))
    waiting.start()
    slack.control("people/bob/say", channel="#closed", text="not hers")
    slack.control("people/bob/say", channel="#general", text="hers")
    waiting.join(20)
    assert [m["text"] for c in got[0]["channels"] for m in c["messages"]] == ["hers"]
    assert got[0]["rev"] > rev


def test_new_timestamps_follow_a_skip(slack: Served) -> None:
    """What is written after a skip is stamped a week later; what is signed is not."""
    first = float(slack.api("chat.postMessage", channel="C0OPEN", text="1")["ts"])
    slack.control("clock", skip_seconds=7 * 86_400)
    second = float(slack.api("chat.postMessage", channel="C0OPEN", text="2")["ts"])
    assert 7 * 86_400 <= second - first < 7 * 86_400 + 60


def test_channels_can_be_made_changed_and_closed(slack: Served) -> None:
    """A lead's chores: create, invite, archive, delete."""
    slack.control("channels/lab", create=True, is_private=True, add=["alice", "@app"])
    shown = next(c for c in slack.view("alice")["channels"] if c["name"] == "lab")
    assert (shown["kind"], shown["members"]) == ("private", ["U0ALICE", slack.keys["bot_user_id"]])
    slack.control("channels/lab", remove=["@app"])
    assert slack.api("chat.postMessage", channel=shown["id"], text="x")["error"] == "channel_not_found"
    slack.control("channels/general", archived=True)
    assert slack.api("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "is_archived"
    slack.control("channels/general", archived=False)
    assert slack.api("chat.postMessage", channel="C0GENERAL", text="x")["ok"]
    slack.control("channels/general", deleted=True)
    assert slack.api("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "channel_not_found"


_GOOD: Json = {
    "channel": "C0OPEN",
    "user": "U0ALICE",
    "user_id": "U0ALICE",
    "users": "U0ALICE",
    "text": "x",
    "view": modal(),
    "ts": "1.0",
    "timestamp": "1.0",
    "message_ts": "1.0",
    "name": "x",
    "files": [{"id": "F0"}],
    "filename": "x",
    "length": 1,
    "post_at": 1,
    "email": "x",
    "file": "F0",
    "scheduled_message_id": "Q0",
    "trigger_id": "1.1.1",
    "manifest": {},
}
_WEIRD: list[Any] = [{}, 0, -1, "x" * 5000, [1], {"a": []}, "[", '{"type":"modal"}']


@pytest.mark.parametrize("weird", _WEIRD, ids=[str(n) for n in range(len(_WEIRD))])
def test_no_argument_breaks_the_server(slack: Served, weird: Any) -> None:
    """Whatever an argument holds, the answer is Slack's yes or no, never a failure of the server's own."""
    for method, served in COVERAGE.items():
        token = slack.keys["app_token" if served.caller == "app" else "bot_token"]
        headers = {"Authorization": f"Bearer {token}"}
        for name in sorted(served.arguments):
            if method == "auth.revoke":
                continue
            args = {key: _GOOD[key] for key in served.arguments if key in _GOOD} | {name: weird}
            status, said, _ = slack.ask("POST", f"/api/{method}", args, headers)
            assert status == 200, (method, name, weird, said)
            assert "ok" in said


_ODD: list[Any] = [-1, [1], {"a": []}, "[", 1e300]
_FIELDS: list[str] = [
    "team",
    "order",
    "access",
    "manifest",
    "limits_off",
    "container",
    "value",
    "channel",
    "text",
    "app",
    "add",
    "off",
    "skip_seconds",
    "to",
    "times",
    "dnd",
    "tz",
    "name",
]


@pytest.mark.parametrize("path", sorted({path for verb, path in (*ROUTES, TEAM) if verb == "POST"}))
def test_no_body_breaks_the_control(slack: Served, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a field holds, the answer is a yes or a sentence, and screens are still shown."""
    monkeypatch.setattr(sockets, "ACK_SECONDS", 0.001)
    app = slack.keys["app_id"]
    at = (
        path.replace("{who}", "alice")
        .replace("{channel}", "open")
        .replace("{app_id}", app)
        .replace("{team}", "T0TEST")
    )
    usual = {
        "channel": "C0OPEN",
        "text": "/hello",
        "kind": "late",
        "method": "none",
        "name": "x",
        "action_id": "a",
    }
    for field in _FIELDS:
        for weird in _ODD:
            status, said, _ = slack.ask(
                "POST", at, {field: weird} if "clock" in path else usual | {field: weird}
            )
            assert status < 500, (field, weird, said)
    assert slack.ask("GET", "/control/people/bob/view")[0] < 500
    assert slack.api("users.list").get("error") == ("account_inactive" if "uninstall" in path else None)
