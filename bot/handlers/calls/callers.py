"""Who calls, and for which programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.deps import Deps
from bot.errors import NotAMember, NotFound, Refusal
from bot.handlers.calls.turning_away import why_not
from bot.store import accounts
from bot.store.accounts import Identity, ProgrammeOfCaller


def user_of(body: Mapping[str, Any]) -> str:
    """Return the Slack id of whoever did something; empty where Slack does not say."""
    return origin_of(body).user_id


@dataclass(frozen=True)
class Origin:
    """Where something comes from: the installation it is for, and who did it."""

    enterprise_id: str
    team_id: str
    """The team the installation is for; empty where it is for the whole organisation and Slack names none."""
    org_wide: bool
    user_id: str
    user_team_id: str
    """The team the person belongs to, where Slack says; in a shared channel it may be another than ours."""
    user_enterprise_id: str = ""
    """The organisation of that team, where Slack says."""


def origin_of(body: Mapping[str, Any]) -> Origin:
    """Read from any payload of Slack's for which installation it is, and who did it."""
    user, team, view = body.get("user"), body.get("team"), body.get("view")
    event: Mapping[str, Any] = body.get("event") or {}
    known: Mapping[str, Any] = next(iter(body.get("authorizations") or ()), {})
    of_user: Mapping[str, Any] = user if isinstance(user, Mapping) else {}
    of_team: Mapping[str, Any] = team if isinstance(team, Mapping) else {"id": team}
    enterprise = body.get("enterprise")
    org_wide = known.get("is_enterprise_install", body.get("is_enterprise_install"))
    user_id = body.get("user_id") or of_user.get("id") or (user if isinstance(user, str) else None)
    return Origin(
        enterprise_id=_first(
            enterprise.get("id") if isinstance(enterprise, Mapping) else enterprise,
            known.get("enterprise_id"),
            body.get("enterprise_id"),
            of_team.get("enterprise_id"),
        ),
        team_id=_first(
            view.get("app_installed_team_id") if isinstance(view, Mapping) else None,
            known.get("team_id"),
            body.get("team_id"),
            of_team.get("id"),
            of_user.get("team_id"),
        ),
        org_wide=org_wide in {True, "true"},
        user_id=_first(user_id, event.get("user") if isinstance(event.get("user"), str) else None),
        user_team_id=_first(of_user.get("team_id"), event.get("user_team")),
        user_enterprise_id=_first(
            of_team.get("enterprise_id") if of_team.get("id") == of_user.get("team_id") else None
        ),
    )


def _first(*found: object) -> str:
    return next((str(one) for one in found if one), "")


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

    Where the app was removed the Refusal says that instead.
    Somebody in several programmes who has not chosen one is asked to, or with ``or_first`` is taken to mean
    the first: where they can choose, such as on Home.
    """
    origin = origin_of(body)
    with deps.db.unscoped("identify a caller") as session:
        identity = accounts.identify(
            session,
            team_id=origin.team_id,
            user_id=origin.user_id,
            enterprise_id=origin.enterprise_id,
            user_team_id=origin.user_team_id,
            user_enterprise_id=origin.user_enterprise_id,
            org_wide=origin.org_wide,
        )
    if identity is None:
        raise why_not(deps, origin.team_id, origin.enterprise_id, origin.user_id)
    return {
        "deps": deps,
        "client": client,
        "body": body,
        "slack_user_id": origin.user_id,
        "identity": identity,
        "programme": _programme(identity, ids, or_first=or_first),
        "ids": ids,
    }
