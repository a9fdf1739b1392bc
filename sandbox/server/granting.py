"""What comes of an allowed installation: the app in its place, tokens, and their rotation."""

import hmac

from sandbox.server import leaving
from sandbox.server.box import Box
from sandbox.server.codes import Code
from sandbox.server.errors import SlackError
from sandbox.state import ids
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.tokens import LIFETIME, Pair, Refresh, Token

GRACE_SECONDS = 60.0
"""A refresh token used again so soon gives the same pair: the answer may have been lost on the way."""


def client(box: Box, client_id: str, client_secret: str) -> App:
    """Give the app of a client id. Raises SlackError invalid_client_id or bad_client_secret."""
    app = box.realm.app_by_client(client_id)
    if app is None:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(app.credentials.client_secret.encode(), client_secret.encode()):
        raise SlackError("bad_client_secret")
    return app


def granted(box: Box, app: App, code: Code) -> Payload:
    """Install an app as a person has allowed, and give what oauth.v2.access answers."""
    realm = box.realm
    org = realm.enterprise if realm.enterprise is not None and realm.enterprise.id == code.place else None
    answer: Payload = {"app_id": app.id, "authed_user": {"id": code.person}}
    if code.scopes:
        if org is not None:
            made = realm.install_org(app, code.scopes, [realm.worlds[team] for team in code.teams])
        else:
            made = realm.install(app, realm.worlds[code.place], code.scopes)
        answer |= {"scope": _listed(made.scopes), "token_type": "bot", "bot_user_id": made.bot_user_id}
        if app.rotates:
            answer |= _shown(realm.rotating(made, code.place))
        else:
            answer["access_token"] = realm.token_of(made, code.place)
    if code.user_scopes:
        answer["authed_user"] |= _person(box, app, code)
    return answer | where(box, code.place)


def _person(box: Box, app: App, code: Code) -> Payload:
    told = {"scope": _listed(code.user_scopes), "token_type": "user"}
    tokens = box.realm.tokens
    if app.rotates:
        pair = tokens.pair(app, code.place, box.clock.now(), user=code.person, scopes=code.user_scopes)
        return told | _shown(pair)
    token = Token(ids.user_token(), "user", app.id, code.place, code.person, code.user_scopes)
    return told | {"access_token": tokens.add(token).text}


def where(box: Box, place: str) -> Payload:
    """Give team and organisation of an installation, as OAuth's answers carry them."""
    world = box.realm.worlds.get(place)
    org = world.enterprise if world is not None else box.realm.enterprise
    return {
        "team": {"id": world.team_id, "name": world.team_name} if world is not None else None,
        "enterprise": {"id": org.id, "name": org.name} if org is not None else None,
        "is_enterprise_install": world is None,
    }


def refreshed(box: Box, app: App, text: str) -> Payload:
    """Give a new pair for a refresh token; the access token before it lives on until it expires.

    Raises SlackError invalid_refresh_token for one that is unknown, ended, or was used a while ago.
    """
    refresh = box.realm.tokens.refreshes.get(text)
    if refresh is None or refresh.app_id != app.id or refresh.ended:
        raise SlackError("invalid_refresh_token")
    installed = box.realm.installation(app.id, refresh.place)
    if refresh.kind == "bot" and (installed is None or installed.uninstalled):
        raise SlackError("invalid_refresh_token")
    now = box.clock.now()
    if refresh.used_at is not None and now - refresh.used_at > GRACE_SECONDS:
        raise SlackError("invalid_refresh_token")
    if refresh.successor is None:
        refresh.used_at = now
        refresh.successor = _next(box, installed or app, refresh)
    pair = refresh.successor
    answer = _shown(pair) | {"app_id": app.id, "scope": _listed(pair.access.scopes)}
    if refresh.kind == "bot" and installed is not None:
        answer |= {"token_type": "bot", "bot_user_id": installed.bot_user_id}
    else:
        answer |= {"token_type": "user", "user_id": refresh.user}
    return answer | where(box, refresh.place)


def _next(box: Box, app: App, refresh: Refresh) -> Pair:
    if refresh.kind == "bot":
        return box.realm.rotating(app, refresh.place)
    old = next(t for t in box.realm.tokens.of(app.id, refresh.place) if t.user == refresh.user)
    return box.realm.tokens.pair(app, refresh.place, box.clock.now(), user=refresh.user, scopes=old.scopes)


def exchanged(box: Box, app: App, text: str) -> Payload:
    """Turn a bot token that never expires into a rotating pair, once. Raises SlackError."""
    if not app.rotates:
        raise SlackError("token_rotation_not_enabled")
    token = box.realm.tokens.known.get(text)
    if token is None or token.app_id != app.id or token.kind != "bot" or token.expires_at is not None:
        raise SlackError("invalid_token")
    if token.exchanged:
        raise SlackError("token_already_exchanged")
    installed = box.realm.installation(app.id, token.place)
    if token.ended is not None or installed is None:
        raise SlackError("authorization_not_found")
    token.exchanged, token.ended = True, "token_revoked"
    pair = box.realm.rotating(installed, token.place)
    return (
        _shown(pair)
        | {"app_id": app.id, "scope": _listed(installed.scopes), "token_type": "bot"}
        | {"bot_user_id": installed.bot_user_id}
        | where(box, token.place)
    )


def uninstalled(box: Box, app: App, token: Token, client_id: str, client_secret: str) -> None:
    """Uninstall an app as it asks itself. Raises SlackError."""
    declared = client(box, client_id, client_secret)
    if declared.id != token.app_id:
        raise SlackError("client_id_token_mismatch")
    leaving.uninstall(box, app)


def _shown(pair: Pair) -> Payload:
    return {
        "access_token": pair.access.text,
        "refresh_token": pair.refresh.text,
        "expires_in": LIFETIME,
    }


def _listed(scopes: frozenset[str]) -> str:
    return ",".join(sorted(scopes))
