"""Several workspaces on the page, and an app installed and removed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sandbox.process import Running, start
from tests.sandbox.server.installing import bolt, over_http, team
from tests.sandbox.server.site import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """An address for the app."""
    site = Site()
    yield site
    site.close()


@pytest.fixture
def slack(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Running]:
    """Two workspaces with the app in neither, and the app waiting to be installed."""
    assert browser.is_connected()
    seeds = {"teams": [team("north", installed=False), team("south", installed=False)]}
    with start(team=seeds, manifest=over_http(site.url), limits_off="all") as running:
        site.app = bolt(running.said, tmp_path, f"{site.url}/oauth_redirect")

        @site.app.command("/hello")
        def hello(ack: Any, client: Any, command: dict[str, Any]) -> None:
            client.chat_postMessage(channel=command["user_id"], text=f"hello {command['team_id']}")
            ack()

        yield running


def _page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def test_one_goes_from_workspace_to_workspace(slack: Running, context: BrowserContext) -> None:
    """The menu leads to the other workspace, where one says anew who one is."""
    page = _page(context, f"{slack.address}/?as=alice")
    menu = page.get_by_role("combobox", name="Workspace")
    expect(menu).to_have_value("T0NORTH")
    expect(page.get_by_text("Alice of north").first).to_be_visible()
    menu.select_option(label="south team")
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    expect(page.get_by_role("combobox", name="Workspace").last).to_have_value("T0SOUTH")
    page.get_by_role("link", name="Bob of south").click()
    page.get_by_role("combobox", name="Message", exact=True).fill("from the south")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#messages article").last).to_contain_text("from the south")
    assert "team=T0SOUTH" in page.url
    slack.workspaces["T0SOUTH"].person("alice").sees("from the south")
    slack.workspaces["T0NORTH"].person("alice").does_not_see("from the south")


def test_an_app_is_installed_used_and_removed_by_hand(
    slack: Running, site: Site, context: BrowserContext
) -> None:
    """From the app's install page through the question and back, a command, and out again."""
    page = _page(context, f"{site.url}/install")
    page.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Let Local app in?")).to_be_visible()
    expect(page.get_by_text("chat:write")).to_be_visible()
    page.get_by_label("You are").select_option(label="Alice of south (admin)")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    page.close()  # Bolt's last page leads on to Slack's own program by itself

    page = _page(context, f"{slack.address}/?team=south&as=bob")
    box = page.get_by_role("combobox", name="Message", exact=True)
    box.fill("/hello there")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Local app").click()
    expect(page.locator("#messages article").last).to_contain_text("hello T0SOUTH")
    page.get_by_role("tab", name="About").click()
    page.get_by_role("button", name="Remove Local app").click()
    page.get_by_role("button", name="Yes, take Local app out").click()
    expect(page.get_by_text("Local app is no longer installed here.")).to_be_visible()
    assert slack.workspaces["T0SOUTH"].apps[0]["uninstalled"]


def test_who_cancels_goes_back_without_an_installation(
    slack: Running, site: Site, context: BrowserContext
) -> None:
    """The app says that nothing was done."""
    page = _page(context, f"{site.url}/install")
    page.get_by_role("link").first.click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("access_denied")).to_be_visible()
    assert slack.workspace.apps == []
