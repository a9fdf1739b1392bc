"""Conversations, the messages in them and files, with the objects Slack shows of them."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.state.payload import Payload

Kind = Literal["public", "private", "im", "mpim"]


@dataclass
class Message:
    """One message. ``ephemeral_to`` names the only person who sees it; such a message is in no history."""

    ts: str
    user: str
    text: str = ""
    blocks: list[Payload] | None = None
    attachments: list[Payload] | None = None
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    subtype: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    edited: Payload | None = None
    metadata: Payload | None = None
    files: list[Payload] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_to: str = ""
    # What each person has chosen in this message's pickers and not yet sent: {person: state.values}.
    chosen: dict[str, Payload] = field(default_factory=dict)


@dataclass
class Channel:
    """A conversation of any kind; members in the order they came."""

    id: str
    name: str
    kind: Kind
    created: int
    creator: str = ""
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_general: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    # Which messages answer which, so that a long channel is shown without searching it for every message.
    threads: dict[str, list[Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Append a message to the history."""
        self.messages[message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def remove(self, message: Message) -> None:
        """Take a message out of the history."""
        del self.messages[message.ts]
        answers = self.threads.get(message.thread_ts, [])
        if message in answers:
            answers.remove(message)

    def other(self, user: str) -> str:
        """Give the other end of a direct conversation as seen by ``user``."""
        return next((member for member in self.members if member != user), user)

    def replies(self, thread_ts: str) -> list[Message]:
        """Give the answers in a thread, oldest first, without the parent."""
        return self.threads.get(thread_ts, [])


@dataclass
class File:
    """An upload. ``shared`` holds the conversations it was posted in; empty means private to its owner."""

    id: str
    name: str
    user: str
    size: int
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False
    mimetype: str = "application/octet-stream"
    shared: list[str] = field(default_factory=list)


def message_object(channel: Channel, message: Message, team_id: str, *, metadata: bool = False) -> Payload:
    """Make Slack's message object; metadata only where it was asked for, thread counts on a parent."""
    shown: Payload = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": team_id,
    }
    optional: Payload = {
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "username": message.username,
        "attachments": message.attachments,
        "edited": message.edited,
        "thread_ts": message.thread_ts,
        "files": message.files,
    }
    shown |= {key: value for key, value in optional.items() if value}
    if message.blocks is not None:
        shown["blocks"] = message.blocks
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    answers = [] if message.thread_ts not in {"", message.ts} else channel.replies(message.ts)
    if answers:
        writers = list(dict.fromkeys(answer.user for answer in answers))
        shown |= {
            "thread_ts": message.ts,
            "reply_count": len(answers),
            "reply_users_count": len(writers),
            "reply_users": writers,
            "latest_reply": answers[-1].ts,
        }
    elif message.thread_ts and message.thread_ts != message.ts:
        parent = channel.messages.get(message.thread_ts)
        if parent is not None:
            shown["parent_user_id"] = parent.user
    return shown


def channel_object(channel: Channel, user: str, team_id: str) -> Payload:
    """Make Slack's conversation object as the calling ``user`` may see it."""
    shown: Payload = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": team_id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        return shown | {"user": channel.other(user), "is_user_deleted": False, "priority": 0}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_general": channel.is_general,
        "is_member": user in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "creator": channel.creator,
        "unlinked": 0,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }


def file_object(file: File, address: str) -> Payload:
    """Make Slack's file object; its links lead back to the sandbox at ``address``."""
    link = f"{address}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "user": file.user,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": link,
        "url_private_download": link,
        "permalink": link,
        "alt_txt": file.alt_text,
        "channels": [c for c in file.shared if c.startswith("C")],
        "groups": [],
        "ims": [c for c in file.shared if c.startswith("D")],
    }
