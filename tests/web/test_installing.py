"""Installed by a link: the pages over the real web process, and the new workspace at work at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import manifest
from sandbox.process import Running
from tests.cast import KEYS, template
from tests.web.site import Site, database, free_port, serving

LAKE = "T0LAKE"


def lake() -> dict[str, Any]:
    """Return a team in which the app is not installed."""
    return {
        "installed": False,
        "team": {"id": LAKE, "name": "Lakeside College", "domain": "lake"},
        "people": [
            {
                "id": "U0WREN",
                "name": "wren",
                "real_name": "Wren Okafor",
                "email": "wren@lake.example",
                "is_admin": True,
            }
        ],
    }


@pytest.fixture
def site(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[Site]:
    """A web process for many workspaces, installed nowhere yet."""
    running, _ = local_slack
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    made = manifest(
        request_url=f"{address}/slack/events", redirect_url=f"{address}/slack/oauth_redirect", org_wide=False
    )
    running.reset({"teams": [lake()]}, made, limits_off="all")
    env = {
        "DATABASE_URL": f"sqlite:///{database(tmp_path / 'bot.sqlite3')}",
        "MENTORBOT_KEYS": KEYS,
        "MENTORBOT_CONFIG": str(template().config),
        "MENTORBOT_PUBLIC_URL": address,
        "MENTORBOT_PORT": str(port),
        "MENTORBOT_TICK_SECONDS": "0.5",
        "MENTORBOT_UNREADY_SECONDS": "0",
        "SLACK_API_URL": running.api_url,
        "SLACK_AUTHORIZE_URL": running.authorize_url,
        "SLACK_CLIENT_ID": running.client_id,
        "SLACK_CLIENT_SECRET": running.client_secret,
        "SLACK_SIGNING_SECRET": running.signing_secret,
    }
    with serving(running, env) as found:
        yield found


def test_a_link_installs_and_the_workspace_works_at_once(
    site: Site, local_slack: tuple[Running, Path]
) -> None:
    """From the link through Slack's own page back; a command is answered, the lead is welcomed."""
    assert 'href="/slack/install"' in site.get("/").text
    slack = local_slack[0].workspaces[LAKE]
    page = slack.install(f"http://127.0.0.1:{site.port}/slack/install", "wren")
    assert page.status == 200
    assert "You are the lead of" in page.text
    wren = slack.person("wren")
    wren.command("/mentorship help")
    # The welcome comes by itself in these moments: it may stand between the command and its answer, or after.
    wren.sees("/mentorship agreement")
    wren.dm.wait("Nobody else has been written to")


@pytest.mark.parametrize(
    "path", ["/", "/slack/install", "/slack/oauth_redirect?code=made-up&state=made-up", "/nowhere"]
)
def test_pages_are_hardened(site: Site, path: str) -> None:
    """Nobody frames or keeps them, or learns their address, codes and all; nothing foreign runs in them."""
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'none'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_looking_at_the_address_begins_no_installation(site: Site) -> None:
    """HEAD, as whoever checks links sends it, makes no state that is kept."""
    assert site.ask("HEAD", "/slack/install").status == 405


def test_a_made_up_return_installs_nothing(site: Site) -> None:
    """Without a state this process gave, an address that looks like Slack's way back is refused."""
    reply = site.get("/slack/oauth_redirect?code=made-up&state=made-up")
    assert reply.status in {400, 401, 403}
    assert "Traceback" not in reply.text
