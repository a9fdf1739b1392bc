"""Slack's requests: verified, passed to Bolt, and timed from request in to answer out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from urllib.parse import parse_qsl

from prometheus_client import Histogram
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.context import BoltContext
from slack_bolt.request.internals import build_context
from slack_sdk.signature import SignatureVerifier

from bot.ids import Ids, reference
from bot.web import payloads
from bot.web.answers import HARDENING, Answer, Request, plain

log = logging.getLogger(__name__)

PASSED_ON = (
    "content-type",
    "cookie",
    "x-slack-request-timestamp",
    "x-slack-retry-num",
    "x-slack-retry-reason",
    "x-slack-signature",
)
"""Headers Bolt gets to see. It obeys some of its own that nobody outside may give."""

LONGEST_LOOK = 500
"""Characters of Slack's look at the certificate: a token and a flag."""

KINDS = {
    "block_actions": "action",
    "shortcut": "action",
    "message_action": "action",
    "view_submission": "submission",
    "view_closed": "submission",
    "block_suggestion": "options",
    "event_callback": "event",
}
"""Slack's types of payload, as the figures name them."""


class Receiver:
    """Takes what Slack sends and what the install flow is asked for."""

    def __init__(self, app: App, signing_secret: str, latency: Histogram, ids: Ids) -> None:
        self._app = app
        self._ids = ids
        self._verifier = SignatureVerifier(signing_secret)
        self._latency = latency

    def slack(self, request: Request) -> Answer:
        """Answer one of Slack's requests. Raises TooLarge, and NeverCame.

        Nothing unsigned is even parsed. Slack's look at the certificate wants a 200 and nothing else.
        """
        began = monotonic()
        body = request.body()
        if _looks_at_certificate(body, request):
            return Answer(200, b"")
        if request.method != "POST":
            return plain(405, "This address takes POST only.", ("allow", "POST"))
        if not self._is_signed(body, request):
            return plain(401, "This request is not from Slack, or too old.")
        try:
            asked = as_bolt_request(body.decode("utf-8"), request)
            payloads.check(asked.body)
        except Exception as fault:  # noqa: BLE001 - a payload may be broken anywhere; Bolt reads far into it
            return self._refused(fault)
        answered = self._app.dispatch(asked)
        self._latency.labels(kind=kind_of(asked)).observe(monotonic() - began)
        return as_answer(answered)

    def install(self, request: Request) -> Answer:
        """Begin an installation."""
        flow = self._app.oauth_flow
        if flow is None:
            return plain(404, "This bot serves one workspace and is not installed from here.")
        return as_page(flow.handle_installation(_bare(request)))

    def oauth_redirect(self, request: Request) -> Answer:
        """End an installation: Slack sent the person back."""
        flow = self._app.oauth_flow
        if flow is None:
            return plain(404, "This bot serves one workspace and is not installed from here.")
        return as_page(flow.handle_callback(_bare(request)))

    def _refused(self, fault: Exception) -> Answer:
        number = reference(self._ids)
        what = str(fault) if isinstance(fault, payloads.Malformed) else type(fault).__name__
        extra = {"reference": number}
        log.warning("a signed request is nothing Slack sends, reference %s: %s", number, what, extra=extra)
        return plain(400, f"This is nothing Slack sends. The reference is {number}.")

    def _is_signed(self, body: bytes, request: Request) -> bool:
        try:
            return self._verifier.is_valid(
                body,
                request.headers.get("x-slack-request-timestamp", "0"),
                request.headers.get("x-slack-signature", ""),
            )
        except (ValueError, TypeError):  # a time stamp that is no number, a signature that is no ASCII
            return False


def _looks_at_certificate(body: bytes, request: Request) -> bool:
    asked = request.query if request.method == "GET" else body.decode("latin-1")
    return len(asked) < LONGEST_LOOK and ("ssl_check", "1") in parse_qsl(asked)


def _bare(request: Request) -> BoltRequest:
    return BoltRequest(body="", query=request.query, headers=_passed_on(request))


def _passed_on(request: Request) -> dict[str, str | Sequence[str]]:
    return {name: request.headers[name] for name in PASSED_ON if name in request.headers}


def as_bolt_request(body: str, request: Request) -> BoltRequest:
    """Return the request for Bolt. Raises ValueError for a body that cannot be read."""
    made = BoltRequest(body=body, query=request.query, headers=_passed_on(request))
    if not made.body and body:
        # Bolt takes any form in which the word stands for one with a `payload`, and then finds nothing:
        # "/findmentor payload engineering" would be an empty request.
        made.body = dict(parse_qsl(body, keep_blank_values=True))
        made.context = build_context(BoltContext(), made.body)
    if not isinstance(made.body, dict):
        raise ValueError("a payload is an object")  # noqa: TRY004 - what was sent is wrong, not our code
    return made


def kind_of(request: BoltRequest) -> str:
    """Return what kind of payload it is, as the figures name it."""
    if "command" in request.body:
        return "command"
    return KINDS.get(str(request.body.get("type")), "other")


def as_answer(answered: BoltResponse) -> Answer:
    """Return Bolt's answer as ours, with all its headers (cookies may be several)."""
    headers = [
        (name, str(value))
        for name, values in answered.headers.items()
        for value in ([values] if isinstance(values, str) else values)
        if name.lower() != "content-length"
    ]
    return Answer(answered.status, answered.body.encode(), content_type="", headers=headers)


def as_page(answered: BoltResponse) -> Answer:
    """Return Bolt's answer to a browser as ours, with the headers every page has."""
    answer = as_answer(answered)
    named = {name for name, _ in HARDENING}
    kept = [(name, value) for name, value in answer.headers if name.lower() not in named]
    return replace(answer, headers=[*kept, *HARDENING])
