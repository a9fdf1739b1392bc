"""What somebody reads whom the bot does not serve: in no programme, or in a workspace it was removed from."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse

from bot.deps import Deps
from bot.domain import workspaces
from bot.errors import NotAMember, Refusal
from bot.handlers.calls.telling import Way, by_response, told, under_the_form
from bot.store import accounts, programmes
from bot.store.database import Scope
from bot.store.programmes import WorkspaceState

KINDS = {
    "block_actions": "a press",
    "block_suggestion": "a menu",
    "event_callback": "an event",
    "message_action": "a shortcut",
    "shortcut": "a shortcut",
    "view_closed": "a closed form",
    "view_submission": "a sent form",
}

log = logging.getLogger(__name__)


class TurnedAway(Exception):  # noqa: N818 - says what became of a request
    """Nothing can be done for a request: no token is held with which Slack could be called for it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.key)
        self.refusal = refusal


def why_not(deps: Deps, team_id: str, enterprise_id: str, user_id: str) -> Refusal:
    """Return what somebody is told whom nothing here serves.

    Where the app was removed it says so, and whom to ask: names only to those who knew them as their leads.
    """
    with deps.db.unscoped("why somebody is not served") as session:
        found = programmes.serving(session, team_id, enterprise_id)
        known = [accounts.whereabouts(session, team_id=one.account_home, user_id=user_id) for one in found]
    if not found or any(one.state is WorkspaceState.INSTALLED for one in found):
        return NotAMember()
    leads: set[str] = set()
    for one in filter(None, known):
        for programme_id in one.programme_ids:
            with deps.db.reading(Scope(one.workspace_id, programme_id)) as session:
                leads.update(workspaces.whom_to_ask(session, one.person_id))
    if leads:
        return Refusal("common.removed_ask", leads=", ".join(sorted(leads)))
    return Refusal("common.removed")


def turn_away(
    app: App, deps: Deps, refusal: Refusal, body: Mapping[str, Any], context: BoltContext
) -> BoltResponse:
    """Acknowledge a request of somebody who is not served, and tell them why where Slack gives a way.

    Nothing waits for an address that may be dead: a press in a message is answered aside.
    """
    what = _kind(body)
    log.info("%s was turned away: %s", what, refusal.key)
    say, ack = deps.texts.say(), Ack()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
    if "command" in body:
        return ack(say(refusal.key, **refusal.values))
    if body.get("type") == "block_suggestion":
        return ack(options=[])
    if body.get("type") == "view_submission":
        _tell(deps, what, under_the_form(say, ack, body["view"]), refusal)
        return ack.response or ack()
    respond = context.respond if body.get("response_url") else None
    if respond is not None:
        way = by_response(say, respond)
        app.listener_runner.listener_executor.submit(_tell, deps, what, way, refusal)
    return ack()


def _tell(deps: Deps, what: str, way: Way, refusal: Refusal) -> None:
    with told(deps, what, [way]):
        raise refusal


def _kind(body: Mapping[str, Any]) -> str:
    """Return what somebody did, in words of ours."""
    if "command" in body:
        return "a command"
    return KINDS.get(str(body.get("type")), "something")
