"""``config/workspaces.toml``: what becomes of the data of a workspace that removed the bot."""

from __future__ import annotations

from pydantic import Field

from bot.guidelines.reading import Rules


class Leaving(Rules):
    """What becomes of data once the app was removed."""

    erase_after_days: int = Field(ge=1, le=365)
    """Days after the bot was removed, or its tokens revoked. Within them an installation brings all back."""
    legal_holds: tuple[str, ...] = ()
    """Slack's ids of teams (T…) or organisations (E…) whose data is kept while they are on the list."""


class WorkspaceRules(Rules):
    """The whole file."""

    leaving: Leaving
