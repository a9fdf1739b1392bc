"""What a message may hold, where it may go, and who hears of it. Shared by chat.*, answers and uploads."""

import asyncio
import contextlib
import re
import time
from typing import Any

from sandbox.blockkit import with_ids
from sandbox.server import events
from sandbox.server.box import Box
from sandbox.server.call import Call
from sandbox.server.errors import SlackError
from sandbox.server.problems import check_sent
from sandbox.state import ids
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message
from sandbox.state.payload import Payload

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000
# Slack's guide asks for an alphanumeric string and its examples carry underscores; a hyphen was seen to pass.
KEPT_EVENT_TYPE = re.compile(r"[A-Za-z0-9_-]+")


def content(call: Call) -> Payload:
    """Read and check text, blocks, attachments and metadata of a call.

    Metadata whose event_type has other characters than Slack keeps is left out without a word, as Slack was
    seen to do with a full stop in it (slackapi/bolt-python, 863): the message is taken.
    Gives the fields of a Message. Raises SlackError with Slack's name for what is wrong.
    """
    text = call.text("text")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    markdown = call.text("markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    made = checked(call.box, text, blocks, attachments)
    if len(text) > LONGEST_TEXT:
        call.warnings.append("message_truncated")
    if blocks and not text:
        call.warnings.append("missing_text_in_message")
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata and KEPT_EVENT_TYPE.fullmatch(_metadata(metadata)["event_type"]):
        made["metadata"] = metadata
    return made


def checked(box: Box, text: str, blocks: Any, attachments: Any) -> Payload:
    """Check the parts of a message and give them as fields of a Message, text cut at 40,000 characters."""
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if attachments and len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if blocks is not None or attachments is not None:
        check_sent({"text": text, "blocks": blocks or [], "attachments": attachments or []})
    if blocks:
        _files_known(box, blocks)
    made: Payload = {"text": text[:LONGEST_TEXT]}
    if blocks:
        made["blocks"] = with_ids(blocks, ids.short_id)
    if attachments:
        made["attachments"] = [{"id": n} | a | _inner(a) for n, a in enumerate(attachments, 1)]
    return made


def _inner(attachment: Payload) -> Payload:
    return (
        {"blocks": with_ids(attachment["blocks"], ids.short_id)}
        if isinstance(attachment.get("blocks"), list)
        else {}
    )


def _files_known(box: Box, blocks: list[Payload]) -> None:
    # Slack takes an uploaded file as picture only once the upload is complete and shared somewhere.
    for at, block in enumerate(blocks):
        named = block.get("slack_file")
        if not isinstance(named, dict):
            continue
        file_id = named.get("id") or str(named.get("url", "")).rpartition("/files/")[2].partition("/")[0]
        file = box.world.files.get(str(file_id))
        if file is None or not file.complete or not file.shared:
            line = f"invalid slack file [json-pointer:/blocks/{at}/slack_file]"
            raise SlackError("invalid_blocks", messages=[f"[ERROR] {line}"], errors=[line])


def _metadata(given: Any) -> Payload:
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str) or not given["event_type"]:
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict) or set(given) - {
        "event_type",
        "event_payload",
        "entities",
    }:
        raise SlackError("invalid_metadata_format")
    if len(str(given["event_payload"])) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return given


def destination(call: Call, name: str = "channel") -> Channel:
    """Find where a bot wants to post: a conversation id, a user id (opens the direct one), or a name.

    Raises SlackError channel_not_found, not_in_channel, is_archived, cannot_dm_bot, messages_tab_disabled.
    A deactivated person's conversation still takes messages: Slack answers ok there too.
    """
    named = call.needed(name)
    app = call.app
    person = call.world.people.get(named)
    if person is not None:
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
        found: Channel | None = call.world.open_im(app.bot_user_id, person.id)
    else:
        found = call.world.channel(named)
    if found is None or not call.knows(found):
        raise SlackError("channel_not_found")
    if found.is_archived:
        raise SlackError("is_archived")
    if app.bot_user_id not in found.members and "chat:write.public" not in app.scopes:
        raise SlackError("not_in_channel")
    if found.kind == "im" and not app.messages_tab:
        raise SlackError("messages_tab_disabled")
    return found


def thread_of(channel: Channel, thread_ts: str) -> str:
    """Give the parent's ts for an answer; Slack files an answer to an answer under the same parent."""
    if not thread_ts:
        return ""
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def from_bot(box: Box, app: App, fields: Payload) -> Message:
    """Make a message written by an app, stamped now."""
    return Message(
        ts=box.clock.ts(), user=app.bot_user_id, bot_id=app.credentials.bot_id, app_id=app.id, **fields
    )


def publish(box: Box, channel: Channel, message: Message) -> Message:
    """Put a message where it belongs and tell the apps that listen there."""
    box.world.put(channel, message)
    if not message.ephemeral_to:
        if message.app_id:
            box.posts.note(time.time(), box.world.team_id, channel.id, message.ts, message.metadata)
        events.posted(box, channel, message)
    return message


async def post_due(box: Box) -> None:
    """Post scheduled messages as their hour comes, until cancelled.

    One with metadata never posts: Slack accepts it and forgets it, which is a reason not to schedule there.
    """
    while True:
        for there in list(box.teams.values()):
            _post_due(there)
        box.clock_moved.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await box.clock_moved.wait()


def _post_due(box: Box) -> None:
    if not box.world.scheduled:
        return
    now = box.clock.now()
    for waiting in [s for s in box.world.scheduled.values() if s.post_at <= now]:
        del box.world.scheduled[waiting.id]
        channel = box.world.channels.get(waiting.channel)
        if channel is not None and not waiting.message.metadata and not channel.is_archived:
            waiting.message.ts = box.clock.ts()
            publish(box, channel, waiting.message)
