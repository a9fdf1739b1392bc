"""The bot as one running process: Slack's socket in, the heartbeat beside it."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin.client import SocketModeClient

from bot import listening
from bot.deps import Deps
from bot.domain.workspaces import SettledIn
from bot.handlers import workspaces
from bot.jobs.heartbeat import Heartbeat

log = logging.getLogger(__name__)

HANDLERS_END_SECONDS = 10
"""How long a stop waits for handlers: with the receiver's five and the heartbeat's fifteen half a minute."""
RECEIVER_ENDINGS = 50
RECEIVER_ENDING_SECONDS = 0.1


class Listeners(ThreadPoolExecutor):
    """The threads that run handlers; knows how many are at work, so that a stop can wait for them."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix="listener")
        self._at_work = 0
        self.finished = 0
        """How many handlers have come to an end so far."""
        self._changed = threading.Condition()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn`` in one of the threads."""
        with self._changed:
            self._at_work += 1
        try:
            future = super().submit(fn, *args, **kwargs)
        except BaseException:
            self._one_done()
            raise
        future.add_done_callback(lambda _: self._one_done())
        return future

    def _one_done(self) -> None:
        with self._changed:
            self._at_work -= 1
            self.finished += 1
            self._changed.notify_all()

    @property
    def at_work(self) -> int:
        """Return how many handlers are at work or wait for a thread."""
        with self._changed:
            return self._at_work

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no handler is at work, at most ``seconds``; tell whether that came true."""
        with self._changed:
            return self._changed.wait_for(lambda: self._at_work == 0, timeout=seconds)


def _end_receiver(client: SocketModeClient) -> None:
    """End the thread that reads from Slack, at once and for certain.

    Closing alone leaves it blocked in its read for seconds. And the thread takes back that it is to end when
    it begins a round in the same moment, and then waits for ever on a closed socket: so it is told until it
    has ended.
    """
    client.auto_reconnect_enabled = False
    client.closed = True
    client.current_session_runner.event.set()
    client.message_queue.put(None)  # or the thread that hands over what was read waits a second for more
    session = client.current_session
    if session is not None and session.sock is not None:
        with contextlib.suppress(OSError):  # Slack may have closed it first
            session.sock.shutdown(socket.SHUT_RD)
    for _ in range(RECEIVER_ENDINGS):
        client.current_session_state.terminated = True
        client.current_session_runner.thread.join(RECEIVER_ENDING_SECONDS)
        if not client.current_session_runner.is_alive():
            return


class Bot:
    """Everything of one process; ``start`` connects it, ``stop`` lets go in good order."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.listeners = Listeners(deps.settings.listeners)
        self.app: App = listening.bolt(deps, self.listeners)
        self.heartbeat = Heartbeat(deps)
        self._socket: SocketModeHandler | None = None

    def settle_in(self) -> SettledIn:
        """Ask Slack where SLACK_BOT_TOKEN belongs, and make sure the workspace and programme are there.

        Raises slack_sdk's SlackApiError when the token is refused.
        """
        return workspaces.settle_in(self.deps)

    def start(self, *, beating: bool = True) -> None:
        """Connect to Slack and, if ``beating``, start ticking and sending."""
        self._socket = SocketModeHandler(
            self.app, app_token=self.deps.settings.app_token.get_secret_value(), trace_enabled=False
        )
        self._socket.connect()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
        if beating:
            self.heartbeat.start()

    def stop(self) -> None:
        """Take no more from Slack, finish what is at work within half a minute, close the database."""
        self.heartbeat.wind_down()
        if self._socket is not None:
            _end_receiver(self._socket.client)
            self._socket.close()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
        if not self.listeners.wait_idle(HANDLERS_END_SECONDS):
            log.warning("handlers still at work after %s seconds are left behind", HANDLERS_END_SECONDS)
        self.listeners.shutdown(wait=False, cancel_futures=True)
        self.heartbeat.stop()
        self.deps.db.engine.dispose()
