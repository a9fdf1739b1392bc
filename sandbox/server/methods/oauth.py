"""oauth.v2.*, apps.uninstall and auth.teams.list: installations and their tokens."""

from sandbox.server import granting
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.paging import page
from sandbox.state.payload import Payload


async def access(call: Call) -> Payload:
    """Give tokens for a code a person's permission brought, or for a refresh token."""
    app = granting.client(call.box, call.text("client_id"), call.text("client_secret"))
    grant = call.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        return granting.refreshed(call.box, app, call.text("refresh_token"))
    if grant != "authorization_code":
        raise SlackError("invalid_grant_type")
    now = call.box.clock.now()
    code = call.box.codes.use(call.text("code"), app.id, call.text("redirect_uri"), now)
    return granting.granted(call.box, app, code)


async def exchange(call: Call) -> Payload:
    """Turn a token that never expires into a rotating pair."""
    app = granting.client(call.box, call.text("client_id"), call.text("client_secret"))
    return granting.exchanged(call.box, app, call.text("token"))


async def uninstall(call: Call) -> Payload:
    """Uninstall the app from where the token is from."""
    if call.bearer is None:
        raise SlackError("not_authed")
    granting.uninstalled(call.box, call.app, call.bearer, call.text("client_id"), call.text("client_secret"))
    return {"uninstalled": True}


async def teams(call: Call) -> Payload:
    """List the workspaces a token has access to."""
    granted = call.box.realm.places(call.app) if call.app.org else [call.world]
    shown, cursor = page(call, [world for world in granted if not world.deactivated])
    icon = {"icon": {"image_default": True}} if call.flag("include_icon") else {}
    return {
        "teams": [{"id": world.team_id, "name": world.team_name, **icon} for world in shown],
        "response_metadata": cursor,
    }


METHODS: dict[str, Method] = {
    "apps.uninstall": uninstall,
    "auth.teams.list": teams,
    "oauth.v2.access": access,
    "oauth.v2.exchange": exchange,
}
