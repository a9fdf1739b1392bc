"""A person in the workspace: what they see and what they do."""

from __future__ import annotations

from typing import Any

from sandbox.driver.actor import Actor
from sandbox.driver.answer import Answer, Message, Modal
from sandbox.driver.line import Line
from sandbox.driver.news import News
from sandbox.driver.places import Channel, Home
from sandbox.driver.sight import Sight, indented
from sandbox.driver.words import plainly

Json = dict[str, Any]

PATIENCE = 5.0  # seconds of real time a person waits for something to appear
REPUBLISHED = 1.0  # seconds a person gives an app to renew a Home that was there before


class Person(Actor[Answer]):
    """One person, by Slack id or handle. Everything waits at most `patience` seconds of real time."""

    def __init__(self, line: Line, who: str, patience: float = PATIENCE) -> None:
        super().__init__(line, who, patience, Answer)
        self._news = News()

    # Seeing

    def sees(self, text: str) -> Message | Modal | Home | None:
        """Wait until a message, a modal, Home or a notice says something; gives what says it.

        None stands for a notice. Case and spacing do not count. Raises AssertionError with a transcript when
        patience runs out.
        """
        wanted = plainly(text)

        def saying(sight: Sight) -> tuple[Message | Modal | Home | None] | None:
            for modal in reversed(sight.modals):
                if wanted in plainly(sight.view_text(modal)):
                    return (self.modal_of(modal["id"]),)
            rows = sorted(sight.messages(), key=lambda row: float(row[1]["ts"]), reverse=True)
            for channel, message in rows:
                if wanted in plainly(sight.message_text(message)):
                    return (self.message_of(channel["id"], message["ts"]),)
            for app, home in sight.homes.items():
                if wanted in plainly(sight.view_text(home)):
                    return (Home(self, app),)
            return (None,) if any(wanted in plainly(notice["text"]) for notice in sight.notices) else None

        return self.wait(saying, repr(text))[0]

    def does_not_see(self, text: str) -> None:
        """Nothing says this at this moment. Raises AssertionError with what does."""
        saying = [one for one in self.look().texts() if plainly(text) in plainly(one)]
        if saying:
            raise AssertionError(f"{self.name} sees {text!r}:\n{indented(saying[0])}")

    def news(self) -> str:
        """What came or changed since the last time this was asked, as lines; all there is at first."""
        return self._news.since(self.look())

    def message_of(self, channel_id: str, ts: str) -> Message:
        """A message by where and when it stands."""
        return Message(self, channel_id, ts)

    def modal_of(self, view_id: str) -> Modal:
        """A modal by its id."""
        return Modal(self, view_id)

    # Places

    @property
    def received(self) -> list[Message]:
        """What apps have written to this person directly so far, oldest first; does not wait."""
        sight = self.look()
        bots = {app["bot_user_id"] for app in sight.apps}
        found = [
            self.message_of(channel["id"], message["ts"])
            for channel, message in sight.messages()
            if channel.get("with") in bots and message.get("user") in bots
        ]
        return sorted(found, key=lambda message: float(message.ts))

    @property
    def dm(self) -> Channel:
        """The direct messages with the only app; waits until there is a conversation."""
        return self.dm_with()

    def dm_with(self, app: str | None = None) -> Channel:
        """The direct messages with an app, by name or id."""

        def opened(sight: Sight) -> str | None:
            bot = self._app(sight, app)["bot_user_id"]
            mine = (one["id"] for one in sight.channels if one["kind"] == "im" and one.get("with") == bot)
            return next(mine, None)

        return Channel(self, self.wait(opened, "a direct message"))

    def group(self, *with_people: str) -> Channel:
        """The group message this person has with some people (and perhaps an app); waits for it."""

        def opened(sight: Sight) -> str | None:
            others = {person["id"] for name in with_people if (person := sight.person_named(name))}
            groups = (
                one for one in sight.channels if one["kind"] == "mpim" and others <= set(one["members"])
            )
            return next((str(one["id"]) for one in groups), None)

        return Channel(self, self.wait(opened, f"a group message with {', '.join(with_people)}"))

    def channel(self, name: str) -> Channel:
        """A channel this person is in, by "#name" or id; waits until they are."""

        def inside(sight: Sight) -> str | None:
            found = sight.channel_named(name)
            return str(found["id"]) if found else None

        return Channel(self, self.wait(inside, f"channel {name}"))

    @property
    def modal(self) -> Modal:
        """The modal on top; waits until one is open."""
        return self.modal_saying("")

    def modal_saying(self, text: str) -> Modal:
        """The modal on top once it says something; waits for that."""

        def on_top(sight: Sight) -> str | None:
            top = sight.top
            return str(top["id"]) if top and plainly(text) in plainly(sight.view_text(top)) else None

        what = f"a modal that says {text!r}" if text else "a modal"
        return self.modal_of(self.wait(on_top, what))

    @property
    def has_modal(self) -> bool:
        """Whether a modal is open now."""
        return self.look().top is not None

    @property
    def home(self) -> Home:
        """Open Home of the only app and wait until there is something on it."""
        return self.open_home()

    def open_home(self, app: str | None = None) -> Home:
        """Open an app's Home, by its name or id; one that was there is given a moment to be renewed."""
        before = self.look()
        app_id = str(self._app(before, app)["id"])
        self.post("home", {"app": app_id})
        old = before.homes.get(app_id)

        def renewed(sight: Sight) -> bool | None:
            home = sight.homes.get(app_id)
            return True if home and (old is None or home.get("hash") != old.get("hash")) else None

        if old is None:
            self.wait(renewed, "Home")
        else:
            self.glance(renewed, min(REPUBLISHED, self.patience))
        return Home(self, app_id)

    @staticmethod
    def _app(sight: Sight, app: str | None) -> Json:
        fits = [
            one for one in sight.apps if app is None or app in {one["id"], one["name"], one["bot_user_id"]}
        ]
        if len(fits) != 1:
            there = ", ".join(one["name"] for one in sight.apps) or "none"
            raise AssertionError(f"say which app; there is {there}")
        return fits[0]

    # Doing

    def change(self, **what: Any) -> None:
        """Change the person: deleted, tz, locale, real_name, title, dnd and so on."""
        self.line.post(self._path, what)

    def command(self, text: str, channel: str | None = None) -> Answer:
        """Type a slash command in a channel (by default the first public one they are in)."""
        return self.act("command", {"text": text} | ({"channel": channel} if channel else {}))

    def say(self, text: str, *, to: str = "@app") -> Answer:
        """Write a message to a channel ("#name" or id) or to the app ("@app")."""
        return self.act("say", {"channel": to, "text": text})

    def shortcut(self, name: str, on: Message | None = None) -> Answer:
        """Use a shortcut by its name or callback_id: a global one, or one on a message."""
        where = {"channel": on.channel_id, "message_ts": on.ts} if on else {}
        return self.act("shortcut", {"callback_id": self.look().shortcut(name), **where})

    def join(self, channel: str) -> Answer:
        """Join a channel."""
        return self.act("join", {"channel": channel})

    def leave(self, channel: str) -> Answer:
        """Leave a channel."""
        return self.act("leave", {"channel": channel})
