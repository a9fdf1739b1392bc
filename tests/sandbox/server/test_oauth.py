"""Installing an app as in Slack: the page that asks, the code, the tokens and their rotation."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.oauth import AuthorizeUrlGenerator

from sandbox.driver import Workspace
from tests.sandbox.server.installing import (
    BACK,
    access,
    basic,
    bolt,
    decide,
    install,
    over_http,
    query,
    team,
    teams,
)
from tests.sandbox.server.served import Json, Served
from tests.sandbox.server.site import Site

HOUR = 3600


@pytest.fixture
def north(slack: Served) -> Served:
    """One workspace in which the app is not installed."""
    teams(slack, team("north", installed=False))
    return slack


@pytest.fixture
def rotating(slack: Served) -> Served:
    """As north, with an app whose tokens expire."""
    teams(slack, team("north", installed=False), rotates=True)
    return slack


# -- the page ------------------------------------------------------------------------------------------


def _page(slack: Served, **more: str) -> tuple[int, str]:
    status, said, _ = slack.ask("GET", f"/oauth/v2/authorize?{urlencode(query(slack, **more))}")
    return status, said["raw"].decode()


def test_the_page_says_what_the_app_wants_and_offers_who_may_decide(north: Served) -> None:
    """The scopes one by one, the people who can act, and where one goes afterwards."""
    status, page = _page(north, user_scope="search:read")
    assert status == 200
    for words in ("Local app", "chat:write", "users:read", "search:read", "Alice of north", BACK):
        assert words in page
    assert "local-app" not in page  # a bot decides nothing


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:9/slack/oauth_redirected"}, "bad_redirect_uri"),
        ({"redirect_uri": f"{BACK}/../../else"}, "bad_redirect_uri"),
        ({"scope": "chat:write,admin"}, "invalid_scope"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
        ({"scope": ""}, "no_scopes"),
        ({"team": "T0NOWHERE"}, "invalid_team"),
    ],
)
def test_what_slack_would_not_ask_is_not_asked(north: Served, more: dict[str, str], error: str) -> None:
    """A wrong address is told on the page, by Slack's name, and nobody can allow it by the form either."""
    status, page = _page(north, **more)
    assert (status, error in page) == (400, True)
    status, back, page = decide(north, "T0NORTH/alice", **more)
    assert (status, back, error in page) == (400, {}, True)


def test_an_address_below_a_configured_one_will_do(north: Served) -> None:
    """As in Slack; and with none given the first configured one is taken."""
    _, back, _ = decide(north, "T0NORTH/alice", redirect_uri=f"{BACK}/north?lang=en")
    assert back["lang"] == "en"
    _, back, _ = decide(north, "T0NORTH/alice", redirect_uri="")
    assert access(north, code=back["code"])["ok"]


def test_who_cancels_is_sent_back_without_a_code(north: Served) -> None:
    """The app hears access_denied with its own state, and is not installed."""
    status, back, _ = decide(north, "T0NORTH/alice", "cancel")
    assert (status, back) == (302, {"error": "access_denied", "state": "s1"})
    assert north.ask("GET", "/control/apps")[1]["apps"] == []


@pytest.mark.parametrize("who", ["T0NORTH/nobody", "T0SOUTH/alice", ""])
def test_only_people_of_the_workspace_decide(north: Served, who: str) -> None:
    """Nobody else can be named."""
    status, back, page = decide(north, who)
    assert (status, back, "invalid_user" in page) == (400, {}, True)


def test_a_bot_and_somebody_who_left_decide_nothing(slack: Served) -> None:
    """They are people of the workspace, and still cannot install."""
    teams(slack, team("north"), team("south"))
    slack.control("teams/north/people/bob", deleted=True)
    for who in ("T0NORTH/bob", "T0NORTH/local-app"):
        assert "invalid_user" in decide(slack, who)[2]


