"""How any call is refused before its method is asked."""

from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.coverage import COVERAGE, table
from sandbox.server.methods import METHODS
from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.served import TEAM, Json, Served


def test_the_table_is_what_is_served() -> None:
    """No method answers that the table does not name, and none is named that does not answer."""
    assert set(COVERAGE) == set(METHODS)
    assert all(f"| {name} |" in table() for name in METHODS)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_each_method_refuses_a_stranger_in_slacks_words(slack: Served, name: str) -> None:
    """Without a token, with a wrong one and with the other kind, each method says which."""
    if COVERAGE[name].caller == "nobody":
        assert slack.api(name, "")["ok"] or slack.api(name, "")["error"].startswith("invalid_")
        return
    other = "bot_token" if COVERAGE[name].caller == "app" else "app_token"
    assert slack.api(name, "")["error"] == "not_authed"
    assert slack.api(name, "xoxb-0-0-none")["error"] == "invalid_auth"
    assert slack.api(name, slack.keys[other])["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("name", sorted(name for name, served in COVERAGE.items() if served.scopes))
def test_each_method_needs_its_scope(slack: Served, name: str) -> None:
    """An app without scopes is told what it needs and what it has."""
    bare = DEFAULT_MANIFEST | {"oauth_config": {"scopes": {"bot": ["commands"]}}}
    slack.control("reset", team=TEAM, manifest=bare, limits_off="all")
    said = slack.api(name)
    assert said["error"] == "missing_scope"
    assert said["needed"] == COVERAGE[name].scopes[0]
    assert said["provided"] == "commands"


@pytest.mark.parametrize("name", sorted(name for name, served in COVERAGE.items() if served.required))
def test_each_method_names_the_arguments_it_lacks(slack: Served, name: str) -> None:
    """A call without its required arguments lists them."""
    scopes = sorted({scope for served in COVERAGE.values() for scope in (*served.scopes, *served.by_kind)})
    wide = DEFAULT_MANIFEST | {"oauth_config": {"scopes": {"bot": scopes}}}
    slack.control("reset", team=TEAM, manifest=wide, limits_off="all")
    said = slack.api(name)
    assert said["error"] == "invalid_arguments"
    for argument in COVERAGE[name].required:
        assert f"[ERROR] missing required field: {argument}" in said["response_metadata"]["messages"]


def test_unknown_methods_are_named(slack: Served) -> None:
    """A typing error in a method's name is told as such."""
    assert slack.api("chat.postMesage") == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "chat.postMesage",
    }
    assert slack.api("files.upload")["error"] == "method_deprecated"


def test_the_token_may_stand_in_the_arguments(slack: Served) -> None:
    """By form or by query, as old clients send it; it never shows in the traffic."""
    token = slack.keys["bot_token"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert slack.ask("POST", "/api/auth.test", urlencode({"token": token}), form)[1]["ok"]
    assert slack.ask("GET", f"/api/auth.test?token={token}")[1]["ok"]
    calls = slack.ask("GET", "/control/traffic")[1]["calls"]
    assert [call["method"] for call in calls] == ["auth.test", "auth.test"]
    assert token not in str(calls)
    assert {call["token_kind"] for call in calls} == {"xoxb"}


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("{", "application/json; charset=utf-8", "invalid_json"),
        ("[1]", "application/json; charset=utf-8", "json_not_object"),
        ("<a/>", "text/xml", "invalid_post_type"),
    ],
)
def test_a_body_that_cannot_be_read_is_named(slack: Served, body: str, kind: str, error: str) -> None:
    """Slack tells apart what is wrong with a body."""
    assert slack.ask("POST", "/api/api.test", body, {"Content-Type": kind})[1]["error"] == error


def test_missing_and_needless_charsets_are_warned_of(slack: Served) -> None:
    """JSON without a charset and a form with one work, with Slack's warnings."""
    said = slack.ask("POST", "/api/api.test", "{}", {"Content-Type": "application/json"})[1]
    assert (said["ok"], said["warning"]) == (True, "missing_charset")
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    said = slack.ask("POST", "/api/api.test", "a=1", kind)[1]
    assert said["response_metadata"]["warnings"] == ["superfluous_charset"]


