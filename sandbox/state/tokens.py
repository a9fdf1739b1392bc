"""Tokens: which installation each one speaks for, how long, and what a token that ended answers."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.state import ids
from sandbox.state.apps import App

LIFETIME = 43_200
"""Seconds a rotating access token lives: twelve hours."""
Kind = Literal["bot", "user", "app"]
Ended = Literal["account_inactive", "token_revoked", "token_expired"]


@dataclass
class Token:
    """One access token. ``place`` is the team's id, or the organisation's; for an app-level token nothing.

    ``expires_at`` is an instant of the workspace's clock. ``ended`` is what it answers since it ended;
    ``fault`` says that it ended on demand and comes back with the end of the faults.
    """

    text: str
    kind: Kind
    app_id: str
    place: str = ""
    user: str = ""
    scopes: frozenset[str] = frozenset()
    expires_at: float | None = None
    ended: Ended | None = None
    fault: bool = False
    exchanged: bool = False


@dataclass
class Refresh:
    """Leave to get another access token, once. ``successor`` is what its use has brought."""

    text: str
    app_id: str
    place: str
    kind: Kind
    user: str = ""
    used_at: float | None = None
    successor: "Pair | None" = None
    ended: bool = False


@dataclass(frozen=True)
class Pair:
    """A rotating access token with the refresh token that follows it."""

    access: Token
    refresh: Refresh


@dataclass
class Tokens:
    """Every token ever handed out since the last reset, by its text and by the installation it is for."""

    known: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    _by_place: dict[tuple[str, str], list[Token]] = field(default_factory=dict)

    def add(self, token: Token) -> Token:
        """Remember a token."""
        self.known[token.text] = token
        self._by_place.setdefault((token.app_id, token.place), []).append(token)
        return token

    def of(self, app_id: str, place: str) -> list[Token]:
        """Give the tokens of an installation, those that ended too."""
        return self._by_place.get((app_id, place), [])

    def live(self, app_id: str, place: str, now: float) -> list[Token]:
        """Give the access tokens of an installation that still work."""
        return [
            token
            for token in self.of(app_id, place)
            if token.ended is None and (token.expires_at is None or token.expires_at > now)
        ]

    def pair(self, app: App, place: str, now: float, *, user: str = "", scopes: frozenset[str]) -> Pair:
        """Hand out a rotating access token and its refresh token: the bot's, or a person's."""
        kind: Kind = "user" if user else "bot"
        access = Token(
            ids.rotating_token("xoxp" if user else "xoxb"), kind, app.id, place, user, scopes, now + LIFETIME
        )
        refresh = Refresh(ids.refresh_token(), app.id, place, kind, user)
        self.refreshes[refresh.text] = refresh
        return Pair(self.add(access), refresh)

    def end(self, app_id: str, place: str, how: Ended) -> None:
        """End every token of an installation, and the leave to refresh them."""
        for token in self.of(app_id, place):
            token.ended = token.ended or how
            token.fault = False
        for refresh in self.refreshes.values():
            if (refresh.app_id, refresh.place) == (app_id, place):
                refresh.ended = True
