"""Where a person goes: a channel or conversation, and Home."""

from __future__ import annotations

from typing import Any

from sandbox.driver.actor import Actor
from sandbox.driver.answer import Answer, Message
from sandbox.driver.sight import Sight, indented
from sandbox.driver.view import View
from sandbox.driver.words import plainly

Json = dict[str, Any]


class Channel:
    """A channel or conversation as one person sees it."""

    def __init__(self, person: Actor[Answer], channel_id: str) -> None:
        self.person = person
        self.id = channel_id

    def _now(self) -> tuple[Sight, Json]:
        sight = self.person.look()
        for channel in sight.channels:
            if channel["id"] == self.id:
                return sight, channel
        raise AssertionError(f"{self.person.name} no longer sees {self.id}")

    @property
    def name(self) -> str:
        """What this person calls it."""
        sight, channel = self._now()
        return sight.place(channel)

    @property
    def members(self) -> list[str]:
        """The names of who is in it."""
        sight, channel = self._now()
        return [sight.names.person(one) for one in channel["members"]]

    @property
    def messages(self) -> list[Message]:
        """Its messages, oldest first."""
        _, channel = self._now()
        return [Message(self.person, self.id, message["ts"]) for message in channel["messages"]]

    @property
    def last(self) -> Message:
        """Its newest message; waits for a first one."""

        def newest(sight: Sight) -> str | None:
            mine = [message["ts"] for channel, message in sight.messages() if channel["id"] == self.id]
            return max(mine, key=float) if mine else None

        return Message(self.person, self.id, self.person.wait(newest, "a message here"))

    @property
    def text(self) -> str:
        """Everything said in it."""
        sight, channel = self._now()
        return "\n".join(sight.message_text(message) for message in channel["messages"])

    @property
    def texts(self) -> list[str]:
        """What its messages say, oldest first, all in one look."""
        sight, channel = self._now()
        return [sight.message_text(message) for message in channel["messages"]]

    def wait(self, text: str) -> Message:
        """Wait until a message says something; gives the newest that does. Else AssertionError."""

        def saying(sight: Sight) -> str | None:
            found = [
                message["ts"]
                for channel, message in sight.messages()
                if channel["id"] == self.id and plainly(text) in plainly(sight.message_text(message))
            ]
            return max(found, key=float) if found else None

        return Message(self.person, self.id, self.person.wait(saying, f"{text!r} in {self.name}"))

    def say(self, text: str) -> Answer:
        """Write into it."""
        return self.person.act("say", {"channel": self.id, "text": text})

    def transcript(self) -> str:
        """Its messages as lines."""
        return indented(self.text)


class Home(View[Answer]):
    """The Home tab of an app."""

    def __init__(self, person: Actor[Answer], app_id: str) -> None:
        super().__init__(person)
        self.app_id = app_id

    def _find(self, sight: Sight) -> Json | None:
        return sight.homes.get(self.app_id)

    def _view_id(self) -> str:
        return str(self.raw["id"])

    def _what(self) -> str:
        return "Home"
