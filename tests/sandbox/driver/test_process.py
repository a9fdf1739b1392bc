"""A sandbox as a child process."""

from __future__ import annotations

from pathlib import Path

import pytest
from slack_sdk import WebClient

from sandbox.driver import RefusedError, Workspace
from sandbox.process import Running, StartError, start
from tests.sandbox.driver.parrot import MANIFEST, TEAM


def test_a_sandbox_lives_as_long_as_it_is_needed(tmp_path: Path) -> None:
    """It starts with the given team and app, writes the clock where told, and is gone when closed."""
    clock_file = tmp_path / "clock"
    with start(
        team=TEAM, manifest=MANIFEST, clock_file=clock_file, limits_off=["chat.postMessage"]
    ) as running:
        assert running.api_url == f"{running.address}/api/"
        assert running.bot_token.startswith("xoxb-")
        assert running.app_token.startswith("xapp-")
        assert running.signing_secret
        slack = running.workspace
        assert [person["name"] for person in slack.people if not person["is_bot"]] == [
            "alice",
            "bob",
            "carol",
        ]
        slack.clock.skip(days=1)
        assert float(clock_file.read_text()) == pytest.approx(86_400)
        client = WebClient(token=running.bot_token, base_url=running.api_url)
        assert client.auth_test()["ok"]
    running.close()  # a second time does no harm
    with pytest.raises(ConnectionError):
        slack.person("alice")


def test_a_team_can_be_replaced(running: Running) -> None:
    """A reset gives a fresh team at the same address, with the tokens that go with it."""
    with start() as other:
        token = other.bot_token
        other.reset({"people": [{"name": "zoe", "real_name": "Zoe Park"}], "channels": []}, MANIFEST)
        assert [person["name"] for person in other.workspace.people if not person["is_bot"]] == ["zoe"]
        assert other.bot_token != token
        assert other.address != running.address


def test_a_start_that_fails_says_why() -> None:
    """A seed it cannot read is an error with the sandbox's own words, and nothing is left running."""
    with pytest.raises(StartError, match="nobody"):
        start(team={"people": [], "channels": [{"name": "general", "members": ["nobody"]}]})


def test_an_address_that_is_none_is_refused() -> None:
    """The driver says what an address looks like."""
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:8000"):
        Workspace("127.0.0.1:8000")


def test_what_the_sandbox_refuses_says_why(slack: Workspace) -> None:
    """A refusal is an AssertionError with the sandbox's sentence and the short name of the error."""
    with pytest.raises(RefusedError, match="there is no conversation") as refusal:
        slack.person("carol").say("hello", to=slack.person("alice").channel("leads").id)
    assert refusal.value.error == "channel_not_found"
