"""The whole workspace from outside: its people, its clock, its faults, its traffic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sandbox.driver.browser import Browser, Decision, Page, authorize
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
    """A workspace of a running sandbox: the first one, or the one with the id or domain `team`."""

    def __init__(self, address: str, patience: float = PATIENCE, team: str = "") -> None:
        self.line = Line(address, team)
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

    def add_app(self, manifest: Json, request_url: str | None = None) -> Json:
        """Install another app without asking anybody; gives its ids, tokens and secrets."""
        return self.line.post("/control/apps", {"manifest": manifest, "request_url": request_url})

    # Installing and leaving

    @property
    def teams(self) -> list[Json]:
        """Every workspace of the sandbox: id, name, domain, enterprise_id, installed, people."""
        return list(self.line.get("/control/teams")["teams"])

    @property
    def team_id(self) -> str:
        """The id of this workspace."""
        return self.line.team or str(self.teams[0]["id"])

    def browser(self) -> Browser:
        """A browser that keeps its cookies, to follow an app's own pages with."""
        return Browser()

    def install(
        self,
        address: str,
        person: str,
        *,
        allow: bool = True,
        org: bool = False,
        access: Sequence[str] | None = None,
        browser: Browser | None = None,
    ) -> Page:
        """Let a person of this workspace install an app, as in a browser; gives the page it ends on.

        `address` is the app's install page or Slack's authorise page here. `allow` false cancels. `org`
        installs for the whole organisation with `access` to those teams (by default all of them). Raises
        AssertionError when the authorise page is not reached or refuses, with what it says.
        """
        return authorize(
            browser or Browser(),
            self.address,
            address,
            Decision(
                who=f"{self._team_of(person)}/{person}",
                allow=allow,
                org=org,
                access=tuple(access if access is not None else (one["id"] for one in self.teams)),
            ),
        )

    def _team_of(self, person: str) -> str:
        self.person(person)
        return str(self.line.get(f"/control/people/{quote(person, safe='')}/view")["team"]["id"])

    def uninstall(
        self, order: Sequence[str] = ("app_uninstalled", "tokens_revoked"), app: str | None = None
    ) -> None:
        """Uninstall the app from this workspace; `order` names the events it is told by, in their order."""
        self.line.post(f"/control/apps/{app or self._installed()}", {"uninstall": True, "order": list(order)})

    def revoke_tokens(self, app: str | None = None) -> None:
        """Revoke the app's tokens of this workspace, which leaves it uninstalled."""
        self.line.post(f"/control/apps/{app or self._installed()}", {"revoke": True})

    def _installed(self) -> str:
        there = [one for one in self.apps if not one["uninstalled"]]
        if len(there) != 1:
            listed = ", ".join(f"{one['name']} ({one['id']})" for one in there) or "none"
            raise AssertionError(f"say which app; there is {listed}")
        return str(there[0]["id"])

    def deactivate(self, *, deactivated: bool = True) -> None:
        """Close the whole workspace, or open it again: no token works in a closed one."""
        self.line.post(f"/control/teams/{quote(self.team_id, safe='')}", {"deactivated": deactivated})

    def org_access(self, *, granted: bool) -> None:
        """Give the organisation's app access to this workspace, or take it away."""
        self.line.post(f"/control/teams/{quote(self.team_id, safe='')}", {"access": granted})

    def quiet(self, person: str, start: str | None, until: str | None = None) -> None:
        """Set somebody's quiet hours by their own wall clock ("22:00", "08:00"); None for none."""
        self.person(person).change(dnd={"start": start, "end": until} if start and until else {})

    def retry_now(self) -> int:
        """Repeat the events that wait to be repeated now; gives how many."""
        return int(self.line.post("/control/retry")["repeated"])

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
