"""What comes back to a person after something was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.driver.message import Message
    from sandbox.driver.modal import Modal
    from sandbox.driver.person import Person
    from sandbox.driver.sight import Sight

Json = dict[str, Any]


class Answer:
    """What is new to a person since the act; asking for it waits, within the person's patience.

    `error` is Slack's name for what went wrong (`operation_timeout`, `dispatch_unknown_command` …) or None.
    """

    def __init__(self, person: Person, before: Sight, said: Json) -> None:
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

        return self._person.modal_of(self._person.wait(on_top, "a new modal"))

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
        return [self._person.message_of(channel, ts) for channel, ts in self._fresh(self._person.look())]

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
