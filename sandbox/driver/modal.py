"""Modals and Home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from sandbox.blockkit.state import HOLDS
from sandbox.driver.answer import Answer, Result
from sandbox.driver.controls import Control, controls, listing, named
from sandbox.driver.render import PRESSED
from sandbox.driver.sight import Sight
from sandbox.driver.surface import Surface

if TYPE_CHECKING:
    from sandbox.driver.person import Person

Json = dict[str, Any]


class View(Surface):
    """A view of blocks that keeps what is entered in it."""

    def _text(self, sight: Sight, found: Json) -> str:
        return sight.view_text(found)

    def _view_id(self) -> str:
        raise NotImplementedError

    def _container(self) -> Json:
        return {"view_id": self._view_id()}

    def choose(self, control: Control, value: Any) -> Answer:
        """Choose in a control; a view keeps it."""
        if control.element["type"] in PRESSED:
            return super().choose(control, value)
        return self._enter(control, value)

    def _enter(self, control: Control, value: Any) -> Answer:
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


class Modal(View):
    """An open modal, by its view id; it follows updates."""

    def __init__(self, person: Person, view_id: str) -> None:
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


class Home(View):
    """The Home tab of an app."""

    def __init__(self, person: Person, app_id: str) -> None:
        super().__init__(person)
        self.app_id = app_id

    def _find(self, sight: Sight) -> Json | None:
        return sight.homes.get(self.app_id)

    def _view_id(self) -> str:
        return str(self.raw["id"])

    def _what(self) -> str:
        return "Home"
