"""Control of what is installed where: apps, their connections and leaving, and the workspaces themselves."""

from sandbox.server import leaving
from sandbox.server.box import Box
from sandbox.server.control.asked import NOT_FOUND, Asked
from sandbox.server.errors import ControlError
from sandbox.state.apps import App, ManifestError
from sandbox.state.payload import Payload


async def install(asked: Asked) -> Payload:
    """Install another app; its events address, if it has one, must echo a challenge first."""
    manifest = asked.part("manifest")
    realm, world = asked.box.realm, asked.box.world
    try:
        declared = realm.register(manifest, str(asked.body.get("request_url") or ""))
        app = realm.install(declared, world, credentials=declared.credentials)
        realm.token_of(app, world.team_id)
    except ManifestError as problem:
        raise ControlError("invalid_manifest", str(problem)) from problem
    answer = asked.box.connection(app)
    if not app.socket_mode and app.events_url:
        answer["url_verified"] = await asked.box.courier.verify_url(app)
    return answer


async def apps(asked: Asked) -> Payload:
    """List the apps with what they declare and how they are connected."""
    return {"apps": [_app(asked, app) for app in asked.box.world.apps.values()]}


def _app(asked: Asked, app: App) -> Payload:
    sockets = asked.box.courier.sockets
    return {
        "id": app.id,
        "name": app.name,
        "bot_user_id": app.bot_user_id,
        "commands": app.commands,
        "shortcuts": app.shortcuts,
        "scopes": sorted(app.scopes),
        "events": sorted(app.events),
        "socket_mode": app.socket_mode,
        "sockets": sockets.open_count(app.id),
        "pending": sockets.pending(app.id),
        "uninstalled": app.uninstalled,
    }


async def change_app(asked: Asked) -> Payload:
    """Uninstall an app (``uninstall``), or tell its connections to go (``disconnect``: the reason)."""
    box = asked.box
    app = box.world.apps.get(asked.path["app_id"])
    if app is None:
        raise ControlError("app_not_found", "there is no such app", NOT_FOUND)
    if asked.body.get("ssl_check"):
        return {"app": _app(asked, app), "error": (await box.courier.check_ssl(app)).error}
    if asked.body.get("verify"):
        return {"app": _app(asked, app), "url_verified": await box.courier.verify_url(app)}
    reason = asked.body.get("disconnect")
    told = await box.courier.sockets.disconnect(app.id, str(reason)) if reason else 0
    if asked.body.get("uninstall"):
        _uninstall(asked, app)
    if asked.body.get("revoke"):
        leaving.revoke(box, app, box.realm.tokens.live(app.id, leaving.place(box, app), box.clock.now()))
    return {"app": _app(asked, app), "told": told}


async def uninstall(asked: Asked) -> Payload:
    """Uninstall an app as a person of the workspace: ``app``, and the ``order`` of the events."""
    app = asked.app()
    _uninstall(asked, app)
    return {"app": _app(asked, app)}


def _uninstall(asked: Asked, app: App) -> None:
    order = asked.names("order") if "order" in asked.body else list(leaving.LEAVING)
    if set(order) - set(leaving.LEAVING):
        raise ControlError("unknown_event", f"the order is of {', '.join(leaving.LEAVING)}")
    if app.uninstalled:
        raise ControlError("not_installed", f"{app.name} is not installed here")
    leaving.uninstall(asked.box, app, order)


async def teams(asked: Asked) -> Payload:
    """List the workspaces, and the organisation if there is one."""
    org = asked.box.realm.enterprise
    shown = [_team(box) for box in asked.box.teams.values()]
    return {
        "teams": shown,
        "enterprise": {"id": org.id, "name": org.name, "domain": org.domain} if org is not None else None,
    }


def _team(box: Box) -> Payload:
    world = box.world
    return {
        "id": world.team_id,
        "name": world.team_name,
        "domain": world.domain,
        "enterprise_id": world.enterprise_id,
        "deactivated": world.deactivated,
        "installed": [app.id for app in world.apps.values() if not app.uninstalled],
        "people": sum(not person.is_bot for person in world.people.values()),
    }


async def change_team(asked: Asked) -> Payload:
    """Deactivate a workspace or bring it back; give an organisation's app access to it, or take it."""
    box, body = asked.box, asked.body
    if "deactivated" in body:
        box.world.deactivated = bool(body["deactivated"])
    if "access" in body:
        org = next((app for app in box.realm.orgs.values() if not app.uninstalled), None)
        if org is None or box.world.enterprise is None:
            raise ControlError("not_installed", "no app is installed for the organisation of this workspace")
        leaving.access(box, org, granted=bool(body["access"]))
    box.touch(None)
    return {"team": _team(box)}
