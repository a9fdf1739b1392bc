"""The Slack app's manifest: what the bot listens to, and the least scopes it needs for that."""

from __future__ import annotations

from typing import Any

LONGEST_NAME = 35
"""Slack's limit for the name of an app."""

REQUEST_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where the web process answers Slack, begins an installation, and where Slack comes back to it."""

COMMANDS = (
    ("/findmentor", "Find a mentor by what you would like help with", "single-cell RNA, grant writing"),
    ("/mentorship", "Your mentoring: profile, agreements, check-ins, help", "help"),
    ("/concern", "Tell somebody that something is wrong, in private", ""),
)

SHORTCUTS = (("concerns.shortcut", "Something is wrong", "Tell somebody in private that something is wrong"),)

EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "team_access_granted",
    "team_access_revoked",
    "team_join",
    "tokens_revoked",
    "user_change",
)

SCOPES: dict[str, str] = {
    "chat:write": "send messages as the bot",
    "commands": "answer /findmentor, /mentorship and /concern",
    "dnd:read": "leave people in peace while they have asked for it",
    "files:write": "put the picture into the weekly digest",
    "groups:history": "find its own card in the programme's channel again after a crash",
    "groups:read": "see who is in the programme's channel before posting there",
    "im:history": "find its own direct messages again after a crash, and answer what people write to it",
    "im:write": "open direct messages",
    "users:read": "read names and time zones",
    "users:read.email": "find people by e-mail address when a roster is imported",
}
"""Every scope with the reason for it; nothing is asked for that has no reason here."""


def manifest(
    *,
    name: str = "mentorbot",
    request_url: str | None = None,
    redirect_url: str | None = None,
    org_wide: bool = False,
) -> dict[str, Any]:
    """Return the manifest; with ``request_url`` for signed HTTP, else for Socket Mode.

    With ``redirect_url`` others can install the app into their workspaces, and its tokens expire and are
    renewed; with ``org_wide`` also for a whole organisation at once.
    """

    def at(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, "url": request_url} if request_url else entry

    return {
        "display_information": {
            "name": name,
            "description": "Mentorship programmes that run inside Slack",
            "background_color": "#1f3d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [
                at(
                    {
                        "command": command,
                        "description": description,
                        "should_escape": False,
                        **({"usage_hint": hint} if hint else {}),
                    }
                )
                for command, description, hint in COMMANDS
            ],
            "shortcuts": [
                {"name": label, "type": "global", "callback_id": callback_id, "description": description}
                for callback_id, label, description in SHORTCUTS
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [redirect_url]} if redirect_url else {}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {
                "bot_events": list(EVENTS),
                **({"request_url": request_url} if request_url else {}),
            },
            "interactivity": {
                "is_enabled": True,
                **(
                    {"request_url": request_url, "message_menu_options_url": request_url}
                    if request_url
                    else {}
                ),
            },
            "org_deploy_enabled": org_wide,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": redirect_url is not None,
        },
    }
