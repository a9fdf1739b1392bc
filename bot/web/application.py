"""The WSGI application: what is answered at which address."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App

from bot.deps import Deps
from bot.handlers.calls.telling import log_fault
from bot.web.answers import Answer, NeverCame, Request, TooLarge, as_json, plain, read_request
from bot.web.figures import CONTENT_TYPE, Figures
from bot.web.health import Health, report
from bot.web.page import page
from bot.web.receiving import Receiver

log = logging.getLogger(__name__)

Answering = Callable[[Request], Answer]


@dataclass(frozen=True)
class Route:
    """One address: which methods it takes, and what answers."""

    methods: tuple[str, ...]
    answer: Answering


LOOKING = ("GET", "HEAD")


class Application:
    """Answers every request, whatever happens, and never with more than a sentence about what went wrong."""

    def __init__(
        self,
        deps: Deps,
        app: App,
        queue: Callable[[], int],
        own_tick: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._deps = deps
        self._app = app
        self.stopping = False
        """Whether this process was told to stop: it still answers, and /readyz says so."""
        self._figures = Figures(deps, queue)
        self._health = Health(deps, lambda: self.stopping, own_tick)
        secret = deps.settings.signing_secret.get_secret_value()
        receiver = Receiver(app, secret, self._figures.ack_seconds, deps.ids)
        self._routes = {
            "/": Route(LOOKING, self._page),
            "/healthz": Route(LOOKING, lambda _: plain(200, "alive")),
            "/metrics": Route(LOOKING, self._metrics),
            "/readyz": Route(LOOKING, lambda _: as_json(*report(self._health.of_everything()))),
            "/readyz/web": Route(LOOKING, lambda _: as_json(*report(self._health.of_this_process()))),
            "/slack/events": Route(("GET", "POST"), receiver.slack),
            "/slack/install": Route(("GET",), receiver.install),
            "/slack/oauth_redirect": Route(("GET",), receiver.oauth_redirect),
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        request = read_request(environ)
        try:
            answer = self._answer(request)
        except TooLarge:
            answer = plain(413, "This is larger than anything Slack sends.")
        except NeverCame:
            answer = plain(408, "The rest of this request did not come in time.", ("connection", "close"))
        except Exception as fault:  # noqa: BLE001 - the server would log the message, which may quote a person
            number = log_fault(self._deps, f"{request.method} {self._known(request.path)}", fault)
            answer = plain(500, f"Something went wrong here. The reference is {number}.")
        return answer.send(start_response, with_body=request.method != "HEAD")

    def _answer(self, request: Request) -> Answer:
        route = self._routes.get(request.path)
        if route is None:
            return plain(404, "There is nothing at this address.")
        if request.method not in route.methods:
            allowed = ", ".join(route.methods)
            return plain(405, f"This address takes {allowed} only.", ("allow", allowed))
        return route.answer(request)

    def _known(self, path: str) -> str:
        return path if path in self._routes else "an unknown address"

    def _page(self, _: Request) -> Answer:
        content = page(self._deps.texts.say(), installable=self._app.oauth_flow is not None)
        return Answer(200, content, "text/html; charset=utf-8")

    def _metrics(self, request: Request) -> Answer:
        token = self._deps.settings.metrics_token.get_secret_value()
        shown = request.headers.get("authorization", "")
        if token and not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
            return plain(401, "These figures want a token.", ("www-authenticate", "Bearer"))
        return Answer(200, self._figures.exposition(), CONTENT_TYPE)
