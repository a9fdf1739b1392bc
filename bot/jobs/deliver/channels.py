"""The programme's channel: its id by the name that config gives it, and who is in it at this moment."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from bot.jobs.deliver.line import Line
from bot.jobs.deliver.outcomes import CHANNEL_TROUBLE, Trouble, error_of, trouble_of

PAGE = 200
NEEDS_A_TEAM = frozenset({"invalid_arguments", "missing_argument", "team_not_specified"})
"""How Slack says that the token of a whole organisation has to name one of its teams."""


class Channels:
    """Remembers the ids of the private channels the bot is in, by workspace and name."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def look(self, line: Line, name: str, *, with_members: bool) -> tuple[str, frozenset[str] | None]:
        """Return a channel's id and who is in it now: None where Slack will not say, or nobody asked.

        A remembered id that turns out to be wrong is looked up once more: a channel may be made anew under
        its old name. Raises whatever passing trouble there is.
        """
        remembered = (line.workspace_id, name) in self._ids
        channel = self.find(line, name)
        if not with_members:
            return channel, None
        members = self._members(line, name, channel)
        if members is None and remembered and (line.workspace_id, name) not in self._ids:
            channel = self.find(line, name)
            members = self._members(line, name, channel)
        return channel, members

    def find(self, line: Line, name: str) -> str:
        """Return the id of a channel named ``#name``; anything else as it is. Raises SlackApiError.

        Only private channels are looked through: who is in a public one can change while a message is posted.
        A name that the bot is in no such channel of stays as it is: nothing can be posted there.
        """
        if not name.startswith("#"):
            return name
        known = (line.workspace_id, name)
        if known in self._ids:
            return self._ids[known]
        try:
            self._search(line, known, None)
        except SlackApiError as fault:
            if error_of(fault) not in NEEDS_A_TEAM:
                raise
            for team_id in _teams(line):
                self._search(line, known, team_id)
        return self._ids.get(known, name)

    def _search(self, line: Line, known: tuple[str, str], team_id: str | None) -> None:
        """Look through the bot's private channels, of one team where an organisation has several."""
        cursor, more = "", known not in self._ids
        while more:
            with line.asking("users.conversations") as client:
                page = client.users_conversations(
                    types="private_channel",
                    exclude_archived=True,
                    cursor=cursor,
                    limit=PAGE,
                    team_id=team_id,
                )
            for channel in page["channels"]:
                self._ids[line.workspace_id, f"#{channel['name']}"] = str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            more = bool(cursor) and known not in self._ids

    def forget(self, workspace_id: str, name: str) -> None:
        """Look the channel up again when it is needed next: Slack no longer knows it, or us in it."""
        self._ids.pop((workspace_id, name), None)

    def _members(self, line: Line, name: str, channel: str) -> frozenset[str] | None:
        try:
            return who_is_in(line, channel)
        except SlackApiError as fault:
            if trouble_of(fault) in {Trouble.PASSING, Trouble.TOKEN}:
                raise
            if error_of(fault) in CHANNEL_TROUBLE:
                self.forget(line.workspace_id, name)
            return None


def _teams(line: Line) -> list[str]:
    """Return the teams of an organisation that use its installation. Raises SlackApiError."""
    found: list[str] = []
    cursor = ""
    while True:
        with line.asking("auth.teams.list") as client:
            page = client.auth_teams_list(cursor=cursor, limit=PAGE)
        found += [str(team["id"]) for team in page["teams"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found


def who_is_in(line: Line, channel: str) -> frozenset[str]:
    """Return the Slack ids of everyone in the channel now. Raises SlackApiError."""
    found: set[str] = set()
    cursor = ""
    while True:
        with line.asking("conversations.members") as client:
            page = client.conversations_members(channel=channel, cursor=cursor, limit=PAGE)
        found.update(page["members"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return frozenset(found)
