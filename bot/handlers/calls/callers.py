"""Who calls, and for which programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from bot.deps import Deps
from bot.errors import NotAMember, NotFound, Refusal
from bot.store import people
from bot.store.people import Identity, ProgrammeOfCaller


def user_of(body: Mapping[str, Any]) -> str:
    """Return the Slack id of whoever did something; empty where Slack does not say."""
    return _account_of(body)[1]


def _account_of(body: Mapping[str, Any]) -> tuple[str, str]:
    user = body.get("user")
    user_id = body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user)
    if user_id is None:
        user_id = (body.get("event") or {}).get("user")
    team = body.get("team")
    team_id = body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else None)
    if team_id is None and isinstance(user, Mapping):
        team_id = user.get("team_id")
    return str(team_id or ""), str(user_id or "")


def _programme(identity: Identity, ids: Mapping[str, str], *, or_first: bool) -> ProgrammeOfCaller:
    if not identity.programmes:
        raise NotAMember
    wanted = ids.get("programme")
    if wanted is not None:
        for programme in identity.programmes:
            if programme.id == wanted:
                return programme
        raise NotFound
    if len(identity.programmes) == 1:
        return identity.programmes[0]
    for programme in identity.programmes:
        if programme.id == identity.chosen_programme_id:
            return programme
    if or_first:
        return identity.programmes[0]
    raise Refusal("common.which_programme")


def identify(
    deps: Deps,
    client: WebClient,
    body: Mapping[str, Any],
    ids: Mapping[str, str],
    *,
    or_first: bool = False,
) -> dict[str, Any]:
    """Return the fields of a Call. Raises NotAMember for somebody who is in no programme here.

    Somebody in several programmes who has not chosen one is asked to, or with ``or_first`` is taken to mean
    the first: where they can choose, such as on Home.
    """
    team_id, user_id = _account_of(body)
    with deps.db.unscoped("identify a caller") as session:
        identity = people.identify(session, team_id=team_id, user_id=user_id)
    if identity is None:
        raise NotAMember
    return {
        "deps": deps,
        "client": client,
        "body": body,
        "slack_user_id": user_id,
        "identity": identity,
        "programme": _programme(identity, ids, or_first=or_first),
        "ids": ids,
    }
