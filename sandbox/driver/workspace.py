"""The whole workspace from outside: its people, its clock, its faults, its traffic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sandbox.driver.line import Line
from sandbox.driver.person import PATIENCE, Person

Json = dict[str, Any]


class Clock:
    """The workspace's clock: message times and the app's due dates follow it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def now(self) -> dt.datetime:
        """The instant it shows, in UTC."""
        return _instant(self._line.get("/control/clock")["now"])

    def skip(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> dt.datetime:
        """Go forward at once; gives the new instant (UTC)."""
        span = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return _instant(self._line.post("/control/clock", {"skip_seconds": span.total_seconds()})["now"])

    def skip_to(self, when: dt.datetime) -> dt.datetime:
        """Go forward to an instant, which needs a time zone; gives the new instant (UTC)."""
        if when.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return _instant(self._line.post("/control/clock", {"to": when.astimezone(dt.UTC).isoformat()})["now"])


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


class Workspace:
    """A running sandbox, by its address."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self.line = Line(address)
        self.address = self.line.address
        self.clock = Clock(self.line)
        self._patience = patience

    def person(self, who: str) -> Person:
        """Somebody by Slack id or handle. Raises AssertionError when nobody is called so."""
        person = Person(self.line, who, self._patience)
        person.look()
        return person

    @property
    def people(self) -> list[Json]:
        """Everybody."""
        return list(self.line.get("/control/people")["people"])

    def add_person(self, name: str, real_name: str, **more: Any) -> Person:
        """Somebody new joins the team."""
        self.line.post(f"/control/people/{quote(name, safe='')}", {"real_name": real_name, **more})
        return self.person(name)

    @property
    def apps(self) -> list[Json]:
        """The installed apps: commands, shortcuts, open sockets, envelopes not yet acknowledged."""
        return list(self.line.get("/control/apps")["apps"])

    def install(self, manifest: Json, request_url: str | None = None) -> Json:
        """Install another app; gives its ids, tokens and secrets."""
        return self.line.post("/control/apps", {"manifest": manifest, "request_url": request_url})

    def channel(self, name: str, **what: Any) -> None:
        """Change a channel by "#name" or id: archived, deleted."""
        self.line.post(f"/control/channels/{quote(name, safe='')}", what)

    def reset(
        self, team: Json, manifest: Json | None = None, limits_off: str | Sequence[str] | None = None
    ) -> Json:
        """A fresh team at the same address, and perhaps an app; gives the app's tokens."""
        body: Json = {"team": team, "manifest": manifest, "limits_off": limits_off}
        return self.line.post(
            "/control/reset", {key: value for key, value in body.items() if value is not None}
        )

    def fault(self, method: str, kind: str, **how: Any) -> None:
        """Make a method fail: ratelimited, error_before, error_after, late and so on, `times` times."""
        self.line.post("/control/faults", {"method": method, "kind": kind, **how})

    def no_faults(self) -> None:
        """Take all faults back."""
        self.line.delete("/control/faults")

    def limits_off(self, methods: str | Sequence[str] = "all") -> None:
        """Switch rate limits off for all methods or some."""
        self.line.post(
            "/control/limits",
            {"off": methods if methods == "all" or not isinstance(methods, str) else [methods]},
        )

    def traffic(self, since: int = 0) -> list[Json]:
        """The Web API calls from a number on: {n, at, method, args, status, ok, error …}."""
        return list(self.line.get(f"/control/traffic?since={since}")["calls"])

    def posts(self, since: int = 0) -> list[list[Any]]:
        """Every post of an app that was accepted: [n, at, team, channel, ts, key of the metadata]."""
        found: list[list[Any]] = []
        while page := self.line.get(f"/control/posts?since={since}")["posts"]:
            found += page
            since = page[-1][0]
        return found

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How often each Web API method was called with which outcome ("ok" or Slack's error)."""
        return dict(self.line.get("/control/counts")["counts"])

    def close(self) -> None:
        """Close the connections to the sandbox, which goes on running; the next look opens another."""
        self.line.close()

    def calls(self, method: str, since: int = 0) -> list[Json]:
        """The calls of one method."""
        return [call for call in self.traffic(since) if call["method"] == method]
