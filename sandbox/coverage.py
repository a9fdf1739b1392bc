"""Which Web API methods the sandbox serves, and how: the table ``python -m sandbox --methods`` prints.

Scopes, arguments and tiers are those of Slack's method reference; the server reads them from here, and a test
holds the table equal to the methods that answer.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Served:
    """One method. ``tier`` None is a limit of its own; of ``scopes`` one is needed.

    Where they depend on the kind of conversation the method checks them itself: ``by_kind``.
    ``team`` says how an organisation's token names a workspace: by ``team_id``, which must be given; found
    from what else is named; or it needs none.
    """

    what: str
    tier: int | None
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    by_kind: tuple[str, ...] = ()
    caller: Literal["bot", "any", "app", "nobody"] = "bot"
    team: Literal["named", "found", "none"] = "found"

    @property
    def arguments(self) -> frozenset[str]:
        """Every argument Slack knows for the method."""
        return frozenset(self.required + self.optional)


_CONTENT = ("text", "blocks", "attachments", "markdown_text", "link_names", "parse", "as_user")
_AUTHOR = ("icon_emoji", "icon_url", "username")
_POST = (*_CONTENT, "metadata", "thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media")
_PAGE = ("cursor", "limit")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_SPAN = (*_PAGE, "oldest", "latest", "inclusive", "include_all_metadata")

COVERAGE: dict[str, Served] = {
    "api.test": Served("whole", 4, optional=("error", "foo"), caller="nobody"),
    "apps.uninstall": Served("whole", 1, (), ("client_id", "client_secret"), caller="any", team="none"),
    "apps.connections.open": Served("whole", 3, caller="app"),
    "apps.manifest.validate": Served(
        "what an installation here needs", 3, (), ("manifest",), ("app_id",), caller="nobody"
    ),
    "auth.revoke": Served("whole", 3, optional=("test",), caller="any", team="none"),
    "auth.teams.list": Served(
        "whole", 2, optional=("cursor", "limit", "include_icon"), caller="any", team="none"
    ),
    "auth.test": Served("whole", None, caller="any", team="none"),
    "blocks.validate": Served("whole", 3, optional=("blocks", "view", "message"), caller="nobody"),
    "bots.info": Served("whole", 3, ("users:read",), optional=("bot",)),
    "chat.delete": Served("own messages", 3, ("chat:write",), ("channel", "ts"), ("as_user",)),
    "chat.deleteScheduledMessage": Served(
        "whole", 3, ("chat:write",), ("channel", "scheduled_message_id"), ("as_user",)
    ),
    "chat.getPermalink": Served("whole", None, (), ("channel", "message_ts")),
    "chat.postEphemeral": Served(
        "whole", 4, ("chat:write",), ("channel", "user"), (*_CONTENT, *_AUTHOR, "thread_ts")
    ),
    "chat.postMessage": Served(
        "no unfurling", None, ("chat:write",), ("channel",), (*_POST, *_AUTHOR, "mrkdwn")
    ),
    "chat.scheduleMessage": Served(
        "whole; with metadata it never posts, as in Slack", 3, ("chat:write",), ("channel", "post_at"), _POST
    ),
    "chat.scheduledMessages.list": Served("whole", 3, optional=("channel", "latest", "oldest", *_PAGE)),
    "chat.update": Served(
        "own messages",
        3,
        ("chat:write",),
        ("channel", "ts"),
        (*_CONTENT, "metadata", "reply_broadcast", "file_ids"),
    ),
    "conversations.create": Served(
        "whole",
        2,
        (),
        ("name",),
        ("is_private", "team_id"),
        ("channels:manage", "groups:write"),
        team="named",
    ),
    "conversations.history": Served("whole", 3, (), ("channel",), _SPAN, _HISTORY),
    "conversations.info": Served(
        "whole", 3, (), ("channel",), ("include_locale", "include_num_members"), _READ
    ),
    "conversations.invite": Served(
        "whole",
        3,
        (),
        ("channel", "users"),
        ("force",),
        ("channels:manage", "channels:write.invites", "groups:write", "groups:write.invites"),
    ),
    "conversations.join": Served("whole", 3, ("channels:join",), ("channel",)),
    "conversations.leave": Served(
        "whole", 3, ("channels:manage", "groups:write", "channels:join"), ("channel",)
    ),
    "conversations.list": Served(
        "whole", 2, (), (), (*_PAGE, "exclude_archived", "types", "team_id"), _READ, team="named"
    ),
    "conversations.members": Served("whole", 4, (), ("channel",), _PAGE, _READ),
    "conversations.open": Served(
        "whole", 3, (), (), ("channel", "users", "return_im", "prevent_creation"), ("im:write", "mpim:write")
    ),
    "conversations.replies": Served("whole", 3, (), ("channel", "ts"), _SPAN, _HISTORY),
    "dnd.info": Served("quiet hours, no snooze", 3, ("dnd:read",), optional=("user", "team_id")),
    "dnd.teamInfo": Served(
        "quiet hours, no snooze", 2, ("dnd:read",), ("users",), ("team_id",), team="named"
    ),
    "files.completeUploadExternal": Served(
        "whole",
        4,
        ("files:write",),
        ("files",),
        ("channel_id", "thread_ts", "channels", "initial_comment", "blocks"),
    ),
    "files.delete": Served("own files", 3, ("files:write",), ("file",)),
    "files.getUploadURLExternal": Served(
        "up to 64 MB", 4, ("files:write",), ("filename", "length"), ("alt_txt", "snippet_type")
    ),
    "files.info": Served("without comments", 4, ("files:read",), ("file",), ("count", "page", *_PAGE)),
    "oauth.v2.access": Served(
        "codes and refresh tokens, no PKCE",
        None,
        optional=("client_id", "client_secret", "code", "redirect_uri", "grant_type", "refresh_token"),
        caller="nobody",
    ),
    "oauth.v2.exchange": Served(
        "bot tokens", 3, (), ("client_id", "client_secret"), ("token",), caller="nobody"
    ),
    "reactions.add": Served("messages", 3, ("reactions:write",), ("channel", "name", "timestamp")),
    "reactions.get": Served("messages", 3, ("reactions:read",), ("channel", "timestamp"), ("full",)),
    "reactions.remove": Served("messages", 2, ("reactions:write",), ("channel", "name", "timestamp")),
    "team.info": Served("without icon and plan", 3, ("team:read",), optional=("team", "domain")),
    "users.conversations": Served(
        "whole", 3, (), (), ("user", "types", "exclude_archived", "team_id", *_PAGE), _READ, team="named"
    ),
    "users.getPresence": Served("active or away", 3, ("users:read",), ("user",)),
    "users.info": Served("without pictures", 4, ("users:read",), ("user",), ("include_locale",)),
    "users.list": Served(
        "without pictures", 2, ("users:read",), (), (*_PAGE, "include_locale", "team_id"), team="named"
    ),
    "users.lookupByEmail": Served("without pictures", 3, ("users:read.email",), ("email",)),
    "users.profile.get": Served(
        "without custom fields", 4, ("users.profile:read",), (), ("user", "include_labels")
    ),
    "views.open": Served("modals", 4, (), ("view",), ("trigger_id", "interactivity_pointer")),
    "views.publish": Served("whole", 4, (), ("user_id", "view"), ("hash",)),
    "views.push": Served("modals", 4, (), ("view",), ("trigger_id", "interactivity_pointer")),
    "views.update": Served("whole", 4, (), ("view",), ("view_id", "external_id", "hash")),
}


def table() -> str:
    """Give the table as Markdown, one row a method."""
    lines = [
        "| method | served | caller | one of these scopes | per minute | an organisation's token |",
        "|---|---|---|---|---|---|",
    ]
    for name, served in sorted(COVERAGE.items()):
        scopes = ", ".join(served.scopes or served.by_kind) or "none"
        if served.by_kind:
            scopes += " (by kind of conversation)"
        tier = "its own" if served.tier is None else f"tier {served.tier}"
        team = "needs `team_id`" if served.team == "named" else ""
        lines.append(f"| {name} | {served.what} | {served.caller} | {scopes} | {tier} | {team} |")
    return "\n".join(lines)
