"""Which control address does what, and who may call it: only this machine, and no other web page on it."""

import json
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.server.box import Box
from sandbox.server.control import files, forms, installed, screen, surfaces, talk, workspace
from sandbox.server.control.asked import NOT_FOUND, Asked
from sandbox.server.errors import ControlError
from sandbox.state.payload import Payload

Act = Callable[[Asked], Awaitable[Payload]]
FORBIDDEN = 403

ROUTES: dict[tuple[str, str], Act] = {
    ("POST", "/control/reset"): workspace.reset,
    ("GET", "/control/teams"): installed.teams,
    ("GET", "/control/apps"): installed.apps,
    ("POST", "/control/apps"): installed.install,
    ("POST", "/control/apps/{app_id}"): installed.change_app,
    ("GET", "/control/people"): workspace.people,
    ("POST", "/control/people/{who}"): workspace.change_person,
    ("GET", "/control/people/{who}/view"): screen.screen,
    ("POST", "/control/people/{who}/command"): talk.command,
    ("POST", "/control/people/{who}/say"): talk.say,
    ("POST", "/control/people/{who}/react"): talk.react,
    ("POST", "/control/people/{who}/join"): talk.join,
    ("POST", "/control/people/{who}/leave"): talk.leave,
    ("POST", "/control/people/{who}/press"): surfaces.press,
    ("POST", "/control/people/{who}/fill"): surfaces.fill,
    ("POST", "/control/people/{who}/suggest"): surfaces.suggest,
    ("POST", "/control/people/{who}/home"): surfaces.home,
    ("POST", "/control/people/{who}/shortcut"): surfaces.shortcut,
    ("POST", "/control/people/{who}/upload"): files.upload,
    ("POST", "/control/people/{who}/uninstall"): installed.uninstall,
    ("POST", "/control/people/{who}/submit"): forms.submit,
    ("POST", "/control/people/{who}/close"): forms.close,
    ("POST", "/control/channels/{channel}"): workspace.change_channel,
    ("GET", "/control/clock"): workspace.clock,
    ("POST", "/control/clock"): workspace.move_clock,
    ("POST", "/control/retry"): workspace.retry,
    ("GET", "/control/faults"): workspace.faults,
    ("POST", "/control/faults"): workspace.order_fault,
    ("DELETE", "/control/faults"): workspace.clear_faults,
    ("POST", "/control/limits"): workspace.limits,
    ("GET", "/control/traffic"): workspace.traffic,
    ("GET", "/control/counts"): workspace.counts,
    ("GET", "/control/posts"): workspace.posts,
}
"""Every control call; each also under ``/control/teams/{team}/``, where it means that workspace."""
TEAM = ("POST", "/control/teams/{team}")
"""The call that changes a workspace itself."""


def add_routes(app: web.Application, box: Box) -> None:
    """Serve the control API."""
    for (method, path), act in ROUTES.items():
        app.router.add_route(method, path, _handler(box, act))
        if path not in {"/control/reset", "/control/teams"}:
            inside = path.replace("/control/", "/control/teams/{team}/", 1)
            app.router.add_route(method, inside, _handler(box, act))
    app.router.add_route(*TEAM, _handler(box, installed.change_team))


def _handler(box: Box, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            only_from_here(request)
            path = dict(request.match_info)
            there = _team(box, path["team"]) if "team" in path else box
            team = there.world.team_id if "team" in path else ""
            asked = Asked(there, path, dict(request.query), await _body(request), team)
            if "who" in asked.path and request.method == "POST" and act is not workspace.change_person:
                _can_act(asked)
            return web.json_response({"ok": True} | await act(asked))
        except ControlError as refused:
            return web.json_response(refused.body(), status=refused.status)

    return handle


def _team(box: Box, name: str) -> Box:
    world = box.realm.world(name)
    if world is None:
        listed = ", ".join(f"{w.team_id} ({w.domain})" for w in box.realm.worlds.values())
        raise ControlError("team_not_found", f"there is no workspace {name!r}; there are {listed}", NOT_FOUND)
    return box.teams[world.team_id]


def only_from_here(request: web.Request) -> None:
    """Raise ControlError for a call that comes from elsewhere than this machine and this page."""
    # The Host check also keeps out a foreign page whose name was pointed at this machine.
    origin = request.headers.get("Origin")
    host = urlsplit(f"//{request.host}").hostname or ""
    if not (_loopback(request.remote or "") and _loopback(host)):
        raise ControlError("forbidden", "the control API answers this machine only", FORBIDDEN)
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ControlError("forbidden", "the control API answers its own page only", FORBIDDEN)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _body(request: web.Request) -> Payload:
    raw = await request.read()
    if not raw:
        return {}
    try:
        said = json.loads(raw)
    except ValueError:
        raise ControlError("invalid_json", "the body is not JSON") from None
    if not isinstance(said, dict):
        raise ControlError("invalid_json", "the body has to be a JSON object")
    return said


def _can_act(asked: Asked) -> None:
    person = asked.person
    if asked.box.world.deactivated:
        raise ControlError("team_deactivated", f"{asked.box.world.team_name} was closed")
    if person.deleted:
        raise ControlError("account_inactive", f"{person.name} has left and cannot do anything")
    if person.is_bot:
        raise ControlError("is_bot", f"{person.name} is a bot user; only people act here")
