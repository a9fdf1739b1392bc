"""reactions.*."""

from sandbox.server import events
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload


def _item(call: Call) -> tuple[Channel, Message]:
    channel = call.joined()
    message = channel.messages.get(call.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


async def add(call: Call) -> Payload:
    """React to a message as the bot."""
    channel, message = _item(call)
    name = call.needed("name").strip(":")
    users = message.reactions.setdefault(name, [])
    if call.app.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(call.app.bot_user_id)
    call.world.changed(channel.members)
    events.reaction(call.box, channel, message, call.app.bot_user_id, name, added=True)
    return {}


async def remove(call: Call) -> Payload:
    """Take the bot's reaction away."""
    channel, message = _item(call)
    name = call.needed("name").strip(":")
    users = message.reactions.get(name, [])
    if call.app.bot_user_id not in users:
        raise SlackError("no_reaction")
    users.remove(call.app.bot_user_id)
    if not users:
        del message.reactions[name]
    call.world.changed(channel.members)
    events.reaction(call.box, channel, message, call.app.bot_user_id, name, added=False)
    return {}


async def get(call: Call) -> Payload:
    """Show a message with its reactions."""
    channel, message = _item(call)
    return {
        "type": "message",
        "channel": channel.id,
        "message": message_object(channel, message, call.world.team_id),
    }


METHODS: dict[str, Method] = {"reactions.add": add, "reactions.get": get, "reactions.remove": remove}
