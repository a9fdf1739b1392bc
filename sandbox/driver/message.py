"""A message, and the channel it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.driver.answer import Answer
from sandbox.driver.sight import Sight, indented
from sandbox.driver.surface import Surface
from sandbox.driver.words import plainly

if TYPE_CHECKING:
    from sandbox.driver.person import Person

Json = dict[str, Any]


class Message(Surface):
    """One message as one person sees it, by channel and ts; it follows updates."""

    def __init__(self, person: Person, channel_id: str, ts: str) -> None:
        super().__init__(person)
        self.channel_id = channel_id
        self.ts = ts

    def __repr__(self) -> str:
        return f"<message {self.ts}: {'gone' if self.gone else self.text}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.channel_id, self.ts) == (other.channel_id, other.ts)

    def __hash__(self) -> int:
        return hash((self.channel_id, self.ts))

    def _find(self, sight: Sight) -> Json | None:
        return sight.message(self.channel_id, self.ts)

    def _text(self, sight: Sight, found: Json) -> str:
        return sight.message_text(found)

    def _container(self) -> Json:
        return {"message_ts": self.ts, "channel": self.channel_id}

    def _what(self) -> str:
        return "the message"

    @property
    def fallback(self) -> str:
        """The text a notification and a screen reader get; not shown where there are blocks."""
        return str(self.raw.get("text") or "")

    @property
    def user(self) -> str:
        """The id of who wrote it."""
        return str(self.raw.get("user") or "")

    @property
    def speaker(self) -> str:
        """The name of who wrote it."""
        sight, found = self._now()
        return sight.names.person(found.get("user") or "")

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return bool(self.raw.get("ephemeral"))

    @property
    def thread_ts(self) -> str | None:
        """The thread it answers in."""
        return self.raw.get("thread_ts")

    @property
    def metadata(self) -> Json | None:
        """What the app attached for itself."""
        return self.raw.get("metadata")

    @property
    def replies(self) -> list[Message]:
        """The answers in its thread."""
        sight = self.person.look()
        return [
            Message(self.person, channel["id"], message["ts"])
            for channel, message in sight.messages()
            if channel["id"] == self.channel_id
            and message.get("thread_ts") == self.ts
            and message["ts"] != self.ts
        ]

    def reply(self, text: str) -> Answer:
        """Answer in its thread."""
        return self.person.act("say", {"channel": self.channel_id, "text": text, "thread_ts": self.ts})

    def react(self, emoji: str) -> Answer:
        """Add a reaction."""
        body = {"channel": self.channel_id, "message_ts": self.ts, "ts": self.ts, "name": emoji.strip(":")}
        return self.person.act("react", body)

    def shortcut(self, name: str) -> Answer:
        """Use a message shortcut by its name or callback_id."""
        return self.person.shortcut(name, on=self)


class Channel:
    """A channel or conversation as one person sees it."""

    def __init__(self, person: Person, channel_id: str) -> None:
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
        return self.person.say(text, to=self.id)

    def transcript(self) -> str:
        """Its messages as lines."""
        return indented(self.text)
