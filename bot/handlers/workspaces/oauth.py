"""Installing through a browser: Slack's OAuth, with our own store, clock and pages."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import OAuthStateStore
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.installation_store import InstallationStore

from bot.deps import Deps
from bot.domain import workspaces
from bot.domain.people import Account
from bot.domain.workspaces import Installed, Installer
from bot.guidelines import Guidelines
from bot.handlers.calls.telling import log_fault
from bot.handlers.people import account_of
from bot.handlers.workspaces import teams
from bot.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.slack import CALL_SECONDS
from bot.store import installations
from bot.store.installations import Granted
from bot.tokens import Tokens, secrets_in
from bot.views import workspaces as views

log = logging.getLogger(__name__)

STATE_LIFE = timedelta(minutes=10)
KNOWN_REASONS = frozenset(
    {"access_denied", "invalid_browser", "invalid_state", "missing_code", "invalid_code", "storage_error"}
)


class States(OAuthStateStore):
    """The states of installations under way: good once, for ten minutes by our clock."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._logger = log

    @property
    def logger(self) -> logging.Logger:
        """Return the log."""
        return self._logger

    def issue(self, *_: Any, **__: Any) -> str:
        """Return a fresh state."""
        state = secrets.token_urlsafe(24)
        now = self._deps.clock.now()
        with self._deps.db.unscoped("begin an installation", writes=True) as session:
            installations.issue_state(session, state, now=now, expires_at=now + STATE_LIFE)
        return state

    def consume(self, state: str) -> bool:
        """Use a state up; False when it is unknown, used or over."""
        with self._deps.db.unscoped("finish an installation", writes=True) as session:
            return installations.consume_state(session, state, self._deps.clock.now())


class NoStore(InstallationStore):
    """What Bolt wants to be given: the flow below writes, and ``Authorising`` reads, without it."""

    @property
    def logger(self) -> logging.Logger:
        """Return the log."""
        return log


