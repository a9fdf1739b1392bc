"""A small Bolt app for the tests, connected in Socket Mode by slack_sdk's own client."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.sandbox.server.served import Json, Served

OK = 200
_ANY = re.compile(r".*", re.DOTALL)


class Heard:
    """What the app's listeners were called with, in order, and what they shall answer.

    ``answer`` is passed to ack: keyword arguments, a text, or nothing; ``silent`` never acknowledges.
    """

    def __init__(self) -> None:
        self.bodies: Queue[Json] = Queue()
        self.answer: Any = None
        self.silent = False

    def next(self) -> Json:
        """The next body; raises queue.Empty when none comes."""
        return self.bodies.get(timeout=10)

    def listen(self, body: Json, ack: Any) -> None:
        """The one listener."""
        if not self.silent:
            if isinstance(self.answer, dict):
                ack(**self.answer)
            elif self.answer:
                ack(self.answer)
            else:
                ack()
        self.bodies.put(body)

    def hear(self, body: Json) -> None:
        """The one listener of events, which acknowledges by itself."""
        self.bodies.put(body)


def listening(slack: Served, heard: Heard) -> App:
    """An app that hears everything."""
    app = App(
        client=slack.client,
        signing_secret=slack.keys["signing_secret"],
        token_verification_enabled=False,
        ignoring_self_events_enabled=False,
    )
    for kind in ("command", "action", "view_submission", "view_closed", "shortcut", "options"):
        getattr(app, kind)(_ANY)(heard.listen)
    app.event(_ANY)(heard.hear)
    return app


@contextmanager
def connected(slack: Served, app: App) -> Iterator[SocketModeHandler]:
    """The app on slack_sdk's own client, open while the block runs. Its ending takes a second or more."""
    # A short ping interval, as the client notices a cut connection only by several unanswered pings.
    handler = SocketModeHandler(app, slack.keys["app_token"], ping_interval=0.2)
    handler.client.connect()
    session = handler.client.current_session
    assert session is not None
    assert session.sock is not None
    session.sock.settimeout(0.2)  # its close waits for the receiving to time out
    try:
        yield handler
    finally:
        handler.client.close()


@contextmanager
def attached(slack: Served, app: App) -> Iterator[None]:
    """The app on a plain connection in the server's loop: the same protocol, opened and closed at once."""
    url = slack.api("apps.connections.open", slack.keys["app_token"])["url"]
    ready = threading.Event()
    running = asyncio.run_coroutine_threadsafe(_attend(url, app, ready), slack.loop)
    try:
        assert ready.wait(10)
        yield
    finally:
        running.cancel()


async def _attend(url: str, app: App, ready: threading.Event) -> None:
    async with ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        ready.set()
        async with asyncio.TaskGroup() as group:
            async for message in socket:
                group.create_task(_answer(socket, app, message.json()))


async def _answer(socket: ClientWebSocketResponse, app: App, envelope: Json) -> None:
    request = BoltRequest(mode="socket_mode", body=envelope["payload"])
    response = await asyncio.to_thread(app.dispatch, request)
    if response.status == OK:
        said = {"envelope_id": envelope["envelope_id"]}
        if response.body:
            kind = response.first_headers().get("content-type", "")
            payload = (
                json.loads(response.body) if kind.startswith("application/json") else {"text": response.body}
            )
            said["payload"] = payload
        await socket.send_json(said)
