"""Several workspaces and an app that can be installed in them: seeds, a manifest, the way through OAuth."""

import base64
import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from slack_bolt import App
from slack_bolt.authorization.authorize import InstallationStoreAuthorize
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore

from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.served import Json, Served

BACK = "http://127.0.0.1:9/slack/oauth_redirect"
"""Where the app under test wants people back; nothing listens there."""


def team(name: str, *, installed: bool = True, **more: Any) -> Json:
    """One workspace with Alice, Bob and an open channel; its id is T0 and the name."""
    key = name.upper()
    return {
        "team": {"id": f"T0{key}", "name": f"{name} team", "domain": name},
        "people": [
            {"id": f"U0ALICE{key}", "name": "alice", "real_name": f"Alice of {name}", "is_admin": True},
            {
                "id": f"U0BOB{key}",
                "name": "bob",
                "real_name": f"Bob of {name}",
                "email": f"bob@{name}.example",
            },
        ],
        "channels": [{"id": f"C0{key}", "name": "open", "members": ["alice", "bob", "@app"]}],
        "installed": installed,
    } | more


ORG: Json = {
    "enterprise": {
        "id": "E0ORG",
        "name": "The University",
        "domain": "uni",
        "teams": [
            {
                "team": {"id": f"T0{name.upper()}", "name": name, "domain": name},
                "people": [{"name": "dora", "real_name": "Dora Quist", "is_admin": True}, {"name": name}],
                "channels": [{"id": f"C0{name.upper()}", "name": "open", "members": ["dora", "@app"]}],
            }
            for name in ("law", "medicine")
        ],
        "installed": True,
    }
}
"""An organisation with two workspaces, and the app installed for all of it."""


def manifest(
    *, rotates: bool = False, org: bool = False, back: str = BACK, settings: Json | None = None
) -> Json:
    """The default app with an address to come back to."""
    oauth = DEFAULT_MANIFEST["oauth_config"]
    return {
        **DEFAULT_MANIFEST,
        "oauth_config": {"scopes": {**oauth["scopes"], "user": ["search:read"]}, "redirect_urls": [back]},
        "settings": {
            **DEFAULT_MANIFEST["settings"],
            "token_rotation_enabled": rotates,
            "org_deploy_enabled": org,
            **(settings or {}),
        },
    }


def over_http(address: str) -> Json:
    """The app with rotating tokens, reached at an address and not by socket."""
    http = {"socket_mode_enabled": False, "interactivity": {"is_enabled": True, "request_url": address}}
    made = manifest(rotates=True, back=f"{address}/oauth_redirect", settings=http)
    commands = [{"command": "/hello", "url": address, "description": "Says hello"}]
    return made | {"features": made["features"] | {"slash_commands": commands}}


def teams(slack: Served, *seeds: Json, **how: Any) -> Json:
    """Begin with these workspaces; gives the app's connections."""
    return slack.control("reset", team={"teams": list(seeds)}, manifest=manifest(**how), limits_off="all")


def query(slack: Served, **more: str) -> dict[str, str]:
    """What an app's authorise address carries."""
    asked = {
        "client_id": slack.keys["client_id"],
        "scope": "chat:write,users:read",
        "redirect_uri": BACK,
        "state": "s1",
    }
    return {name: value for name, value in (asked | more).items() if value}


def decide(slack: Served, who: str, decision: str = "allow", **more: Any) -> tuple[int, dict[str, str], str]:
    """Send the form of the authorise page; gives status, what the address back carries, and the page."""
    access = [("access", one) for one in more.pop("access", [])]
    form = [*query(slack, **more).items(), ("who", who), ("decision", decision), *access]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, said, got = slack.ask("POST", "/oauth/v2/authorize", urlencode(form), headers)
    back = dict(parse_qsl(urlsplit(got.get("location", "")).query, keep_blank_values=True))
    return status, back, said.get("raw", b"").decode()


def access(slack: Served, **args: Any) -> Json:
    """Call oauth.v2.access with the app's id and secret."""
    keys = slack.keys
    sent = {"client_id": keys["client_id"], "client_secret": keys["client_secret"]} | args
    return slack.api("oauth.v2.access", "", **sent)


def install(slack: Served, who: str, **more: Any) -> Json:
    """Go all the way; gives what oauth.v2.access answers."""
    _, back, page = decide(slack, who, **more)
    assert "code" in back, page
    return access(slack, code=back["code"], redirect_uri=more.get("redirect_uri", BACK))


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def bolt(keys: Json, folder: Path, back: str) -> App:
    """A Bolt app that is installed by OAuth, with slack_sdk's file stores."""
    client = WebClient(base_url=keys["api_url"])
    settings = OAuthSettings(
        client_id=keys["client_id"],
        client_secret=keys["client_secret"],
        scopes=["chat:write", "commands"],
        redirect_uri=back,
        authorization_url=f"{keys['address']}/oauth/v2/authorize",
        installation_store=FileInstallationStore(base_dir=str(folder / "installations")),
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=str(folder / "states")),
    )
    # What Bolt makes itself refreshes tokens at Slack's own address, whatever the client's.
    settings.authorize = InstallationStoreAuthorize(
        logger=logging.getLogger(__name__),
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        client=client,
        installation_store=settings.installation_store,
        token_rotation_expiration_minutes=13 * 60,  # each use finds its token about to expire
    )
    return App(
        client=client,
        signing_secret=keys["signing_secret"],
        oauth_flow=OAuthFlow(client=client, settings=settings),
    )
