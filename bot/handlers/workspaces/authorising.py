"""Whose request it is, and with which token it is answered: Bolt asks at each one."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.context import BoltContext
from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain import workspaces
from bot.domain.workspaces import SettledIn
from bot.errors import Refusal
from bot.handlers.calls.turning_away import TurnedAway, why_not
from bot.slack import CALL_SECONDS, OnceMore
from bot.store.installations import Granted
from bot.tokens import NoToken, Tokens


@dataclass(frozen=True)
class Own:
    """Where SLACK_BOT_TOKEN belongs, as ``auth.test`` says."""

    team_id: str
    enterprise_id: str
    org_wide: bool
    bot_id: str
    bot_user_id: str
    token: str = field(repr=False)

    name: str
    """What Slack calls the team, or the organisation."""

    def answers_for(self, team_id: str, enterprise_id: str) -> bool:
        """Tell whether a request of this team is one of ours."""
        return enterprise_id == self.enterprise_id if self.org_wide else team_id == self.team_id


def ask_who(deps: Deps) -> Own:
    """Ask Slack where SLACK_BOT_TOKEN belongs. Raises slack_sdk's SlackApiError when it is refused."""
    token = deps.settings.bot_token.get_secret_value()
    client = WebClient(
        token=token, base_url=deps.settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[OnceMore()]
    )
    who = client.auth_test()
    org_wide = bool(who.get("is_enterprise_install"))
    return Own(
        team_id="" if org_wide else str(who.get("team_id") or ""),
        enterprise_id=str(who.get("enterprise_id") or ""),
        org_wide=org_wide,
        bot_id=str(who.get("bot_id") or ""),
        bot_user_id=str(who.get("user_id") or ""),
        name=str(who.get("team") or ""),
        token=token,
    )


def settle_in(deps: Deps, programme: str = "") -> SettledIn:
    """Make sure the workspace of SLACK_BOT_TOKEN and its programme are there, and that the token is its own.

    The programme is the one in ``programme.toml`` unless another is named. Raises slack_sdk's SlackApiError
    when the token is refused.
    """
    own = ask_who(deps)
    return workspaces.settle_in(
        deps.db,
        deps.ids,
        team_id=own.team_id,
        enterprise_id=own.enterprise_id,
        team_name=own.name,
        programme_name=programme or deps.guidelines.programme.name,
        granted=Granted(
            bot_user_id=own.bot_user_id,
            bot_id=own.bot_id,
            team_id=own.team_id,
            enterprise_id=own.enterprise_id,
            org_wide=own.org_wide,
        ),
        now=deps.clock.now(),
    )


class Authorising(Authorize):
    """Finds the workspace of a request and its token; who is not served is turned away with a sentence."""

    def __init__(self, deps: Deps, tokens: Tokens, own: Own | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
        self._deps = deps
        self._tokens = tokens
        self._own = own

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - Bolt passes it by this name
        actor_team_id: str | None = None,  # noqa: ARG002 - Bolt passes it by this name
        actor_user_id: str | None = None,  # noqa: ARG002 - Bolt passes it by this name
    ) -> AuthorizeResult:
        """Return the bot and its token for a request. Asks Slack only to renew a token. Raises TurnedAway."""
        team, enterprise = team_id or "", enterprise_id or ""
        if self._own is not None and self._own.answers_for(team, enterprise):
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_id=self._own.bot_id,
                bot_user_id=self._own.bot_user_id,
                bot_token=self._own.token,
                user_id=user_id,
            )
        org_wide = bool(context.is_enterprise_install)
        found = self._tokens.serving(team, enterprise, org_wide=org_wide)
        if found is None or found[1] is None:
            raise TurnedAway(why_not(self._deps, team, enterprise, user_id or ""))
        try:
            token = self._tokens.token_of(found[0])
        except NoToken:
            raise TurnedAway(Refusal("common.cut_off")) from None
        granted = found[1].granted
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=granted.bot_id,
            bot_user_id=granted.bot_user_id,
            bot_token=token,
            bot_scopes=list(granted.scopes),
            user_id=user_id,
        )
