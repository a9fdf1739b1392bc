"""The workspace as a whole: who and what there is, and the few changes that must happen together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sandbox.state import ids
from sandbox.state.apps import App
from sandbox.state.channels import Channel, File, Message
from sandbox.state.clock import Clock
from sandbox.state.people import Person
from sandbox.state.views import View


@dataclass
class Scheduled:
    """A message waiting for its hour (``post_at``, epoch seconds of the workspace's clock)."""

    id: str
    channel: str
    post_at: int
    created: int
    message: Message


@dataclass
class Notice:
    """A passing line that Slack's client would show one person, with the error behind it."""

    n: int
    text: str
    error: str
    detail: str = ""


@dataclass(frozen=True)
class Enterprise:
    """An organisation that holds several workspaces, as Enterprise Grid has it."""

    id: str
    name: str
    domain: str


@dataclass
class World:
    """Everything in one workspace. ``changed`` is told whose screen differs now (None means everybody's).

    ``deactivated``: the workspace was closed, and no token works in it.
    """

    clock: Clock
    team_id: str
    team_name: str
    domain: str
    enterprise: Enterprise | None = None
    deactivated: bool = False
    people: dict[str, Person] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ims: dict[frozenset[str], Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[tuple[str, str], View] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    notices: dict[str, list[Notice]] = field(default_factory=dict)
    changed: Callable[[Iterable[str] | None], None] = lambda _who: None

    # -- looking up ---------------------------------------------------------------------------------

    @property
    def enterprise_id(self) -> str | None:
        """The id of the organisation the workspace belongs to, if it belongs to one."""
        return self.enterprise.id if self.enterprise is not None else None

    def person(self, who: str) -> Person | None:
        """Give the person with that id or handle (with or without ``@``)."""
        found = self.people.get(who)
        if found is not None:
            return found
        handle = who.removeprefix("@")
        return next((person for person in self.people.values() if person.name == handle), None)

    def channel(self, name: str) -> Channel | None:
        """Give the conversation with that id or, for channels, that name (with or without ``#``)."""
        found = self.channels.get(name)
        if found is not None:
            return found
        plain = name.removeprefix("#")
        return next(
            (c for c in self.channels.values() if c.name == plain and c.kind in {"public", "private"}), None
        )

    def app_of_bot(self, user: str) -> App | None:
        """Give the app whose bot user this is."""
        return next((app for app in self.apps.values() if app.bot_user_id == user), None)

    def im(self, one: str, other: str) -> Channel | None:
        """Give the direct conversation of two members, if it was ever opened."""
        found = self.ims.get(frozenset((one, other)))
        return found if found is not None and found.id in self.channels else None

    def view(self, view_id: str) -> View | None:
        """Give an open modal or a Home view by id."""
        return next((view for view in self.views() if view.id == view_id), None)

    def views(self) -> list[View]:
        """Give every open modal and every Home view."""
        return [view for stack in self.modals.values() for view in stack] + list(self.homes.values())

    def channels_of(self, user: str) -> list[Channel]:
        """Give the conversations somebody is in."""
        return [channel for channel in self.channels.values() if user in channel.members]

    # -- changing -----------------------------------------------------------------------------------

    def admit(self, app: App) -> App:
        """Put an installed app and its bot user into the workspace, or put another state of it in place."""
        known = self.people.get(app.bot_user_id)
        self.people[app.bot_user_id] = known or Person(
            id=app.bot_user_id,
            name=app.bot_name.lower().replace(" ", "-"),
            real_name=app.bot_name,
            tz="America/Los_Angeles",
            is_bot=True,
            app_id=app.id,
            bot_id=app.credentials.bot_id,
            updated=int(self.clock.now()),
        )
        self.people[app.bot_user_id].deleted = False
        self.apps[app.id] = app
        self.changed(None)
        return app

    def dismiss(self, app: App) -> None:
        """Take an app's bot out: it leaves the channels, and what it has open is closed. Messages stay."""
        bot = self.people.get(app.bot_user_id)
        if bot is not None:
            bot.deleted = True
        for channel in self.channels_of(app.bot_user_id):
            if channel.kind in {"public", "private"}:
                channel.members.remove(app.bot_user_id)
        for stack in self.modals.values():
            stack[:] = [view for view in stack if view.app_id != app.id]
        for shown in [key for key, view in self.homes.items() if view.app_id == app.id]:
            del self.homes[shown]
        for waiting in [one for one in self.scheduled.values() if one.message.app_id == app.id]:
            del self.scheduled[waiting.id]
        self.changed(None)

    def add_channel(self, channel: Channel) -> Channel:
        """Put a new conversation on the screens of its members (a public one on everybody's)."""
        self.channels[channel.id] = channel
        if channel.kind == "im":
            self.ims[frozenset(channel.members)] = channel
        self.changed(None if channel.kind == "public" else channel.members)
        return channel

    def open_im(self, one: str, other: str) -> Channel:
        """Give the direct conversation of two members, opening it if need be."""
        found = self.im(one, other)
        if found is not None:
            return found
        made = Channel(ids.slack_id("D"), "", "im", int(self.clock.now()), members=[one, other])
        return self.add_channel(made)

    def open_mpim(self, members: list[str]) -> Channel:
        """Give the group conversation of exactly these members, opening it if need be."""
        for channel in self.channels.values():
            if channel.kind == "mpim" and set(channel.members) == set(members):
                return channel
        handles = "--".join(self.people[member].name for member in members)
        made = Channel(
            ids.slack_id("C"), f"mpdm-{handles}-1", "mpim", int(self.clock.now()), members[0], list(members)
        )
        return self.add_channel(made)

    def put(self, channel: Channel, message: Message) -> Message:
        """Add a message; an ephemeral one reaches only its reader and no history."""
        if message.ephemeral_to:
            channel.ephemerals[message.ts] = message
            self.changed([message.ephemeral_to])
        else:
            channel.add(message)
            self.changed(channel.members)
        return message

    def notice(self, user: str, text: str, error: str, detail: str = "") -> None:
        """Show one person a passing line."""
        lines = self.notices.setdefault(user, [])
        lines.append(Notice(lines[-1].n + 1 if lines else 1, text, error, detail))
        del lines[:-50]
        self.changed([user])
