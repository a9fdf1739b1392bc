"""Somebody who looks and acts: what everything a person sees holds on to."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from sandbox.driver.line import Line, RefusedError
from sandbox.driver.sight import Sight, indented

Json = dict[str, Any]
A = TypeVar("A")  # what comes back to them when they act
T = TypeVar("T")

# What Slack shows as a passing line rather than refuses: the answer carries it as its error.
_PASSING = frozenset(
    {"operation_timeout", "dispatch_unknown_command", "dispatch_failed", "trouble_connecting", "app_error"}
)


class Actor(Generic[A]):
    """Somebody by Slack id or handle. Everything waits at most `patience` seconds of real time.

    `answer` makes what comes back from an act: of who acted, what they saw before, and what was said to it.
    """

    def __init__(
        self, line: Line, who: str, patience: float, answer: Callable[[Actor[A], Sight, Json], A]
    ) -> None:
        self.line = line
        self.who = who
        self.patience = patience
        self._answer = answer
        self._path = f"/control/people/{quote(who, safe='')}"

    def __repr__(self) -> str:
        return f"<{self.who}>"

    # Seeing

    def look(self, since: int | None = None, wait: float = 0.0) -> Sight:
        """What this person sees now; with `since` and `wait` as soon as there is something newer."""
        asked = f"?since={since}&wait={wait:.3f}" if since is not None else ""
        return Sight(self.line.get(f"{self._path}/view{asked}", wait=wait))

    def glance(self, until: Callable[[Sight], T | None], patience: float | None = None) -> T | None:
        """Look until something is there; None when patience runs out."""
        ends = time.monotonic() + (self.patience if patience is None else patience)
        sight = self.look()
        while (found := until(sight)) is None:
            left = ends - time.monotonic()
            if left <= 0:
                return None
            sight = self.look(sight.rev, left)
        return found

    def wait(self, until: Callable[[Sight], T | None], what: str, patience: float | None = None) -> T:
        """As glance, but raises AssertionError with a transcript when patience runs out."""
        found = self.glance(until, patience)
        if found is None:
            there = indented(self.transcript())
            raise AssertionError(f"{self.name} waited in vain for {what}. There is\n{there}")
        return found

    def transcript(self, since: str | None = None) -> str:
        """What this person sees as lines: time on their clock, place, speaker, text; `since` is a ts."""
        return self.look().transcript(since)

    # Who they are

    @property
    def me(self) -> Json:
        """This person as the sandbox knows them."""
        return self.look().me

    @property
    def id(self) -> str:
        """Their Slack id."""
        return str(self.me["id"])

    @property
    def name(self) -> str:
        """What people call them."""
        me = self.me
        return str(me.get("real_name") or me["name"])

    # Doing

    def act(self, verb: str, body: Json) -> A:
        """Do something over the control API; the answer knows what is new since."""
        return self.act_into(self._answer, verb, body)

    def act_into(self, kind: Callable[[Actor[A], Sight, Json], T], verb: str, body: Json) -> T:
        """As act, with the kind of answer to give."""
        before = self.look()
        try:
            said = self.post(verb, body)
        except RefusedError as refused:
            if refused.error not in _PASSING:
                raise
            said = {"ok": False, "error": refused.error}
        return kind(self, before, said)

    def post(self, verb: str, body: Json) -> Json:
        """One call of the control API as this person."""
        return self.line.post(f"{self._path}/{verb}", body)

    def upload(self, path: Path) -> Json:
        """Hand a file over; gives Slack's file object, which a file input takes."""
        content = base64.b64encode(path.read_bytes()).decode()
        return dict(self.post("upload", {"name": path.name, "content": content})["file"])
