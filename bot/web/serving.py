"""The application under gunicorn: one master, one process of many threads, stopped without losing anything.

One process is enough, since its threads wait for Slack and the database most of the time; more are more
``mentorbot web``. Told to stop, it says so at ``/readyz`` and goes on answering for a while, so that whoever
spreads the requests looks elsewhere; then it takes no new connection, finishes what it has, and ends.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic
from types import FrameType
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import get_parser
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot import listening, logs
from bot.deps import Deps
from bot.engine import ByWorker, Waker
from bot.errors import Misconfigured
from bot.handlers import workspaces
from bot.jobs.heartbeat import Heartbeat
from bot.running import Listeners
from bot.settings import Settings
from bot.web.application import Application
from bot.web.arriving import Arriving

log = logging.getLogger(__name__)

CHECK = "`mentorbot check` says what to do."
REQUESTS_END_SECONDS = 8
"""How long requests under way may take after the last was accepted: Slack waits three seconds."""
HANDLERS_END_SECONDS = 12
"""How long handlers may go on after that: what they do after their answer may be a call to Slack or two."""
BESIDE_ENDS_SECONDS = 5
"""How long what works beside the requests may take then: it was told together with the handlers."""


class Web:
    """What lives in the serving process: application, handlers' threads, the heartbeat if embedded."""

    def __init__(self, deps: Deps) -> None:
        embedded = deps.db.engine.dialect.name == "sqlite"
        self._deps = deps if embedded else replace(deps, computations=ByWorker(deps))
        self._listeners = Listeners(deps.settings.listeners)
        self._beside: Heartbeat | Waker = Heartbeat(self._deps) if embedded else Waker(self._deps)
        self.application = Application(
            self._deps,
            listening.bolt(self._deps, self._listeners),
            queue=lambda: self._listeners.at_work,
            own_tick=self._own_tick,
        )

    def settle_in(self) -> None:
        """Make sure that the workspace of SLACK_BOT_TOKEN, if there is one, and its programme are there."""
        if self._deps.settings.bot_token.get_secret_value():
            workspaces.settle_in(self._deps)

    def start(self) -> None:
        """Start what works beside the requests: all of the bot if embedded, else the waking of workers."""
        self._beside.start()

    def _own_tick(self) -> datetime | None:
        return self._beside.beaten_at if isinstance(self._beside, Heartbeat) else None

    def close(self) -> None:
        """Finish the handlers, within a bound, and let go of everything."""
        until = monotonic() + HANDLERS_END_SECONDS + BESIDE_ENDS_SECONDS
        if isinstance(self._beside, Heartbeat):
            self._beside.wind_down()
        if not self._listeners.wait_idle(HANDLERS_END_SECONDS):
            log.warning("handlers still at work after %s seconds are left behind", HANDLERS_END_SECONDS)
        self._listeners.shutdown(wait=False, cancel_futures=True)
        if isinstance(self._beside, Heartbeat):
            self._beside.stop(max(0.0, until - monotonic()))
        else:
            self._beside.stop()
        self._deps.db.engine.dispose()


class _Log(Logger):
    """Lets the server's words go where all others go, and no access log at all: addresses carry codes."""

    def setup(self, cfg: Config) -> None:
        """Hand everything to the root logger."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True
        # Its "starting" and "handling signal" are no news; a broken request's text is not ours to log.
        self.error_log.setLevel(logging.WARNING)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning; of a request that is none, only that there was one."""
        if msg.startswith("Invalid request from"):
            self.error_log.info("a request that is no HTTP was refused")
        else:
            super().warning(msg, *args, **kwargs)

    def reopen_files(self) -> None:
        """Do nothing: there are no files."""


