"""What a modal and Home have in common: fields to fill in, which keep what is entered."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from sandbox.blockkit.state import HOLDS
from sandbox.driver.controls import Control, controls, listing, named
from sandbox.driver.render import PRESSED
from sandbox.driver.sight import Sight
from sandbox.driver.surface import Surface

Json = dict[str, Any]
A = TypeVar("A")  # what comes back to who acts on the view


class View(Surface[A]):
    """A view of blocks that keeps what is entered in it."""

    def _text(self, sight: Sight, found: Json) -> str:
        return sight.view_text(found)

    @abstractmethod
    def _view_id(self) -> str:
        """Slack's id of the view."""

    def _container(self) -> Json:
        return {"view_id": self._view_id()}

    def choose(self, control: Control, value: Any) -> A:
        """Choose in a control; a view keeps it."""
        if control.element["type"] in PRESSED:
            return super().choose(control, value)
        return self._enter(control, value)

    def _enter(self, control: Control, value: Any) -> A:
        body = {"view_id": self._view_id(), "block_id": control.block_id, "action_id": control.action_id}
        return self.person.act("fill", {**body, "value": self._entered(control, value)})

    def fill(self, entries: Mapping[str, Any] | None = None, /, **more: Any) -> Self:
        """Enter values by label, block_id or action_id; returns the view, so that one can go on to submit.

        As keywords labels are written with underscores, in any case; a part of a label will do where it is
        clear. Options are named by label or value, people and channels by name; lists fill menus of many;
        a Path is a file to hand over; None clears.
        Raises AssertionError that lists the fields there are.
        """
        for name, value in {**(entries or {}), **more}.items():
            self._enter(self._field(name), value)
        return self

    def _field(self, name: str) -> Control:
        sight, found = self._now()
        reader = self._reader(sight, found)
        there = [one for one in controls(self._blocks(found), reader) if one.element["type"] in HOLDS]
        matches = named(name, there, reader)
        if len(matches) == 1:
            return matches[0]
        says = "could be several fields" if matches else "is no field"
        raise AssertionError(
            f"{name!r} {says} of {self._what()}. There is\n{listing(matches or there, reader)}"
        )

    @property
    def fields(self) -> dict[str, str]:
        """What is entered, by label."""
        sight, found = self._now()
        reader = self._reader(sight, found)
        there = [one for one in controls(self._blocks(found), reader) if one.element["type"] in HOLDS]
        return {
            next(iter(one.labels(reader)), one.action_id): ", ".join(reader.chosen(one.element, one.block))
            for one in there
        }
