"""A sandbox, the echo app connected to it by socket, and a Chromium to look at both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from slack_bolt.adapter.socket_mode import SocketModeHandler

from sandbox.process import Running, start
from tests.browser import app as echo
from tests.browser.person import Person

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # containers and CI run as root, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEAM: dict[str, Any] = {
    "team": {"name": "Riverside Institute", "domain": "riverside"},
    "people": [
        {"name": "alice", "real_name": "Alice Moreau", "tz": "Europe/Paris", "title": "Postdoc"},
        {"name": "bob", "real_name": "Bob Tanaka", "tz": "Asia/Tokyo"},
        {"name": "carol", "real_name": "Carol Adeyemi", "tz": "Africa/Lagos"},
    ],
    "channels": [
        {"name": "general", "members": ["alice", "bob", "carol", "@app"]},
        {"name": "leads", "is_private": True, "members": ["alice", "@app"]},
    ],
}


def chromium() -> str:
    """Give the path of a Chromium.

    Skips with the reason where there is none; fails in CI, which has to have one.
    """
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None and Path(found).exists():
        return found
    reason = f"no Chromium: set CHROMIUM or install one of {', '.join(NAMES)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this worker; each test gets a profile of its own in it."""
    path = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def running(browser: Browser) -> Iterator[Running]:
    """One sandbox; asked for after the browser, so that a skip costs nothing."""
    assert browser.is_connected()
    with start(team=TEAM, manifest=echo.MANIFEST, limits_off="all") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def leaving() -> Iterator[list[Thread]]:
    """Apps on their way out: a client takes seconds to stop its threads; the next test need not wait."""
    threads: list[Thread] = []
    yield threads
    for thread in threads:
        thread.join()


@pytest.fixture
def slack(running: Running, leaving: list[Thread]) -> Iterator[Running]:
    """A fresh workspace with the echo app connected by Socket Mode."""
    running.reset(TEAM, echo.MANIFEST, "all")
    app = echo.build(running.bot_token, running.api_url)
    client = SocketModeHandler(app, running.app_token).client
    client.connect()
    yield running
    leaving.append(Thread(target=client.close))
    leaving[-1].start()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window's profile: nothing read yet, nothing remembered."""
    made = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en-GB")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def alice(slack: Running, context: BrowserContext) -> Iterator[Person]:
    """Alice before the page."""
    person = look_as("alice", slack, context)
    yield person
    person.nothing_went_wrong()


def look_as(name: str, slack: Running, context: BrowserContext) -> Person:
    """Open a window as that person; the page may call nothing but the sandbox."""
    page: Page = context.new_page()
    person = Person(page, slack.address)
    page.goto(f"{slack.address}/?as={name}")
    return person


@pytest.fixture
def bob(slack: Running, context: BrowserContext) -> Iterator[Person]:
    """Bob before a second window."""
    person = look_as("bob", slack, context)
    yield person
    person.nothing_went_wrong()
