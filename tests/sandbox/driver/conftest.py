"""A sandbox of its own, with the parrot connected to it in Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.driver import Workspace
from sandbox.process import Running, start
from tests.sandbox.driver.parrot import MANIFEST, TEAM, parrot


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    """A sandbox in a process of its own."""
    with start(team=TEAM, manifest=MANIFEST, limits_off="all") as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def slack(running: Running) -> Iterator[Workspace]:
    """The workspace with the app connected."""
    app = App(
        client=WebClient(token=running.bot_token, base_url=running.api_url), token_verification_enabled=False
    )
    parrot(app)
    handler = SocketModeHandler(app, running.app_token, web_client=WebClient(base_url=running.api_url))
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    yield running.workspace
    handler.close()  # type: ignore[no-untyped-call]  # as above
