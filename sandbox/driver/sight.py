"""One look at Slack: what a person sees at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.driver.render import Reader
from sandbox.driver.words import Names, plainly

Json = dict[str, Any]


class Sight:
    """The view of one person, as the sandbox gave it, with the names this person knows."""

    def __init__(self, view: Json) -> None:
        self.rev: int = view["rev"]
        self.now: str = view["now"]
        self.me: Json = view["me"]
        self.people: list[Json] = view["people"]
        self.apps: list[Json] = view["apps"]
        self.channels: list[Json] = view["channels"]
        self.modals: list[Json] = view["modals"]
        self.homes: dict[str, Json] = view["homes"]
        self.notices: list[Json] = view["notices"]
        known = [*self.people, self.me]
        self.names = Names(
            {person["id"]: person.get("real_name") or person["name"] for person in known},
            {channel["id"]: channel["name"] for channel in self.channels},
        )

    @property
    def top(self) -> Json | None:
        """The modal on top, if one is open."""
        return self.modals[-1] if self.modals else None

    def modal(self, view_id: str) -> Json | None:
        """An open modal by its id."""
        return next((modal for modal in self.modals if modal["id"] == view_id), None)

    def messages(self) -> Iterator[tuple[Json, Json]]:
        """Every message with its channel, oldest first within a channel."""
        for channel in self.channels:
            for message in channel["messages"]:
                yield channel, message

    def message(self, channel_id: str, ts: str) -> Json | None:
        """One message, while it is there."""
        for channel, message in self.messages():
            if channel["id"] == channel_id and message["ts"] == ts:
                return message
        return None

    def channel_named(self, name: str) -> Json | None:
        """A channel by "#name", name or id."""
        wanted = name.removeprefix("#")
        return next((one for one in self.channels if wanted in {one["name"], one["id"]}), None)

    def person_named(self, name: str) -> Json | None:
        """A person by id, "@handle", handle or real name."""
        wanted = plainly(name.removeprefix("@"))
        for person in [self.me, *self.people]:
            names = (person["id"], person["name"], person.get("real_name") or "")
            if wanted in {plainly(one) for one in names}:
                return person
        return None

    def shortcut(self, name: str) -> str:
        """The callback_id of a shortcut by its name or callback_id. Raises AssertionError that lists them."""
        listed = [one for app in self.apps for one in app.get("shortcuts") or []]
        for one in listed:
            if plainly(name) in {plainly(one["name"]), plainly(one["callback_id"])}:
                return str(one["callback_id"])
        there = ", ".join(one["name"] for one in listed) or "none"
        raise AssertionError(f"there is no shortcut {name!r}; there is {there}")

    def reader(self, view: Json | None = None) -> Reader:
        """A reader of blocks; of a view or message, with what is entered there."""
        values = ((view or {}).get("state") or {}).get("values")
        return Reader(self.names, values)

    def message_text(self, message: Json) -> str:
        """A message as it is read: its blocks, or its text where it has none, then attachments and files."""
        reader = self.reader(message)
        blocks = message.get("blocks")
        parts = [reader.blocks(blocks) if blocks else reader.text(_marked(message.get("text") or ""))]
        for attachment in message.get("attachments") or []:
            inner = attachment.get("blocks")
            words = attachment.get("text") or attachment.get("fallback") or ""
            parts.append(reader.blocks(inner) if inner else reader.text(_marked(words)))
        parts += [
            f"(file: {one.get('title') or one.get('name') or one['id']})"
            for one in message.get("files") or []
        ]
        return "\n".join(part for part in parts if part)

    def view_text(self, view: Json) -> str:
        """A modal or Home as it is read: title, blocks with what is entered, errors, buttons."""
        reader = self.reader(view)
        lines = [reader.text(view["title"])] if view.get("title") else []
        errors = view.get("errors") or {}
        for block in view["blocks"]:
            lines.append(reader.block(block))
            if block.get("block_id") in errors:
                lines.append(f"  ! {errors[block['block_id']]}")
        ends = [f"[{reader.text(view[key])}]" for key in ("close", "submit") if view.get(key)]
        lines.append(" ".join(ends))
        return "\n".join(line for line in lines if line)

    def texts(self) -> Iterator[str]:
        """Everything readable: messages, modals, Homes, notices."""
        for _, message in self.messages():
            yield self.message_text(message)
        for view in [*self.modals, *self.homes.values()]:
            yield self.view_text(view)
        for notice in self.notices:
            yield str(notice["text"])

    def place(self, channel: Json) -> str:
        """What a person calls a channel."""
        if channel["kind"] == "im":
            return f"DM with {self.names.person(channel.get('with', ''))}"
        if channel["kind"] == "mpim":
            others = [self.names.person(one) for one in channel["members"] if one != self.me["id"]]
            return f"DM with {', '.join(sorted(others))}"
        return f"#{channel['name']}"

    def clock(self, ts: str) -> str:
        """A message's time on this person's own clock."""
        try:
            zone = ZoneInfo(self.me.get("tz") or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        return dt.datetime.fromtimestamp(float(ts), zone).strftime("%a %d %b %Y %H:%M")

    def heading(self, channel: Json, message: Json) -> str:
        """When, where and by whom a message was said."""
        who = self.names.person(message.get("user") or "")
        hidden = " (only you see this)" if message.get("ephemeral") else ""
        return f"[{self.clock(message['ts'])}] {self.place(channel)} · {who}{hidden}"

    def transcript(self, since: str | None = None) -> str:
        """What there is to see as lines: time, place, speaker, text; newer than a ts where one is given."""
        rows = sorted(
            ((message["ts"], channel, message) for channel, message in self.messages()),
            key=lambda row: float(row[0]),
        )
        lines = []
        for ts, channel, message in rows:
            if since is not None and float(ts) <= float(since):
                continue
            lines.append(self.heading(channel, message))
            lines.append(indented(self.message_text(message)))
        for modal in self.modals:
            lines += ["[open now] modal", indented(self.view_text(modal))]
        lines += [f"[notice] {notice['text']}" for notice in self.notices]
        return "\n".join(lines) or "(nothing)"


def _marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def indented(text: str) -> str:
    """A text set in by four spaces."""
    return "\n".join(f"    {line}" for line in text.split("\n"))
