"""What comes back to a person after something was done, and what it leads to: a message, a modal.

They stand together since each leads to the next: an answer brings a modal, its button another answer.
"""

from __future__ import annotations

from typing import Any

from sandbox.driver.actor import Actor
from sandbox.driver.sight import Sight
from sandbox.driver.surface import Surface
from sandbox.driver.view import View

Json = dict[str, Any]


class Answer:
    """What is new to a person since the act; asking for it waits, within the person's patience.

    `error` is Slack's name for what went wrong (`operation_timeout`, `dispatch_unknown_command` …) or None.
    """

    def __init__(self, person: Actor[Answer], before: Sight, said: Json) -> None:
        self._person = person
        self._messages = {(channel["id"], message["ts"]) for channel, message in before.messages()}
        self._views = {(modal["id"], modal.get("hash")) for modal in before.modals}
        self._notices = {notice["n"] for notice in before.notices}
        self.said = said
        self.error: str | None = said.get("error") or None

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.said}>"

    @property
    def ok(self) -> bool:
        """Whether Slack took it."""
        return self.error is None

    @property
    def ephemeral(self) -> Message | None:
        """The last new message only this person sees; None when something else came, or nothing."""
        self._arrived()
        new = [one for one in self._new_messages() if one.ephemeral]
        return new[-1] if new else None

    @property
    def message(self) -> Message:
        """The last new message; waits for one. Raises AssertionError when none comes."""

        def newest(sight: Sight) -> bool | None:
            return True if self._fresh(sight) else None

        self._person.wait(newest, "a new message")
        return self._new_messages()[-1]

    @property
    def modal(self) -> Modal:
        """The modal on top once it is a new one or has changed. Raises AssertionError when none does."""

        def on_top(sight: Sight) -> str | None:
            top = sight.top
            return top["id"] if top and (top["id"], top.get("hash")) not in self._views else None

        return Modal(self._person, self._person.wait(on_top, "a new modal"))

    @property
    def text(self) -> str:
        """What there is to read in answer: the new message, else the modal, else Slack's notice."""
        self._arrived()
        new = self._new_messages()
        if new:
            return new[-1].text
        sight = self._person.look()
        top = sight.top
        if top and (top["id"], top.get("hash")) not in self._views:
            return sight.view_text(top)
        return "\n".join(str(notice["text"]) for notice in sight.notices if notice["n"] not in self._notices)

    def _fresh(self, sight: Sight) -> list[tuple[str, str]]:
        seen = [(channel["id"], message["ts"]) for channel, message in sight.messages()]
        return sorted((one for one in seen if one not in self._messages), key=lambda one: float(one[1]))

    def _new_messages(self) -> list[Message]:
        return [Message(self._person, channel, ts) for channel, ts in self._fresh(self._person.look())]

    def _arrived(self) -> None:
        def anything(sight: Sight) -> bool | None:
            views = {(modal["id"], modal.get("hash")) for modal in sight.modals}
            notices = {notice["n"] for notice in sight.notices}
            return True if self._fresh(sight) or views - self._views or notices - self._notices else None

        self._person.glance(anything)


class Result(Answer):
    """What became of a modal that was submitted. `errors` are by block_id, in the words under the inputs."""

    @property
    def errors(self) -> dict[str, str]:
        """The refusals: Slack's own before it sends, or the app's."""
        return dict(self.said.get("errors") or {})

    @property
    def ok(self) -> bool:
        """Whether it was taken."""
        return self.error is None and not self.errors


class Message(Surface[Answer]):
    """One message as one person sees it, by channel and ts; it follows updates."""

    def __init__(self, person: Actor[Answer], channel_id: str, ts: str) -> None:
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
        body = {"callback_id": self.person.look().shortcut(name)}
        return self.person.act("shortcut", {**body, "channel": self.channel_id, "message_ts": self.ts})


class Modal(View[Answer]):
    """An open modal, by its view id; it follows updates."""

    def __init__(self, person: Actor[Answer], view_id: str) -> None:
        super().__init__(person)
        self.id = view_id

    def __repr__(self) -> str:
        return f"<modal {self.id}: {'closed' if self.gone else self.title}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Modal) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def _find(self, sight: Sight) -> Json | None:
        return sight.modal(self.id)

    def _view_id(self) -> str:
        return self.id

    def _what(self) -> str:
        return "the modal"

    @property
    def title(self) -> str:
        """What stands at its top."""
        sight, found = self._now()
        return self._reader(sight, found).text(found["title"])

    @property
    def errors(self) -> dict[str, str]:
        """What it says is wrong, by block_id."""
        return dict(self.raw.get("errors") or {})

    def submit(self) -> Result:
        """Press its submit button. The result's `errors` say what was refused; ok means it was taken."""
        return self.person.act_into(Result, "submit", {"view_id": self.id})

    def close(self, *, all: bool = False) -> None:  # noqa: A002 - the word of the control API
        """Cancel it, or with `all` close the whole stack."""
        self.person.post("close", {"view_id": self.id, "all": all})

    def wait_closed(self) -> None:
        """Wait until it is no longer open. Raises AssertionError with what it still says."""

        def closed(sight: Sight) -> bool | None:
            return None if self._find(sight) else True

        self.person.wait(closed, "the modal closed")
