"""People as Slack tells of them: changed, gone, back, or new."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import App

from bot.deps import Deps
from bot.domain import mentors, people, workspaces
from bot.domain.people import Account
from bot.handlers.calls.callers import Origin, origin_of
from bot.logs import without_words
from bot.store import accounts, programmes
from bot.store.database import Scope

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Plug in."""
    for event, handle in (("user_change", changed), ("team_join", joined)):
        app.event(event)(_listener(deps, event, handle))


def account_of(user: Mapping[str, Any]) -> Account:
    """Return Slack's description of a user as we use it: with their own team and organisation, not ours."""
    profile = user.get("profile") or {}
    organisation = user.get("enterprise_user") or {}
    return Account(
        team_id=str(user.get("team_id") or ""),
        user_id=str(user["id"]),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or ""),
        email=str(profile.get("email") or "").casefold(),
        time_zone=str(user.get("tz") or ""),
        language=str(user.get("locale") or "").partition("-")[0],
        here=not user.get("deleted", False),
        is_person=not user.get("is_bot", False) and user["id"] != "USLACKBOT",
        enterprise_id=str(organisation.get("enterprise_id") or ""),
        teams=frozenset(str(team_id) for team_id in organisation.get("teams") or ()),
        is_stranger=bool(user.get("is_stranger", False)),
    )


def changed(deps: Deps, account: Account, origin: Origin) -> None:
    """Keep what we know of somebody fresh; when their account is gone, end what waited for them.

    They may be known to their organisation's installation as well as to their team's; somebody from elsewhere
    is known to neither.
    """
    homes = []
    if account.is_of(origin.team_id, ""):
        homes.append(replace(account, team_id=origin.team_id))
    if account.is_of("", origin.enterprise_id):
        homes.append(workspaces.of_organisation(account, origin.enterprise_id))
    known = [_freshen(deps, home) for home in homes]
    if not any(known):
        joined(deps, account, origin)


def _freshen(deps: Deps, account: Account) -> bool:
    """Take over what changed about somebody who is known by this account; tell whether they are."""
    with deps.db.unscoped("find a changed user") as session:
        known = accounts.whereabouts(session, team_id=account.team_id, user_id=account.user_id)
    if known is None:
        return False
    with deps.db.writing(Scope(known.workspace_id)) as session:
        people.refresh(session, known.person_id, account, keep=deps.guidelines.concerns.addresses)
    for programme_id in known.programme_ids:
        with deps.step(known.workspace_id, programme_id) as step:
            if account.here:
                mentors.changed(step)
            else:
                people.leave(step, known.person_id)
    return True


def joined(deps: Deps, account: Account, origin: Origin) -> None:
    """Link somebody new in Slack to the person who was imported by the same address.

    Only where they themselves belong to the team, or the organisation, that installed the bot: anybody
    elsewhere may write any address into their profile.
    """
    if not account.here or not account.is_person:
        return
    with deps.db.unscoped("find the workspaces of a new user") as session:
        serving = programmes.serving(session, origin.team_id, origin.enterprise_id)
    for workspace in serving:
        if not account.is_of(workspace.slack_team_id, workspace.slack_enterprise_id):
            continue
        home = replace(account, team_id=workspace.account_home)
        with deps.db.writing(Scope(workspace.id)) as session:
            linked = people.join(session, deps.ids, workspace.id, home)
        if linked is not None:
            _freshen(deps, home)


def _listener(deps: Deps, name: str, handle: Callable[[Deps, Account, Origin], None]) -> Callable[..., None]:
    def listener(event: dict[str, Any], body: dict[str, Any]) -> None:
        try:
            origin = origin_of(body)
            account = account_of({"team_id": origin.team_id, **event["user"]})
            handle(deps, account, origin)
        except Exception as fault:  # noqa: BLE001 - nobody waits for an answer; Slack must not send it again
            log.error("%s failed: %s", name, without_words(fault))  # noqa: TRY400 - the message may quote a person

    return listener