def test_another_page_cannot_decide_for_anybody(north: Served) -> None:
    """The form takes only what its own page sends."""
    form = urlencode([*query(north).items(), ("who", "T0NORTH/alice"), ("decision", "allow")])
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://elsewhere.example"}
    assert north.ask("POST", "/oauth/v2/authorize", form, headers)[0] == 403


# -- codes and tokens ----------------------------------------------------------------------------------


def test_an_installation_gives_a_token_that_works(north: Served) -> None:
    """The address slack_sdk makes leads to a code; the code to a token with exactly what was allowed."""
    made = AuthorizeUrlGenerator(
        client_id=north.keys["client_id"],
        scopes=["chat:write", "users:read"],
        redirect_uri=BACK,
        authorization_url=f"{north.box.address}/oauth/v2/authorize",
    ).generate("s1", team="T0NORTH")
    parts = urlsplit(made)
    assert north.ask("GET", f"{parts.path}?{parts.query}")[0] == 200
    said = install(north, "T0NORTH/alice")
    token, bot = said.pop("access_token"), said.pop("bot_user_id")
    assert said == {
        "ok": True,
        "app_id": north.keys["app_id"],
        "authed_user": {"id": "U0ALICENORTH"},
        "scope": "chat:write,users:read",
        "token_type": "bot",
        "team": {"id": "T0NORTH", "name": "north team"},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    assert token.startswith("xoxb-")
    _, me, headers = north.ask("POST", "/api/auth.test", {}, {"Authorization": f"Bearer {token}"})
    assert (me["user_id"], me["team_id"]) == (bot, "T0NORTH")
    assert headers["x-oauth-scopes"] == "chat:write,users:read"
    assert north.api("users.info", token, user="U0BOBNORTH")["ok"]
    refused = north.api("conversations.list", token)
    assert (refused["error"], refused["provided"]) == ("missing_scope", "chat:write,users:read")


def test_a_code_is_good_once_and_for_ten_minutes(north: Served) -> None:
    """Used, late, made up, or with another address to come back to: each is refused by name."""
    codes = [decide(north, "T0NORTH/alice")[1]["code"] for _ in range(3)]
    first = {"code": codes[0], "redirect_uri": BACK}
    assert access(north, **first)["ok"]
    assert access(north, **first)["error"] == "code_already_used"
    assert access(north, code="1.2.abc", redirect_uri=BACK)["error"] == "invalid_code"
    assert access(north)["error"] == "invalid_code"
    assert access(north, code=codes[1], redirect_uri=f"{BACK}/x")["error"] == "bad_redirect_uri"
    assert access(north, code=codes[1])["error"] == "bad_redirect_uri"
    north.control("clock", skip_seconds=599)
    assert access(north, code=codes[1], redirect_uri=BACK)["ok"]
    north.control("clock", skip_seconds=2)
    assert access(north, code=codes[2], redirect_uri=BACK)["error"] == "code_expired"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_id": ""}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"client_secret": ""}, "bad_client_secret"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "xoxe-1-no"}, "invalid_refresh_token"),
    ],
)
def test_who_is_not_the_app_gets_nothing(north: Served, args: Json, error: str) -> None:
    """Each wrong credential has Slack's name, and leaves the code unused."""
    code = decide(north, "T0NORTH/alice")[1]["code"]
    assert access(north, code=code, redirect_uri=BACK, **args)["error"] == error
    assert access(north, code=code, redirect_uri=BACK)["ok"]


def test_id_and_secret_may_come_by_http_basic(north: Served) -> None:
    """As Slack prefers; and none of them, nor the code, is kept in the traffic."""
    code = decide(north, "T0NORTH/alice")[1]["code"]
    keys = north.keys
    headers = basic(keys["client_id"], keys["client_secret"])
    said = north.ask("POST", "/api/oauth.v2.access", {"code": code, "redirect_uri": BACK}, headers)[1]
    assert said["ok"]
    call = north.ask("GET", "/control/traffic")[1]["calls"][-1]
    assert call["args"] == {"redirect_uri": BACK, "client_id": keys["client_id"]}
    assert call["unknown"] == []
    assert keys["client_secret"] not in str(call)


