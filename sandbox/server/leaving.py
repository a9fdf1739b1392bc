"""How an installation ends: uninstalled, or its tokens revoked; and which events tell the app."""

from collections.abc import Sequence
from typing import Literal

from sandbox.server import events
from sandbox.server.box import Box
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.tokens import Token

Leaving = Literal["app_uninstalled", "tokens_revoked"]
LEAVING: tuple[Leaving, ...] = ("app_uninstalled", "tokens_revoked")
"""The events of an uninstallation. Slack promises no order."""


def place(box: Box, app: App) -> str:
    """Give where an installation is: the organisation, or this workspace."""
    return app.org or box.world.team_id


def uninstall(box: Box, app: App, order: Sequence[str] = LEAVING) -> None:
    """Uninstall an app from where it is installed, and tell it so in that order, or only in part."""
    where = place(box, app)
    tokens = [token for token in box.realm.tokens.of(app.id, where) if token.ended is None]
    told = [_event(name, tokens, app) for name in order]
    box.realm.uninstall(app, where)
    _tell(box, app, told)


def revoke(box: Box, app: App, tokens: list[Token], *, fault: bool = False) -> None:
    """Revoke tokens and tell the app. Without any left the app is uninstalled, save where it is a fault."""
    where = place(box, app)
    for token in tokens:
        token.ended, token.fault = "token_revoked", fault
    told = [_event("tokens_revoked", tokens, app)]
    if not fault and not box.realm.tokens.live(app.id, where, box.clock.now()):
        box.realm.uninstall(app, where, "token_revoked")
        told.append(_event("app_uninstalled", [], app))
    _tell(box, app, told)


def _tell(box: Box, app: App, told: list[Payload]) -> None:
    listened = [event for event in told if app.listens(event["type"])]
    for event in listened:
        event["event_ts"] = box.clock.ts()
    if listened:
        box.courier.events_in_turn(app, box.world, listened, box.clock.now())


def _event(name: str, tokens: list[Token], app: App) -> Payload:
    if name != "tokens_revoked":
        return {"type": name}
    people = [token.user for token in tokens if token.kind == "user"]
    bots = [app.bot_user_id] if any(token.kind == "bot" for token in tokens) else []
    return {"type": name, "tokens": {"oauth": people, "bot": bots}}


def access(box: Box, app: App, *, granted: bool) -> None:
    """Give an organisation's installation access to this workspace, or take it, and tell the app."""
    if granted:
        box.world.admit(app)
        events.send(box, app, {"type": "team_access_granted", "team_ids": [box.world.team_id]})
    else:
        events.send(box, app, {"type": "team_access_revoked", "team_ids": [box.world.team_id]})
        box.world.dismiss(app)
        box.world.apps.pop(app.id, None)
