"""api.test, auth.*, apps.*, bots.info and team.info."""

import json
from typing import Any

from sandbox.server import leaving
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.state.apps import Credentials, ManifestError, app_from_manifest
from sandbox.state.payload import Payload


async def api_test(call: Call) -> Payload:
    """Give back the arguments; ``error`` makes it fail with that name."""
    if call.args.get("error"):
        raise SlackError(call.text("error"), args=call.args)
    return {"args": call.args} if call.args else {}


async def auth_test(call: Call) -> Payload:
    """Say who the token is: for one of an organisation, team and team_id are the organisation's."""
    keys, world, org, bearer = call.app.credentials, call.world, call.world.enterprise, call.bearer
    whole = org if call.app.org else None
    person = bearer.user if bearer is not None and bearer.user else keys.bot_user_id
    answer: Payload = {
        "url": f"{call.box.address}/",
        "team": whole.name if whole is not None else world.team_name,
        "user": world.people[person].name if person in world.people else call.app.bot_name,
        "team_id": whole.id if whole is not None else world.team_id,
        "user_id": person,
        "is_enterprise_install": bool(call.app.org),
    }
    if person == keys.bot_user_id:
        answer["bot_id"] = keys.bot_id
    if org is not None:
        answer["enterprise_id"] = org.id
    if bearer is not None and bearer.expires_at is not None:
        answer["expires_in"] = max(0, int(bearer.expires_at - call.box.clock.now()))
    return answer


async def auth_revoke(call: Call) -> Payload:
    """Make the token invalid, unless it is only a test."""
    if not call.flag("test") and call.bearer is not None:
        leaving.revoke(call.box, call.app, [call.bearer])
    return {"revoked": not call.flag("test")}


async def connections_open(call: Call) -> Payload:
    """Give the address of a Socket Mode connection; the ticket in it is good for one."""
    if not call.app.socket_mode:
        raise SlackError("socket_mode_not_enabled")
    ticket = call.box.courier.sockets.ticket(call.app.id)
    address = call.box.address.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.app.id}"}


async def manifest_validate(call: Call) -> Payload:
    """Check that a manifest could be installed here; Slack's own schema is stricter."""
    given: Any = call.args.get("manifest")
    try:
        manifest = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise SlackError("invalid_manifest", errors=[{"message": "not JSON", "pointer": "/"}]) from None
    if not isinstance(manifest, dict):
        raise SlackError("invalid_manifest", errors=[{"message": "must be an object", "pointer": "/"}])
    try:
        app_from_manifest(manifest, Credentials.fresh())
    except ManifestError as problem:
        raise SlackError("invalid_manifest", errors=[{"message": str(problem), "pointer": "/"}]) from problem
    return {}


async def bots_info(call: Call) -> Payload:
    """Describe the bot of an installed app."""
    wanted = call.text("bot") or call.app.credentials.bot_id
    for app in call.world.apps.values():
        if app.credentials.bot_id == wanted:
            return {
                "bot": {
                    "id": wanted,
                    "deleted": app.uninstalled,
                    "name": app.name,
                    "updated": 0,
                    "app_id": app.id,
                    "user_id": app.bot_user_id,
                    "icons": {},
                },
            }
    raise SlackError("bot_not_found")


async def team_info(call: Call) -> Payload:
    """Describe the workspace."""
    world, org = call.world, call.world.enterprise
    if call.text("team", world.team_id) != world.team_id:
        raise SlackError("team_not_found")
    return {
        "team": {
            "id": world.team_id,
            "name": world.team_name,
            "domain": world.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "url": f"{call.box.address}/",
            **({"enterprise_id": org.id, "enterprise_name": org.name} if org is not None else {}),
        },
    }


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "apps.connections.open": connections_open,
    "apps.manifest.validate": manifest_validate,
    "auth.revoke": auth_revoke,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "team.info": team_info,
}