def test_a_person_can_give_a_token_of_their_own(north: Served) -> None:
    """It says who it is, and opens nothing that is for bots."""
    said = install(north, "T0NORTH/bob", user_scope="search:read")
    mine = said["authed_user"]
    assert (mine["id"], mine["scope"], mine["token_type"]) == ("U0BOBNORTH", "search:read", "user")
    me = north.api("auth.test", mine["access_token"])
    assert (me["user_id"], "bot_id" in me) == ("U0BOBNORTH", False)
    refused = north.api("chat.postMessage", mine["access_token"], channel="C0NORTH", text="me")
    assert refused["error"] == "not_allowed_token_type"


def test_installing_again_adds_scopes_and_keeps_the_bot(north: Served) -> None:
    """Scopes only grow; bot user and token stay; the other workspace has its own."""
    first = install(north, "T0NORTH/alice")
    again = install(north, "T0NORTH/bob", scope="commands,chat:write")
    assert again["scope"] == "chat:write,commands,users:read"
    for name in ("bot_user_id", "access_token"):
        assert again[name] == first[name]
    assert again["authed_user"] == {"id": "U0BOBNORTH"}


def test_after_leaving_a_new_installation_has_a_new_token(north: Served) -> None:
    """The same bot comes back, with a token of its own and only what is allowed now, and into no channel."""
    first = install(north, "T0NORTH/alice")
    north.control("channels/open", add=["@app"])
    app = north.keys["app_id"]
    assert north.control(f"apps/{app}", uninstall=True)["app"]["uninstalled"]
    assert north.api("auth.test", first["access_token"])["error"] == "account_inactive"
    again = install(north, "T0NORTH/alice", scope="chat:write")
    assert again["scope"] == "chat:write"
    assert again["bot_user_id"] == first["bot_user_id"]
    assert again["access_token"] != first["access_token"]
    assert north.api("auth.test", first["access_token"])["error"] == "account_inactive"
    post = {"channel": "C0NORTH", "text": "back"}
    assert north.api("chat.postMessage", again["access_token"], **post)["error"] == "not_in_channel"


# -- rotation ------------------------------------------------------------------------------------------


def _refresh(slack: Served, token: str) -> Json:
    return access(slack, grant_type="refresh_token", refresh_token=token)


def test_a_rotating_token_lives_twelve_hours(rotating: Served) -> None:
    """By the workspace's clock; what replaces it works at once, and the old one until its own end."""
    first = install(rotating, "T0NORTH/alice")
    assert first["access_token"].startswith("xoxe.xoxb-1-")
    assert first["refresh_token"].startswith("xoxe-1-")
    assert first["expires_in"] == 12 * HOUR
    rotating.control("clock", skip_seconds=10 * HOUR)
    second = _refresh(rotating, first["refresh_token"])
    assert second["ok"]
    kept = ("app_id", "scope", "token_type", "bot_user_id", "team", "enterprise", "is_enterprise_install")
    assert {name: second[name] for name in kept} == {name: first[name] for name in kept}
    for token in (first["access_token"], second["access_token"]):
        assert rotating.api("auth.test", token)["ok"]
    rotating.control("clock", skip_seconds=2 * HOUR)
    assert rotating.api("auth.test", first["access_token"])["error"] == "token_expired"
    assert rotating.api("auth.test", second["access_token"])["expires_in"] <= 10 * HOUR


def test_a_refresh_token_is_used_once(rotating: Served) -> None:
    """Asked again at once it gives the same pair, as the answer may be lost; a minute later it is refused."""
    first = install(rotating, "T0NORTH/alice")
    second = _refresh(rotating, first["refresh_token"])
    assert _refresh(rotating, first["refresh_token"]) == second
    rotating.control("clock", skip_seconds=61)
    assert _refresh(rotating, first["refresh_token"])["error"] == "invalid_refresh_token"
    third = _refresh(rotating, second["refresh_token"])
    assert third["access_token"] not in {first["access_token"], second["access_token"]}