class _Worker(ThreadWorker):
    """The serving process. SIGTERM makes it unready first, and only after a while closed to new requests."""

    _close_at: float | None = None

    def init_signals(self) -> None:
        """Leave Ctrl-C, which the terminal sends to both processes, to the master."""
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle(self, conn: TConn) -> Any:
        """Read and answer one request, which has ARRIVAL_SECONDS to come; until it begins, take no thread."""
        if conn.parser is None:
            if not conn.data_ready and not conn.wait_for_data(0):
                return _DEFER
            conn.parser = get_parser(conn.cfg, conn.sock, conn.client)
            conn.parser.unreader = Arriving(conn.sock)
        conn.parser.unreader.begin()
        return super().handle(conn)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - gunicorn's signature
        """Say that this process is to stop, and when it closes."""
        if self._close_at is None:
            self.app.web.application.stopping = True
            self._close_at = monotonic() + self.app.settings.unready_seconds
            self.method_queue.defer(lambda: None)

    def notify(self) -> None:
        """Tell the master that we live, at least once a second; close when it is time."""
        super().notify()
        if self._close_at is not None and monotonic() >= self._close_at:
            self.alive = False

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for requests, but not beyond the moment of closing."""
        if self._close_at is not None and self.alive:
            timeout = min(timeout, max(0.0, self._close_at - monotonic()))
        super().wait_for_and_dispatch_events(timeout)


class _Master(Arbiter):
    """Keeps the serving process alive."""

    def handle_int(self) -> None:
        """Stop in good order on Ctrl-C too."""
        self.handle_term()


class Server(BaseApplication):
    """gunicorn, set up in code. ``make`` builds everything in the serving process, after the fork."""

    def __init__(self, settings: Settings, make: Callable[[], Web]) -> None:
        self.settings = settings
        self._make = make
        self.web: Web
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's own."""
        settings = self.settings
        most = (
            int(settings.unready_seconds) + REQUESTS_END_SECONDS + HANDLERS_END_SECONDS + BESIDE_ENDS_SECONDS
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        for name, value in {
            "bind": f"{host}:{settings.port}",
            "workers": 1,
            "worker_class": _Worker,
            "threads": settings.web_threads,
            "worker_connections": 1000,
            "keepalive": 75,
            "graceful_timeout": most,
            "logger_class": _Log,
            "control_socket_disable": True,
            "proc_name": "mentorbot-web",
            "post_fork": _after_fork,
            "post_worker_init": _serving,
            "worker_exit": _over,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        """Build everything, in the process that serves. A wrong setting ends the master as well."""
        try:
            web = self._make()
            web.settle_in()
        except Misconfigured as fault:
            click.echo(str(fault), err=True)
        except (BoltError, SlackClientError, OSError) as fault:
            click.echo(
                f"Slack does not answer or refuses the token ({type(fault).__name__}). {CHECK}", err=True
            )
        except SQLAlchemyError as fault:
            name = type(fault).__name__
            click.echo(f"The database does not answer, or its schema is old ({name}). {CHECK}", err=True)
        except Exception:
            log.critical("the web process cannot start", exc_info=True)  # gunicorn would print the message
        else:
            self.web = web
            return web.application
        sys.exit(Arbiter.APP_LOAD_ERROR)

    def run(self) -> None:
        """Serve until told to stop; ends by SystemExit, 0 after a stop in good order."""
        _Master(self).run()


def _after_fork(_master: Arbiter, worker: ThreadWorker) -> None:
    worker.cfg.set("graceful_timeout", REQUESTS_END_SECONDS)


def _serving(worker: ThreadWorker) -> None:
    worker.app.web.start()
    host, port = worker.sockets[0].getsockname()[:2]
    click.echo(f"Ready: http://{host}:{port}. Stop with Ctrl-C.")


def _over(_master: Arbiter, worker: ThreadWorker) -> None:
    web = getattr(worker.app, "web", None)
    if web is not None:
        click.echo("Stopping: finishing what is at work.")
        web.close()


def require_address(settings: Settings) -> None:
    """Refuse an address this process cannot serve at. Raises Misconfigured.

    gunicorn would try for five seconds, with a line for each, and end with a number.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind(address)
            asked.listen()
    except OSError as fault:
        where = f"{settings.host}:{settings.port}"
        if fault.errno == errno.EADDRINUSE:
            raise Misconfigured(
                f"Another process serves at {where} already: stop that one, or set MENTORBOT_PORT to a free "
                "port."
            ) from None
        if fault.errno == errno.EACCES:
            raise Misconfigured(
                f"This user may not serve at {where}: set MENTORBOT_PORT to a port above 1023, and let the "
                "proxy in front have the low one."
            ) from None
        raise Misconfigured(
            f"{settings.host} is no address of this machine: set MENTORBOT_HOST to one that is, such as "
            "127.0.0.1."
        ) from None


def serve(settings: Settings, make: Callable[[], Web]) -> None:
    """Serve on ``settings.host`` and ``port`` until SIGTERM or Ctrl-C; ends by SystemExit."""
    logs.set_up(settings.log_level, settings.log_format, "web")
    Server(settings, make).run()
