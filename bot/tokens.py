"""Bot tokens, one a workspace: read sealed from the store, renewed before they expire, kept for a moment.

A token that Slack lets expire is renewed two hours before, by our clock. However many processes notice that
at once, one asks Slack: it claims the renewal in the store first, and writes the new tokens before anybody
uses them. The others go on with the old token while it is valid, and then read the new one. A refresh token
is good once: what Slack answered while the database is away stays in memory until it is written.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot import slack
from bot.clock import Clock
from bot.settings import Settings
from bot.slack import CALL_SECONDS
from bot.store import installations, programmes
from bot.store.database import Database, Scope
from bot.store.installations import Held
from bot.store.installations import Tokens as Secrets
from bot.store.sealing import CannotOpen

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=2)
"""How long before it expires a token is renewed."""
CLAIM = timedelta(minutes=1)
"""How long a renewal is held: longer than the call may take."""
AGAIN = timedelta(minutes=5)
"""After how long a renewal that failed is tried again."""
REMEMBERED = timedelta(seconds=2)
"""How long a token read is taken for the newest."""
LOOKS = 20
LOOK_SECONDS = 0.25
"""How often, and how long apart, one looks for what another process renews, when the old token is over.

As often the writing of a renewed token is tried while the database does not take it: all of it, with the
call, well within ``CLAIM``.
"""

_UNWRITTEN: WeakKeyDictionary[Database, dict[str, tuple[Held, Secrets]]] = WeakKeyDictionary()
"""Renewed tokens a database has not taken yet, with what they renew, by workspace: Slack gives them once."""


class NoToken(KeyError):  # noqa: N818 - says what is not there
    """The bot holds no token with which it could call Slack in a workspace. Names only our own id."""


def secrets_in(answer: Mapping[str, Any], now: datetime) -> Secrets:
    """Return the tokens in an answer of ``oauth.v2.access``; ``now`` counts their lifetime."""
    seconds = int(answer.get("expires_in") or 0)
    expires_at = now + timedelta(seconds=seconds) if seconds and answer.get("refresh_token") else None
    ahead = min(AHEAD, timedelta(seconds=seconds) / 2)
    return Secrets(
        token=str(answer["access_token"]),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=expires_at,
        renew_at=None if expires_at is None else expires_at - ahead,
    )


class Tokens:
    """Knows with which token to call Slack in each workspace. May be asked from several threads."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._read: dict[str, tuple[datetime, Held | None]] = {}
        self._unwritten = _UNWRITTEN.setdefault(db, {})
        self._served_by_setting: dict[str, tuple[datetime, bool]] = {}

    def token_of(self, workspace_id: str) -> str:
        """Return the bot token of a workspace, renewed if it was time. Raises NoToken (a KeyError)."""
        found = self.held(workspace_id)
        if found is None:
            return self._from_setting(workspace_id, is_known=False)
        if found.from_setting:
            return self._from_setting(workspace_id, is_known=True)
        now = self._clock.now()
        if found.renew_at is not None and found.renew_at <= now:
            found = self.renew(found)
        if found is None or not found.token:
            raise NoToken(workspace_id)
        if found.expires_at is not None and found.expires_at <= now:
            raise NoToken(workspace_id)
        return found.token

    def held(self, workspace_id: str) -> Held | None:
        """Return the installation of a workspace as it is used; None where there is none (any more)."""
        now = self._clock.now()
        until, found = self._read.get(workspace_id, (now, None))
        if until > now and not (found and found.renew_at and found.renew_at <= now):
            return found
        return self._look(workspace_id)

    def forget(self, workspace_id: str) -> None:
        """Read a workspace's token anew when it is asked for next."""
        self._read.pop(workspace_id, None)
        self._served_by_setting.pop(workspace_id, None)

    def serving(self, team_id: str, enterprise_id: str, *, org_wide: bool) -> tuple[str, Held | None] | None:
        """Return the workspace that answers for a Slack team, and its installation; None for a stranger.

        Where both the team and its organisation installed the bot, ``org_wide`` says which one Slack means.
        """
        with self._db.unscoped("whose request is it") as session:
            found = programmes.serving(session, team_id, enterprise_id)
        found.sort(key=lambda workspace: (not workspace.slack_team_id) is not org_wide)
        for workspace in found:
            held = self.held(workspace.id)
            if held is not None:
                return workspace.id, held
        return (found[0].id, None) if found else None

    def renew(self, known: Held) -> Held | None:
        """Renew a token, unless another process does or did; return what is valid now, None if nothing is.

        A renewal that fails is tried again after some minutes; the log says what to do.
        """
        now = self._clock.now()
        waiting = self._unwritten.get(known.workspace_id)
        if waiting is not None and waiting[0].version <= known.version:
            self._unwritten.pop(known.workspace_id, None)
            if (waiting[0].id, waiting[0].version) == (known.id, known.version):
                self._write(known, waiting[1])
                return self._look(known.workspace_id)
        with self._db.writing(Scope(known.workspace_id)) as session:
            claimed = installations.begin_renewal(session, known, now=now, until=now + CLAIM)
        if not claimed:
            return self._renewed_elsewhere(known)
        try:
            answer = self._ask(known.refresh_token)
        except SlackApiError as fault:
            self._not_renewed(known, str(fault.response.get("error")))
        except (SlackClientError, OSError) as fault:
            self._not_renewed(known, type(fault).__name__)
        else:
            self._write(known, secrets_in(answer, now))
        return self._look(known.workspace_id)

    def _write(self, known: Held, fresh: Secrets) -> None:
        """Write renewed tokens, trying for some seconds.

        Raises SQLAlchemyError; then they are kept for the next renewal.
        """
        for attempt in range(LOOKS):
            try:
                with self._db.writing(Scope(known.workspace_id)) as session:
                    kept = installations.renewed(session, known, fresh)
            except SQLAlchemyError:
                if attempt == LOOKS - 1:
                    self._unwritten[known.workspace_id] = (known, fresh)
                    log.error(  # noqa: TRY400 - the stack may hold what was to be written
                        "workspace %s: its renewed token could not be written. This process keeps it and "
                        "tries again: do not end it before the database is back.",
                        known.workspace_id,
                    )
                    raise
                slack.pause(LOOK_SECONDS)
            else:
                if not kept:
                    log.warning("workspace %s: was installed or renewed meanwhile", known.workspace_id)
                return

    def renew_due(self, limit: int) -> int:
        """Renew up to ``limit`` tokens whose time has come; return how many were."""
        with self._db.unscoped("find tokens to renew") as session:
            due = installations.to_renew(session, self._clock.now(), limit)
        renewed = 0
        for workspace_id in due:
            before = self._look(workspace_id)
            after = self.renew(before) if before is not None and before.refresh_token else None
            renewed += before is not None and after is not None and after.version > before.version
            if after is None or after.trouble:
                break  # what fails for one may fail for all: the next look goes on
        return renewed

    def _look(self, workspace_id: str) -> Held | None:
        try:
            with self._db.reading(Scope(workspace_id)) as session:
                found = installations.held(session)
        except CannotOpen:
            log.error(  # noqa: TRY400 - the stack says nothing more
                "workspace %s: its token was sealed with a key that is not in MENTORBOT_KEYS. Add that key "
                "again, or let the app be installed anew.",
                workspace_id,
            )
            found = None
        self._read[workspace_id] = (self._clock.now() + REMEMBERED, found)
        return found

    def _renewed_elsewhere(self, known: Held) -> Held | None:
        for look in range(LOOKS):
            found = self._look(known.workspace_id)
            still_good = found is not None and (
                found.version > known.version
                or found.expires_at is None
                or found.expires_at > self._clock.now()
            )
            if found is None or still_good:
                return found
            if look < LOOKS - 1:
                slack.pause(LOOK_SECONDS)
        return None

    def _ask(self, refresh_token: str) -> Mapping[str, Any]:
        client = WebClient(base_url=self._settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[])
        answer = client.oauth_v2_access(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value(),
            grant_type="refresh_token",
            refresh_token=refresh_token,
        )
        data = answer.data
        if not isinstance(data, dict) or not data.get("access_token"):
            raise SlackClientError("no token in the answer")
        return data

    def _not_renewed(self, known: Held, why: str) -> None:
        now = self._clock.now()
        with self._db.writing(Scope(known.workspace_id)) as session:
            installations.not_renewed(session, known, why, again_at=now + AGAIN)
        log.error(
            "workspace %s: its token could not be renewed (%s). It is tried again in %d minutes; the token "
            "holds until %s. If this goes on, let somebody there install the app again from /slack/install.",
            known.workspace_id,
            why,
            AGAIN.total_seconds() // 60,
            known.expires_at,
        )

    def _from_setting(self, workspace_id: str, *, is_known: bool) -> str:
        """Return SLACK_BOT_TOKEN where it belongs to this workspace, or where nobody knows better."""
        token = self._settings.bot_token.get_secret_value()
        if not token:
            raise NoToken(workspace_id)
        if not is_known and not self._may_serve(workspace_id):
            raise NoToken(workspace_id)
        return token

    def _may_serve(self, workspace_id: str) -> bool:
        """Tell whether SLACK_BOT_TOKEN may be this workspace's: nothing is known of where it belongs."""
        now = self._clock.now()
        until, may = self._served_by_setting.get(workspace_id, (now, False))
        if until > now:
            return may
        with self._db.reading(Scope(workspace_id)) as session:
            may = programmes.is_installed(session, workspace_id) and not installations.of_workspace(session)
        if may:
            with self._db.unscoped("does the token in the environment belong elsewhere") as session:
                may = not installations.any_from_setting(session)
        self._served_by_setting[workspace_id] = (now + REMEMBERED, may)
        return may
