"""files.*: the external upload flow, the only one left."""

from typing import Any

from sandbox.server import messages
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.state import ids
from sandbox.state.channels import Channel, File, file_object
from sandbox.state.payload import Payload

LARGEST = 64 * 1024 * 1024
"""Bytes this server keeps of one upload; Slack takes a gigabyte."""

LONGEST_ALT = 1000


async def upload_url(call: Call) -> Payload:
    """Reserve a file and give the address its bytes are posted to."""
    name = call.needed("filename")
    try:
        size = int(call.needed("length"))
    except ValueError:
        raise SlackError("invalid_arguments") from None
    if size <= 0:
        raise SlackError("missing_argument")
    if size > LARGEST:
        raise SlackError("file_upload_size_restricted")
    alt = call.text("alt_txt")
    if len(alt) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    made = File(
        ids.slack_id("F"),
        name.rpartition("/")[2],
        call.app.bot_user_id,
        size,
        int(call.box.clock.now()),
        alt_text=alt,
    )
    call.world.files[made.id] = made
    return {"upload_url": f"{call.box.address}/upload/{made.id}", "file_id": made.id}


async def complete(call: Call) -> Payload:
    """Finish uploads and share them with a conversation, as one message of the bot."""
    listed = call.json("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments", messages=["[ERROR] files must be a list [json-pointer:/files]"])
    found = [_uploaded(call, entry) for entry in listed]
    channels = _channels(call)
    for file, title in found:
        file.complete = True
        file.title = title or file.name
        file.shared += [channel.id for channel in channels]
    shown = [file_object(file, call.box.address) for file, _ in found]
    for channel in channels:
        fields: Payload = {"text": call.text("initial_comment"), "files": shown}
        blocks = call.json("blocks", "invalid_blocks")
        if blocks and not fields["text"]:
            fields |= messages.checked(call.box, "", blocks, None)
        message = messages.from_bot(call.box, call.app, fields)
        message.thread_ts = messages.thread_of(channel, call.text("thread_ts"))
        messages.publish(call.box, channel, message)
    return {"files": shown}


def _uploaded(call: Call, entry: Any) -> tuple[File, str]:
    file = call.world.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
    if file is None or file.content is None or file.complete:
        raise SlackError("file_not_found")
    if file.user != call.app.bot_user_id:
        raise SlackError("access_denied")
    return file, str(entry.get("title") or "")


def _channels(call: Call) -> list[Channel]:
    named = [call.text("channel_id"), *call.text("channels").split(",")]
    channels = []
    for channel_id in filter(None, (name.strip() for name in named)):
        channel = call.world.channels.get(channel_id)
        if channel is None or not call.knows(channel):
            raise SlackError("channel_not_found")
        if call.app.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        if channel.is_archived:
            raise SlackError("posting_to_channel_denied")
        channels.append(channel)
    return channels


def _file(call: Call) -> File:
    file = call.world.files.get(call.needed("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return file


async def info(call: Call) -> Payload:
    """Describe a file."""
    return {"file": file_object(_file(call), call.box.address)}


async def delete(call: Call) -> Payload:
    """Delete one of the app's own files, also from the messages that show it."""
    file = _file(call)
    if file.user != call.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del call.world.files[file.id]
    for channel in call.world.channels.values():
        for message in channel.messages.values():
            message.files = [shown for shown in message.files if shown["id"] != file.id]
    call.world.changed(None)
    return {}


METHODS: dict[str, Method] = {
    "files.completeUploadExternal": complete,
    "files.delete": delete,
    "files.getUploadURLExternal": upload_url,
    "files.info": info,
}
