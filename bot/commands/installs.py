"""What ``mentorbot check`` says about being installed in many workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.commands.findings import Finding, fine, mend
from bot.manifest import REDIRECT_PATH, SCOPES
from bot.settings import AUTHORIZE, Settings
from bot.store import installations, programmes
from bot.store.database import Database, Scope
from bot.store.programmes import Workspace
from bot.store.sealing import CannotOpen


def look_at_oauth(settings: Settings) -> Iterator[Finding]:
    """Look at the settings for installing; nothing is said where they are not used. Slack is not asked."""
    secret = settings.client_secret.get_secret_value()
    if not settings.client_id:
        if secret:
            yield mend("oauth.no_client_id")
        return
    wrong = []
    if not secret:
        wrong.append(mend("oauth.no_client_secret"))
    if not settings.signing_secret.get_secret_value() and not settings.app_token.get_secret_value():
        wrong.append(mend("oauth.no_way_in"))
    address = urlsplit(settings.public_url)
    if not address.hostname:
        wrong.append(mend("oauth.no_public_url"))
    elif address.scheme != "https" and not settings.is_local_slack:
        wrong.append(mend("oauth.not_https", address=settings.public_url))
    if settings.is_local_slack and settings.authorize_url == AUTHORIZE:
        wrong.append(mend("oauth.authorize_elsewhere"))
    yield from wrong
    if not wrong:
        yield fine("oauth.fine", address=settings.public_url.rstrip("/") + REDIRECT_PATH)


def look_at_installations(db: Database) -> Iterator[Finding]:
    """Look at what Slack granted in each workspace; nothing is said where the app was installed nowhere."""
    with db.unscoped("check every installation") as session:
        known = programmes.installed_rows(session)
    found, granted = [], 0
    for workspace in known:
        finding = _look_at(db, workspace)
        if finding is not None:
            granted += 1
            found += finding
    yield from found
    if granted and not found:
        yield fine("installs.fine", n=granted)


def _look_at(db: Database, workspace: Workspace) -> list[Finding] | None:
    """Return what is wrong with an installation; None where its token is in the environment."""
    where = f"{workspace.name} ({workspace.account_home})"
    try:
        with db.reading(Scope(workspace.id)) as session:
            held = installations.held(session)
    except CannotOpen:
        return [mend("installs.sealed", where=where)]
    if held is None or held.from_setting:
        return None
    found = []
    if held.trouble:
        found.append(mend("installs.not_renewed", where=where, error=held.trouble))
    lacking = sorted(set(SCOPES) - set(held.granted.scopes))
    if lacking:
        found.append(mend("installs.scopes", where=where, scopes=", ".join(lacking)))
    return found