def test_what_is_uninstalled_is_not_refreshed(rotating: Served) -> None:
    """Leaving ends the access token and the leave to get another."""
    said = install(rotating, "T0NORTH/alice")
    rotating.control(f"apps/{said['app_id']}", uninstall=True)
    assert rotating.api("auth.test", said["access_token"])["error"] == "account_inactive"
    assert _refresh(rotating, said["refresh_token"])["error"] == "invalid_refresh_token"


def test_a_token_from_before_is_exchanged_once(slack: Served) -> None:
    """The old token ends with it; an app that does not rotate cannot."""
    old = teams(slack, team("north"), rotates=True)["bot_token"]
    keys = {name: slack.keys[name] for name in ("client_id", "client_secret")}
    said = slack.api("oauth.v2.exchange", "", token=old, **keys)
    assert (said["team"]["id"], said["token_type"], said["expires_in"]) == ("T0NORTH", "bot", 12 * HOUR)
    assert slack.api("auth.test", said["access_token"])["ok"]
    assert slack.api("auth.test", old)["error"] == "token_revoked"
    assert slack.api("oauth.v2.exchange", "", token=old, **keys)["error"] == "token_already_exchanged"
    refused = slack.api("oauth.v2.exchange", "", token=said["access_token"], **keys)
    assert refused["error"] == "invalid_token"
    assert _refresh(slack, said["refresh_token"])["ok"]
    plain = teams(slack, team("north"))
    keys = {name: plain[name] for name in ("client_id", "client_secret")}
    refused = slack.api("oauth.v2.exchange", "", token=plain["bot_token"], **keys)
    assert refused["error"] == "token_rotation_not_enabled"


def test_a_persons_token_rotates_too(rotating: Served) -> None:
    """With a refresh token of its own; its answer names the person."""
    mine = install(rotating, "T0NORTH/bob", user_scope="search:read")["authed_user"]
    assert mine["access_token"].startswith("xoxe.xoxp-1-")
    said = _refresh(rotating, mine["refresh_token"])
    assert (said["token_type"], said["user_id"], said["scope"]) == ("user", "U0BOBNORTH", "search:read")
    assert rotating.api("auth.test", said["access_token"])["user_id"] == "U0BOBNORTH"


# -- a foreign client ----------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    """An address for a Bolt app."""
    site = Site()
    yield site
    site.close()


def test_bolt_is_installed_rotates_and_answers_in_each_workspace(
    slack: Served, site: Site, tmp_path: Path
) -> None:
    """Through Bolt's own pages, its state and cookie; then each workspace is answered with its own token."""
    made = over_http(site.url)
    seeds = {"teams": [team("north", installed=False), team("south", installed=False)]}
    slack.control("reset", team=seeds, manifest=made, limits_off="all")
    site.app = bolt(slack.keys, tmp_path, f"{site.url}/oauth_redirect")

    @site.app.command("/hello")
    def hello(ack: Any, client: WebClient, command: Json) -> None:
        client.chat_postMessage(channel=command["user_id"], text=f"hello {command['team_id']}")
        ack()

    for name in ("south", "north"):
        with closing(Workspace(slack.box.address, team=name)) as there:
            page = there.install(f"{site.url}/install", "alice")
            assert (page.status, "Thank you!" in page.text) == (200, True)
            refused = there.install(f"{site.url}/install", "alice", allow=False)
            assert "access_denied" in refused.text
    for name in ("south", "north"):
        with closing(Workspace(slack.box.address, team=name)) as there:
            assert there.person("bob").command("/hello").ok
            assert there.person("bob").dm.last.text == f"hello T0{name.upper()}"
            assert {call["team"] for call in there.calls("chat.postMessage")} == {f"T0{name.upper()}"}
    calls = slack.ask("GET", "/control/traffic")[1]["calls"]
    grants = [call["args"].get("grant_type") for call in calls if call["method"] == "oauth.v2.access"]
    assert grants == [None, None, "refresh_token", "refresh_token"]
