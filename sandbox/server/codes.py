"""Codes an installation hands to the app: good for ten minutes of the workspace's clock, once."""

from dataclasses import dataclass, field

from sandbox.server.errors import SlackError
from sandbox.state import ids

CODE_SECONDS = 600.0


@dataclass
class Code:
    """What a person has allowed. ``place`` is the team's id or, for all of an organisation, the latter's.

    ``teams`` are the workspaces an installation for the organisation gets access to.
    """

    text: str
    app_id: str
    place: str
    person: str
    scopes: frozenset[str]
    user_scopes: frozenset[str]
    redirect_uri: str
    since: float
    teams: list[str] = field(default_factory=list)
    used: bool = False


@dataclass
class Codes:
    """Every code handed out since the last reset."""

    _known: dict[str, Code] = field(default_factory=dict)

    def hand_out(self, code: Code) -> str:
        """Remember a code and give its text."""
        self._known[code.text] = code
        return code.text

    @staticmethod
    def fresh() -> str:
        """Give the text of a new code."""
        return ids.code()

    def use(self, text: str, app_id: str, redirect_uri: str, now: float) -> Code:
        """Use a code. Raises SlackError invalid_code, code_already_used, code_expired or bad_redirect_uri."""
        found = self._known.get(text)
        if found is None or found.app_id != app_id:
            raise SlackError("invalid_code")
        if found.used:
            raise SlackError("code_already_used")
        if now - found.since > CODE_SECONDS:
            raise SlackError("code_expired")
        if found.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        found.used = True
        return found
