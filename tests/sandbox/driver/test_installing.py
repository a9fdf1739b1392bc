"""Several workspaces by the driver: installing, leaving, quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient

from sandbox.driver import Browser, RefusedError
from sandbox.process import Running, start
from tests.sandbox.server.installing import ORG, bolt, manifest, over_http, team
from tests.sandbox.server.site import Site

TWO: dict[str, Any] = {"teams": [team("north"), team("south", installed=False)]}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """An address for an app."""
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def sandbox(site: Site) -> Iterator[Running]:
    """A sandbox in a process of its own."""
    with start(team=TWO, manifest=over_http(site.url), limits_off="all") as running:
        yield running


@pytest.fixture
def running(sandbox: Running, site: Site, tmp_path: Path) -> Running:
    """The app installed in the north, and waiting at its address to be installed in the south."""
    sandbox.reset(TWO, over_http(site.url), "all")
    site.app = bolt(sandbox.said, tmp_path, f"{site.url}/oauth_redirect")
    return sandbox


def test_each_workspace_by_its_id(running: Running) -> None:
    """The first one is also there without a name; tokens only where the app is installed."""
    north, south = running.workspaces["T0NORTH"], running.workspaces["T0SOUTH"]
    assert list(running.workspaces) == ["T0NORTH", "T0SOUTH"]
    assert running.workspace.team_id == north.team_id == "T0NORTH"
    assert (north.person("alice").name, south.person("alice").name) == ("Alice of north", "Alice of south")
    assert running.workspace.person("alice").id == north.person("alice").id
    assert running.bot_tokens == {"T0NORTH": running.bot_token}
    assert [one["name"] for one in south.teams] == ["north team", "south team"]
    assert (len(north.apps), south.apps) == (1, [])
    north.person("alice").say("only here", to="#open")
    north.person("bob").sees("only here")
    south.person("bob").does_not_see("only here")


def test_a_person_installs_the_app_as_in_a_browser(running: Running, site: Site) -> None:
    """From the app's page, over redirects and with its cookie, to the app's own last page."""
    south = running.workspaces["T0SOUTH"]
    browser = Browser()
    page = south.install(f"{site.url}/install", "alice", browser=browser)
    assert (page.ok, page.address.startswith(f"{site.url}/oauth_redirect")) == (True, True)
    assert "Thank you!" in page.text
    assert page.query["code"]
    assert not list(browser.cookies)  # Bolt takes its cookie back with the last page
    assert [one["scopes"] for one in south.apps] == [["chat:write", "commands"]]
    # Another browser does not have the cookie that goes with the state: Bolt refuses.
    assert "invalid_browser" in Browser().open(page.address).text
    cancelled = south.install(f"{site.url}/install", "bob", allow=False)
    assert cancelled.query["error"] == "access_denied"


def test_the_authorise_address_will_do(running: Running, site: Site) -> None:
    """Straight to Slack's page: Bolt misses its own cookie, but the code is there."""
    asked = {"client_id": running.client_id, "scope": "chat:write", "state": "mine"}
    page = running.workspaces["T0SOUTH"].install(f"{running.authorize_url}?{urlencode(asked)}", "bob")
    assert page.query["state"] == "mine"
    said = WebClient(base_url=running.api_url).oauth_v2_access(
        client_id=running.client_id, client_secret=running.client_secret, code=page.query["code"]
    )
    assert said["authed_user"]["id"] == "U0BOBSOUTH"
    assert site.url in page.address


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"client_id": "1.2", "scope": "chat:write"}, "No app has this client_id"),
        ({"scope": "admin"}, "does not declare admin"),
        ({"scope": "chat:write", "team": "T0NORTH"}, "Nobody is called T0SOUTH/alice"),
    ],
)
def test_what_is_refused_says_why(running: Running, asked: dict[str, str], says: str) -> None:
    """In the words of the page."""
    query = urlencode({"client_id": running.client_id} | asked)
    with pytest.raises(AssertionError, match=says):
        running.workspaces["T0SOUTH"].install(f"{running.authorize_url}?{query}", "alice")


def test_a_page_that_leads_elsewhere_is_named(running: Running) -> None:
    """An install page has to lead to Slack."""
    with pytest.raises(AssertionError, match="does not lead to the authorise page"):
        running.workspace.install(f"{running.address}/control/teams", "alice")
    with pytest.raises(ValueError, match="web pages"):
        running.workspace.install("file:///etc/hosts", "alice")


def test_leaving_by_the_driver(running: Running) -> None:
    """Uninstalled, or its tokens revoked; a closed workspace opens again."""
    north = running.workspaces["T0NORTH"]
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    north.deactivate()
    assert client.api_call("api.test")["ok"]
    with pytest.raises(Exception, match="account_inactive"):
        client.auth_test()
    north.deactivate(deactivated=False)
    assert client.auth_test()["ok"]
    north.uninstall(order=["tokens_revoked"])
    with pytest.raises(Exception, match="account_inactive"):
        client.auth_test()
    with pytest.raises(AssertionError, match="say which app; there is none"):
        north.revoke_tokens()
    running.reset(TWO, manifest(), "all")
    running.workspaces["T0NORTH"].revoke_tokens()
    with pytest.raises(Exception, match="token_revoked"):
        WebClient(token=running.bot_token, base_url=running.api_url).auth_test()
    with pytest.raises(RefusedError, match="no app is installed for the organisation"):
        north.org_access(granted=True)


def test_an_organisations_app_by_the_driver(running: Running, site: Site, tmp_path: Path) -> None:
    """An admin installs it for all; access to a workspace is taken and given."""
    inside = [{**one, "installed": False} for one in ORG["enterprise"]["teams"]]
    seed = {"enterprise": {**ORG["enterprise"], "installed": False, "teams": inside}}
    made = over_http(site.url)
    made["settings"]["org_deploy_enabled"] = True
    running.reset(seed, made, "all")
    site.app = bolt(running.said, tmp_path / "org", f"{site.url}/oauth_redirect")
    law = running.workspaces["T0LAW"]
    page = law.install(f"{site.url}/install", "dora", org=True, access=["T0LAW"])
    assert "Thank you!" in page.text
    assert [one["installed"] for one in law.teams] == [[running.said["app_id"]], []]
    running.workspaces["T0MEDICINE"].org_access(granted=True)
    law.org_access(granted=False)
    assert [one["installed"] for one in law.teams] == [[], [running.said["app_id"]]]


def test_quiet_hours_and_repetitions_by_the_driver(running: Running) -> None:
    """Set and taken back; nothing waits to be repeated."""
    north = running.workspaces["T0NORTH"]
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    bob = north.person("bob").id
    north.quiet("bob", "22:00", "07:30")
    assert client.dnd_info(user=bob)["dnd_enabled"]
    assert client.dnd_teamInfo(users=[bob])["users"][bob]["next_dnd_end_ts"] > 1
    north.quiet("bob", None)
    assert not client.dnd_info(user=bob)["dnd_enabled"]
    assert north.retry_now() == 0