def test_answers_carry_the_scopes(slack: Served) -> None:
    """Clients read granted and wanted scopes from headers."""
    headers = {"Authorization": f"Bearer {slack.keys['bot_token']}"}
    _, _, got = slack.ask("POST", "/api/users.info", {"user": "U0ALICE"}, headers)
    assert "chat:write" in got["x-oauth-scopes"].split(",")
    assert got["x-accepted-oauth-scopes"] == "users:read"


def _post(slack: Served, method: str, **args: Any) -> tuple[int, Json, dict[str, str]]:
    headers = {"Authorization": f"Bearer {slack.keys['bot_token']}"}
    return slack.ask("POST", f"/api/{method}", args, headers)


def test_too_many_calls_are_told_to_wait(slack: Served) -> None:
    """The twenty-first listing within a minute answers 429 with Retry-After, until switched off."""
    slack.control("limits", off=[])
    answers = [_post(slack, "users.list") for _ in range(21)]
    assert [status for status, _, _ in answers] == [200] * 20 + [429]
    _, said, headers = answers[-1]
    assert said == {"ok": False, "error": "ratelimited"}
    assert 1 <= int(headers["retry-after"]) <= 60
    slack.control("limits", off=["users.list"])
    assert _post(slack, "users.list")[0] == 200


def test_posts_to_one_channel_are_told_to_slow_down(slack: Served) -> None:
    """A burst to one channel ends in 429; nothing of the refused post is shown."""
    slack.control("limits", off=[])
    answers = [_post(slack, "chat.postMessage", channel="C0OPEN", text=str(n)) for n in range(6)]
    statuses = [status for status, _, _ in answers]
    assert statuses[:4] == [200] * 4
    assert 429 in statuses[4:]
    shown = slack.until("alice", lambda view: [c for c in view["channels"] if c["id"] == "C0OPEN"])
    assert len(shown[0]["messages"]) == statuses.count(200)


@pytest.mark.parametrize(
    ("kind", "status", "posted"),
    [("ratelimited", 429, 0), ("error_before", 500, 0), ("error_after", 500, 1), ("late", 200, 1)],
)
def test_faults_strike_once(slack: Served, kind: str, status: int, posted: int) -> None:
    """Each kind of fault answers as ordered, has or has not posted, and is over after its time."""
    slack.control("faults", method="chat.postMessage", kind=kind, retry_after=7, seconds=0.01)
    got, _, headers = _post(slack, "chat.postMessage", channel="C0OPEN", text="once")
    assert got == status
    assert (kind == "ratelimited") == (headers.get("retry-after") == "7")
    history = slack.api("conversations.history", channel="C0OPEN")["messages"]
    assert [message["text"] for message in history] == ["once"] * posted
    assert _post(slack, "chat.postMessage", channel="C0OPEN", text="again")[0] == 200


def test_revoked_and_uninstalled_tokens_have_names_of_their_own(slack: Served) -> None:
    """A revoked token says so until the fault is cleared; an uninstalled app's account is inactive."""
    slack.control("faults", kind="revoke_token")
    assert slack.api("auth.test")["error"] == "token_revoked"
    slack.ask("DELETE", "/control/faults")
    assert slack.api("auth.test")["ok"]
    slack.control(f"apps/{slack.keys['app_id']}", uninstall=True)
    assert slack.api("auth.test")["error"] == "account_inactive"


def test_arguments_slack_would_ignore_are_noted(slack: Served) -> None:
    """A misspelt argument works as in Slack, and the traffic names it."""
    assert slack.api("users.info", user="U0ALICE", include_local=True)["ok"]
    assert slack.ask("GET", "/control/traffic")[1]["calls"][-1]["unknown"] == ["include_local"]


def test_slacks_own_client_works(slack: Served) -> None:
    """slack_sdk's WebClient, with its forms and its JSON in forms, is understood."""
    client = slack.client
    assert client.auth_test()["user_id"] == slack.keys["bot_user_id"]
    sent = client.chat_postMessage(
        channel="U0ALICE",
        text="hi",
        blocks=[{"type": "divider"}],
        metadata={"event_type": "e", "event_payload": {}},
    )
    assert sent["message"]["metadata"] == {"event_type": "e", "event_payload": {}}
    assert client.users_info(user="U0ALICE", include_locale=True)["user"]["locale"] == "fr-FR"
    assert client.conversations_list(types=["public_channel", "private_channel"])["ok"]
    assert client.api_call("api.test", http_verb="GET", params={"foo": "bar"})["args"]["foo"] == "bar"
