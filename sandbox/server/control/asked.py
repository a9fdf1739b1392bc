"""What a control call asked: its body read with care, and the people and things it names."""

from dataclasses import dataclass
from typing import Any

from sandbox.server.box import Box
from sandbox.server.errors import ControlError
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.views import View

NOT_FOUND = 404


@dataclass
class Asked:
    """One control call."""

    box: Box
    path: dict[str, str]
    query: dict[str, str]
    body: Payload
    team: str = ""  # the workspace the address names; empty where it names none and the first is meant

    def need(self, name: str) -> Any:
        """Give a field that must be there. Raises ControlError."""
        value = self.body.get(name)
        if value is None or value == "":
            raise ControlError("missing_field", f"the body needs {name!r}")
        return value

    def part(self, name: str) -> Payload:
        """Give a field that is an object, empty when it is not there. Raises ControlError."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, dict):
            raise ControlError("invalid_field", f"{name!r} has to be an object")
        return value or {}

    def names(self, name: str) -> list[str]:
        """Give a field that is a name or a list of them, empty when not there. Raises ControlError."""
        value = self.body.get(name)
        listed = [value] if isinstance(value, str) else value
        if listed is None:
            return []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise ControlError("invalid_field", f"{name!r} has to be a list of names")
        return listed

    @property
    def person(self) -> Person:
        """The person in the path. Raises ControlError."""
        return self.named_person(self.path["who"])

    def named_person(self, who: str) -> Person:
        """Give a person by id or handle. Raises ControlError."""
        if who == "@app":
            bot = self.box.world.people.get(self.box.first_app.bot_user_id)
            if bot is None:
                raise ControlError("app_not_found", "no app is installed in this workspace", NOT_FOUND)
            return bot
        found = self.box.world.person(who)
        if found is None:
            handles = ", ".join(sorted(p.name for p in self.box.world.people.values() if not p.is_bot))
            raise ControlError("person_not_found", f"there is no {who!r}; there are {handles}", NOT_FOUND)
        return found

    def named_channel(self, name: str, person: Person | None = None) -> Channel:
        """Give a conversation by id, #name, or ``@handle`` (``@app``: the app's direct messages).

        A person cannot name one they are not in, save public ones. Raises ControlError.
        """
        world = self.box.world
        if name.startswith("@") and person is not None:
            return world.open_im(self.named_person(name).id, person.id)
        found = world.channel(name)
        hidden = (
            person is not None
            and found is not None
            and found.kind != "public"
            and person.id not in found.members
        )
        if found is None or hidden:
            raise ControlError("channel_not_found", f"there is no conversation {name!r}", NOT_FOUND)
        return found

    def app(self, name: str = "app") -> App:
        """Give the app named in the body, or the first. Raises ControlError."""
        wanted = self.body.get(name)
        if not wanted or wanted == "@app":
            if not self.box.world.apps:
                raise ControlError("app_not_found", "no app is installed in this workspace", NOT_FOUND)
            return self.box.first_app
        for app in self.box.world.apps.values():
            if str(wanted) in {app.id, app.name, app.bot_user_id}:
                return app
        raise ControlError("app_not_found", f"there is no app {wanted!r}", NOT_FOUND)

    def open_view(self, person: Person, view_id: str) -> View:
        """Give a view on this person's screen. Raises ControlError."""
        view = self.box.world.view(view_id)
        if view is None or view.user != person.id:
            raise ControlError("view_not_found", f"{person.name} sees no view {view_id!r}", NOT_FOUND)
        return view

    def seen_message(self, person: Person, channel: Channel, ts: str) -> Message:
        """Give a message this person sees. Raises ControlError."""
        found = channel.messages.get(ts) if person.id in channel.members else None
        if found is None:
            found = channel.ephemerals.get(ts)
            if found is not None and found.ephemeral_to != person.id:
                found = None
        if found is None:
            raise ControlError("message_not_found", f"{person.name} sees no message {ts} there", NOT_FOUND)
        return found