class Installing(OAuthFlow):
    """Bolt's flow with our own steps: nothing secret is logged, and who installs becomes the first lead."""

    def __init__(self, deps: Deps, tokens: Tokens) -> None:
        self._deps = deps
        self._tokens = tokens
        settings = deps.settings
        super().__init__(
            client=WebClient(base_url=settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[]),
            logger=logging.getLogger("bolt"),
            settings=OAuthSettings(
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
                scopes=sorted(SCOPES),
                user_scopes=[],
                redirect_uri=settings.public_url.rstrip("/") + REDIRECT_PATH if settings.public_url else None,
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                authorization_url=settings.authorize_url,
                installation_store=NoStore(),
                state_store=States(deps),
                state_expiration_seconds=int(STATE_LIFE.total_seconds()),
                callback_options=CallbackOptions(success=self._succeeded, failure=self._failed),
            ),
        )
        self._say = deps.texts.say()

    def build_authorize_url(self, state: str, request: BoltRequest) -> str:
        """Return Slack's page where somebody allows the installation."""
        asked = {
            "client_id": self.settings.client_id,
            "scope": ",".join(self.settings.scopes or ()),
            "user_scope": "",
            "state": state,
        }
        if self.settings.redirect_uri:
            asked["redirect_uri"] = self.settings.redirect_uri
        if team := (request.query.get("team") or [""])[0]:
            asked["team"] = team
        joint = "&" if "?" in self.settings.authorization_url else "?"
        return f"{self.settings.authorization_url}{joint}{urlencode(asked)}"

    def build_install_page_html(self, url: str, request: BoltRequest) -> str:  # noqa: ARG002 - Bolt passes it by this name
        """Return the page that says what is installed and leads to Slack."""
        rules: Guidelines = self._deps.guidelines
        return views.install_page(
            url, rules.programme.name, rules.workspaces.leaving.erase_after_days, self._say
        )

    def run_installation(self, code: str) -> Installation | None:
        """Exchange the code for tokens and write everything down; None where Slack refuses.

        Raises nothing: the flow shows a page in each case. What came of it travels in ``custom_values``.
        """
        try:
            answer = self.client.oauth_v2_access(
                code=code,
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                redirect_uri=self.settings.redirect_uri,
            )
            data = answer.data
            if not isinstance(data, dict) or not data.get("access_token"):
                return None
            client = self._client_with(str(data["access_token"]))
            granted, place = self._granted(data, client)
            account = self._account(client, granted)
        except SlackApiError as fault:
            log.warning("an installation was refused by Slack: %s", fault.response.get("error"))
            return None
        except (SlackClientError, OSError) as fault:
            log.warning("an installation failed: Slack did not answer (%s)", type(fault).__name__)
            return None
        return self._written(data, granted, Installer(account, place))

    def store_installation(self, request: BoltRequest, installation: Installation) -> None:  # noqa: ARG002 - Bolt passes it by this name
        """Raise BoltError where the database did not take it; everything else is written already."""
        if "workspace_id" not in installation.custom_values:
            raise BoltError("the installation could not be stored")

    def _written(self, data: Mapping[str, Any], granted: Granted, installer: Installer) -> Installation:
        now = self._deps.clock.now()
        shown = Installation(
            app_id=granted.app_id,
            team_id=granted.team_id or None,
            enterprise_id=granted.enterprise_id or None,
            user_id=granted.installer_user_id,
            is_enterprise_install=granted.org_wide,
        )
        try:
            installed = workspaces.install(
                self._deps.db,
                self._deps.ids,
                self._deps.guidelines,
                granted,
                secrets_in(data, now),
                installer,
                now,
            )
        except Exception as fault:  # noqa: BLE001 - a page must say so; the database may be away or full
            log_fault(self._deps, "an installation", fault)
            return shown
        self._tokens.forget(installed.workspace_id)
        for name, value in vars(installed).items():
            shown.set_custom_value(name, value)
        log.info("workspace %s: installed", installed.workspace_id)
        return shown

    def _client_with(self, token: str) -> WebClient:
        return WebClient(
            token=token,
            base_url=self._deps.settings.slack_api_url,
            timeout=CALL_SECONDS,
            retry_handlers=[],
        )

    def _granted(self, data: Mapping[str, Any], client: WebClient) -> tuple[Granted, str]:
        who = client.auth_test()
        team, enterprise = data.get("team") or {}, data.get("enterprise") or {}
        org_wide = bool(data.get("is_enterprise_install"))
        granted = Granted(
            app_id=str(data.get("app_id") or ""),
            bot_user_id=str(data.get("bot_user_id") or ""),
            bot_id=str(who.get("bot_id") or ""),
            team_id="" if org_wide else str(team.get("id") or ""),
            enterprise_id=str(enterprise.get("id") or ""),
            org_wide=org_wide,
            installer_user_id=str((data.get("authed_user") or {}).get("id") or ""),
            scopes=tuple(scope for scope in str(data.get("scope") or "").split(",") if scope),
            teams=self._teams(client) if org_wide else (),
        )
        return granted, str((enterprise if org_wide else team).get("name") or "")

    def _teams(self, client: WebClient) -> tuple[str, ...]:
        """Return the teams an organisation's installation reaches; none where Slack does not say."""
        try:
            return tuple(sorted(teams.listed(client)))
        except SlackApiError as fault:
            log.warning("an organisation's teams are not known yet: %s", fault.response.get("error"))
            return ()

    def _account(self, client: WebClient, granted: Granted) -> Account:
        """Return who installs; where Slack does not say more, by the bare id, which a later event mends."""
        user: Mapping[str, Any] = {"id": granted.installer_user_id}
        try:
            user = client.users_info(user=granted.installer_user_id, include_locale=True)["user"]
        except SlackApiError as fault:
            log.warning("an installer's name is not known yet: %s", fault.response.get("error"))
        home = granted.enterprise_id if granted.org_wide else granted.team_id
        return account_of({**user, "team_id": home})

    def _succeeded(self, args: SuccessArgs) -> BoltResponse:
        found = args.installation
        values = found.custom_values
        installed = Installed(**{name: values[name] for name in Installed.__dataclass_fields__})
        where = urlencode({"app": found.app_id or "", "team": found.team_id or ""})
        address = f"https://slack.com/app_redirect?{where}"
        return self._page(200, views.success_page(installed, address, self._say))

    def _failed(self, args: FailureArgs) -> BoltResponse:
        reason = args.reason if args.reason in KNOWN_REASONS else "other"
        log.warning("an installation ended without success: %s", reason)
        return self._page(args.suggested_status_code, views.failure_page(reason, INSTALL_PATH, self._say))

    def _page(self, status: int, html: str) -> BoltResponse:
        return BoltResponse(
            status=status,
            body=html,
            headers={
                "Content-Type": "text/html; charset=utf-8",
                "Cache-Control": "no-store",
                "Set-Cookie": self.settings.state_utils.build_set_cookie_for_deletion(),
            },
        )
