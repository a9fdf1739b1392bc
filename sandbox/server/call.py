"""One Web API call as a method sees it: who calls, with what arguments, read strictly."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.server.box import Box
from sandbox.server.errors import SlackError
from sandbox.state.apps import App
from sandbox.state.channels import Channel
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.tokens import Token
from sandbox.state.world import World

_TRUE = {"1", "true", "True", "t"}


@dataclass
class Call:
    """The call: the calling app, its arguments without the token, and warnings to send back.

    ``box`` is the workspace the call acts in; ``bearer`` is the token it came with.
    """

    box: Box
    app: App
    method: str
    args: Payload
    warnings: list[str] = field(default_factory=list)
    bearer: Token | None = None

    @property
    def world(self) -> World:
        """The workspace."""
        return self.box.world

    def text(self, name: str, default: str = "") -> str:
        """Give an argument as text; numbers are taken, as forms cannot tell them apart."""
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list):
            raise SlackError(
                "invalid_arguments", messages=[f"[ERROR] must be a string [json-pointer:/{name}]"]
            )
        return str(value)

    def needed(self, name: str) -> str:
        """Give an argument that must be there. Raises SlackError invalid_arguments."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Give a yes or no."""
        value = self.args.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value) in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        """Give a whole number between 1 and ``most``. Raises SlackError."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise SlackError(
                "invalid_arguments", messages=[f"[ERROR] must be an integer [json-pointer:/{name}]"]
            ) from None
        if number < 1:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(number, most)

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Give an argument that is JSON: as sent in a JSON body, or encoded as text in a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def scopes(self, *any_of: str) -> None:
        """Raise SlackError missing_scope unless the token has one of these."""
        if not self.app.scopes.intersection(any_of):
            raise SlackError("missing_scope", needed=any_of[0], provided=",".join(sorted(self.app.scopes)))

    def user(self, name: str = "user", error: str = "user_not_found") -> Person:
        """Give the person named by id in an argument. Raises SlackError."""
        found = self.world.people.get(self.needed(name))
        if found is None:
            raise SlackError(error)
        return found

    def channel(self, name: str = "channel") -> Channel:
        """Give the conversation named by id if the app may know of it. Raises SlackError."""
        found = self.world.channels.get(self.needed(name))
        if found is None or not self.knows(found):
            raise SlackError("channel_not_found")
        return found

    def knows(self, channel: Channel) -> bool:
        """Whether the app can see that the conversation exists: public ones, and those its bot is in."""
        return channel.kind == "public" or self.app.bot_user_id in channel.members

    def joined(self, name: str = "channel") -> Channel:
        """Give a conversation the bot is in. Raises SlackError channel_not_found or not_in_channel."""
        found = self.channel(name)
        if self.app.bot_user_id not in found.members:
            raise SlackError("not_in_channel")
        return found


Method = Callable[[Call], Awaitable[Payload]]
"""A Web API method: takes the call, gives the answer without ``ok``; refuses by raising SlackError."""
