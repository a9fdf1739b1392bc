"""The programme's channel: its id by the name that config gives it, and who is in it at this moment."""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

PAGE = 200


class Channels:
    """Remembers the ids of the private channels the bot is in, by workspace and name."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def find(self, client: WebClient, workspace_id: str, name: str | None) -> str | None:
        """Return the id of a channel named ``#name``; anything else as it is. Raises SlackApiError.

        Only private channels are looked through: who is in a public one can change while a message is posted.
        A name that the bot is in no such channel of stays as it is: nothing can be posted there.
        """
        if name is None or not name.startswith("#"):
            return name
        known = (workspace_id, name)
        cursor, more = "", known not in self._ids
        while more:
            page = client.users_conversations(
                types="private_channel", exclude_archived=True, cursor=cursor, limit=PAGE
            )
            for channel in page["channels"]:
                self._ids[workspace_id, f"#{channel['name']}"] = str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            more = bool(cursor) and known not in self._ids
        return self._ids.get(known, name)


def who_is_in(client: WebClient, channel: str | None) -> frozenset[str] | None:
    """Return the Slack ids of everyone in the channel now, or None when Slack would not say."""
    found: set[str] = set()
    cursor = ""
    try:
        while True:
            page = client.conversations_members(channel=channel or "", cursor=cursor, limit=PAGE)
            found.update(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(found)
    except SlackApiError as fault:
        if fault.response.get("error") == "ratelimited":
            raise
        return None
