"""A sandbox of the tests' own: the real server on a real port, its loop in a thread beside the test."""

import asyncio
import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from slack_sdk import WebClient

from sandbox.server.application import make
from sandbox.server.box import Box, Start
from sandbox.state.clock import Clock
from sandbox.state.seed import DEFAULT_MANIFEST

Json = dict[str, Any]

TEAM: Json = {
    "team": {"id": "T0TEST", "name": "Test Institute", "domain": "test"},
    "people": [
        {
            "id": "U0ALICE",
            "name": "alice",
            "real_name": "Alice Moreau",
            "email": "alice@test.example",
            "tz": "Europe/Paris",
            "locale": "fr-FR",
        },
        {
            "id": "U0BOB",
            "name": "bob",
            "real_name": "Bob Tanaka",
            "email": "bob@test.example",
            "tz": "Asia/Tokyo",
        },
        {"id": "U0CAROL", "name": "carol", "real_name": "Carol Adeyemi", "email": "carol@test.example"},
        {
            "id": "U0GONE",
            "name": "gone",
            "real_name": "Gone Away",
            "email": "gone@test.example",
            "deleted": True,
        },
        {"id": "U0OTHERBOT", "name": "otherbot", "real_name": "Other Bot", "is_bot": True},
    ],
    "channels": [
        {"id": "C0GENERAL", "name": "general", "members": ["alice", "bob", "carol"]},
        {"id": "C0OPEN", "name": "open", "members": ["alice", "@app"]},
        {"id": "C0CLOSED", "name": "closed", "is_private": True, "members": ["bob", "@app"]},
        {"id": "C0SECRET", "name": "secret", "is_private": True, "members": ["carol"]},
        {"id": "C0OLD", "name": "old", "members": ["alice", "@app"], "is_archived": True},
    ],
}


class Served:
    """A running server with its box, its app's credentials, and ways to call it."""

    def __init__(self) -> None:
        self.box = Box.open(Start(TEAM, DEFAULT_MANIFEST, limits_off="all"), Clock())
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        runner = web.AppRunner(make(self.box), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.box.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    def close(self) -> None:
        """Stop the server."""
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def ask(
        self, verb: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Json, dict[str, str]]:
        """Send one request; gives status, JSON and headers (lower case)."""
        parts = urlsplit(self.box.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        raw = body if isinstance(body, bytes | str | None) else json.dumps(body)
        sent = {"Content-Type": "application/json; charset=utf-8"} if raw is not None else {}
        try:
            connection.request(verb, path, raw, sent | (headers or {}))
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        answer = (
            json.loads(data) if response.headers.get_content_type() == "application/json" else {"raw": data}
        )
        return response.status, answer, {key.lower(): value for key, value in response.headers.items()}

    def api(self, method: str, token: str | None = None, /, **args: Any) -> Json:
        """Call a Web API method with a JSON body, as the first app unless told otherwise."""
        bearer = self.keys["bot_token"] if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self.ask("POST", f"/api/{method}", args, headers)[1]

    def control(self, path: str, **body: Any) -> Json:
        """Make a control call."""
        return self.ask("POST", f"/control/{path}", body)[1]

    def view(self, who: str) -> Json:
        """What somebody sees."""
        return self.ask("GET", f"/control/people/{who}/view")[1]

    def until(self, who: str, test: Any) -> Any:
        """Wait, as somebody's screen changes, until ``test(view)`` gives something true; gives it."""
        view = self.view(who)
        for _ in range(50):
            found = test(view)
            if found:
                return found
            view = self.ask("GET", f"/control/people/{who}/view?since={view['rev']}&wait=5")[1]
        raise AssertionError(json.dumps(view["notices"]))

    def dm(self, who: str) -> list[Json]:
        """The messages in somebody's direct conversation with the first app."""
        bot = self.keys["bot_user_id"]
        return [m for c in self.view(who)["channels"] if c.get("with") == bot for m in c["messages"]]

    @property
    def keys(self) -> Json:
        """The first app's credentials."""
        return self.box.connection(self.box.first_app)

    @property
    def client(self) -> WebClient:
        """A Slack client for the first app."""
        return WebClient(base_url=self.keys["api_url"], token=self.keys["bot_token"])


def modal(**more: Any) -> Json:
    """A small valid modal with one text input."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "label": {"type": "plain_text", "text": "Name"},
                "element": {"type": "plain_text_input", "action_id": "text"},
            },
        ],
    } | more


def button(action_id: str = "go", **more: Any) -> Json:
    """An actions block with one button."""
    element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Go"}} | more
    return {"type": "actions", "block_id": "row", "elements": [element]}
