"""``/api/<method>``: refusals in Slack's order (method, token, rate, scope, arguments), then the method."""

import asyncio
import json
from typing import Any

from aiohttp import BasicAuth, web

from sandbox.coverage import COVERAGE, Served
from sandbox.server import callers
from sandbox.server.box import Box
from sandbox.server.call import Call
from sandbox.server.errors import SlackError
from sandbox.server.faults import Fault
from sandbox.server.methods import METHODS
from sandbox.state.payload import Payload

BEFORE = frozenset({"ratelimited", "error_before", "refused"})
CLOSED = frozenset({"files.upload", "dialog.open", "rtm.connect", "rtm.start"})
"""Methods Slack once had and no longer serves to new apps."""
AFTER = frozenset({"error_after", "late"})
BY_CLIENT = frozenset({"oauth.v2.access", "oauth.v2.exchange", "apps.uninstall"})
"""Methods that take the app's client id and secret, as arguments or by HTTP Basic."""
SECRET = frozenset({"client_secret", "code", "refresh_token", "token"})
"""Arguments the traffic leaves out."""
_ENVELOPE = frozenset({"token", "team_id"})
OK, TOO_MANY, BROKEN = 200, 429, 500


async def serve(box: Box, request: web.Request) -> web.Response:
    """Answer one Web API call and note it in the traffic."""
    method = request.match_info["method"]
    warnings: list[str] = []
    try:
        args = await _arguments(request, warnings)
    except SlackError as refused:
        body = refused.body()
        box.traffic.note(method, {}, "none", OK, body, [])
        return web.json_response(body)
    token = _token(request, args)
    args.pop("token", None)
    if method in BY_CLIENT:
        _client(request, args)
        if token:
            args["token"] = token
    status, body, headers, team = await _answer(box, method, token, args, warnings)
    served = COVERAGE.get(method)
    unknown = sorted(set(args) - served.arguments - _ENVELOPE) if served else []
    shown = args if method not in BY_CLIENT else {k: v for k, v in args.items() if k not in SECRET}
    box.traffic.note(method, shown, token.partition("-")[0] or "none", status, body, unknown, team)
    return web.json_response(body, status=status, headers=headers)


async def _answer(
    box: Box, method: str, token: str, args: Payload, warnings: list[str]
) -> tuple[int, Payload, dict[str, str], str]:
    headers: dict[str, str] = {}
    team = ""
    try:
        served = _served(method)
        app, bearer = box.known_app, None
        if served.caller != "nobody":
            box, app, bearer = callers.caller(box, token, served, args)
            team = bearer.place
            if bearer.kind != "app":
                headers = _scope_headers(bearer.scopes if bearer.user else app.scopes, served)
        fault = box.faults.take(method, BEFORE)
        if fault is not None:
            return *_fault_before(fault, headers), team
        wait = box.limits.refuse(app.id, method, served.tier)
        if wait is not None:
            return *_too_many(wait, headers), team
        call = Call(box, app, method, args, warnings, bearer)
        if served.scopes and served.caller == "bot":
            call.scopes(*served.scopes)
        _required(served, args)
        body = {"ok": True} | await METHODS[method](call)
    except SlackError as refused:
        if refused.error == "ratelimited":
            return *_too_many(int(refused.extra["retry_after"]), headers), team
        return OK, refused.body(), headers, team
    _warn(body, warnings)
    return *await _fault_after(box, method, body, headers), team


def _served(method: str) -> Served:
    served = COVERAGE.get(method)
    if served is None:
        raise SlackError("method_deprecated" if method in CLOSED else "unknown_method", req_method=method)
    return served


async def _fault_after(
    box: Box, method: str, body: Payload, headers: dict[str, str]
) -> tuple[int, Payload, dict[str, str]]:
    fault = box.faults.take(method, AFTER)
    if fault is not None and fault.kind == "late":
        await asyncio.sleep(fault.seconds)
    elif fault is not None:
        return BROKEN, {"ok": False, "error": "internal_error"}, headers
    return OK, body, headers


def _fault_before(fault: Fault, headers: dict[str, str]) -> tuple[int, Payload, dict[str, str]]:
    if fault.kind == "ratelimited":
        return _too_many(fault.retry_after, headers)
    if fault.kind == "refused":
        return OK, {"ok": False, "error": fault.error or "internal_error"}, headers
    return BROKEN, {"ok": False, "error": "internal_error"}, headers


def _too_many(wait: int, headers: dict[str, str]) -> tuple[int, Payload, dict[str, str]]:
    return TOO_MANY, {"ok": False, "error": "ratelimited"}, headers | {"Retry-After": str(wait)}


def _scope_headers(scopes: frozenset[str], served: Served) -> dict[str, str]:
    headers = {"X-OAuth-Scopes": ",".join(sorted(scopes))}
    if served.scopes:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(served.scopes)
    return headers


def _required(served: Served, args: Payload) -> None:
    missing = [name for name in served.required if args.get(name) is None or args.get(name) == ""]
    if missing:
        lines = [f"[ERROR] missing required field: {name}" for name in missing]
        raise SlackError("invalid_arguments", messages=lines)


def _warn(body: Payload, warnings: list[str]) -> None:
    if warnings:
        body["warning"] = ",".join(warnings)
        body.setdefault("response_metadata", {})["warnings"] = warnings


def _token(request: web.Request, args: Payload) -> str:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        return header[len("bearer ") :].strip()
    return str(args.get("token") or "")


def _client(request: web.Request, args: Payload) -> None:
    """Fill in client id and secret that came by HTTP Basic, which Slack prefers."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith("basic "):
        return
    try:
        basic = BasicAuth.decode(header)
    except ValueError:
        return
    args.setdefault("client_id", basic.login)
    args.setdefault("client_secret", basic.password)


async def _arguments(request: web.Request, warnings: list[str]) -> Payload:
    args: Payload = dict(request.query)
    if request.method == "GET":
        return args
    kind = request.content_type
    if kind == "application/json":
        if request.charset is None:
            warnings.append("missing_charset")
        return args | _object(await request.read())
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        if request.charset is not None:
            warnings.append("superfluous_charset")
        return args | dict(await request.post())
    if await request.read():
        raise SlackError("invalid_post_type")
    return args


def _object(body: bytes) -> Payload:
    try:
        said: Any = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(said, dict):
        raise SlackError("json_not_object")
    return said
