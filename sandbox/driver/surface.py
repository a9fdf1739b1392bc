"""What messages, modals and Home have in common: text to read, buttons to press, menus to choose from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from sandbox.blockkit.blocks import elements_of, walk
from sandbox.blockkit.state import HOLDS
from sandbox.driver.actor import Actor
from sandbox.driver.controls import Button, Control, Menu, buttons, controls, listing, named
from sandbox.driver.entries import entered
from sandbox.driver.line import Line
from sandbox.driver.render import Reader
from sandbox.driver.sight import Sight, indented
from sandbox.driver.words import plainly

Json = dict[str, Any]
A = TypeVar("A")  # what comes back to who acts on the surface


class Picture:
    """A picture as a message shows it: what it says to those who cannot see it, and where it is."""

    def __init__(self, line: Line, image: Json) -> None:
        self._line = line
        self.alt: str = image["alt_text"]
        source = image.get("slack_file") or {}
        self.url: str | None = image.get("image_url") or source.get("url") or source.get("url_private")
        self.file_id: str | None = source.get("id")

    def read(self) -> bytes:
        """The picture itself, from the sandbox. Raises AssertionError when it is not there."""
        here = f"{self._line.address}/"
        if self.url is None and self.file_id is not None:
            return self._line.fetch(f"/files/{self.file_id}/picture")
        if self.url is None or not self.url.startswith(here):
            raise AssertionError(f"the picture {self.alt!r} is not in the sandbox but at {self.url}")
        return self._line.fetch(self.url.removeprefix(self._line.address))


class Surface(ABC, Generic[A]):
    """Something with blocks on it, seen by one person; every look is a fresh one."""

    def __init__(self, person: Actor[A]) -> None:
        self.person = person

    @abstractmethod
    def _find(self, sight: Sight) -> Json | None:
        """The message or view in a look, None when it is gone."""

    @abstractmethod
    def _text(self, sight: Sight, found: Json) -> str:
        """What there is to read on it."""

    @abstractmethod
    def _container(self) -> Json:
        """How the control API names this surface."""

    @abstractmethod
    def _what(self) -> str:
        """How an error names it to whoever drives."""

    def _reader(self, sight: Sight, found: Json) -> Reader:
        return sight.reader(found)

    @staticmethod
    def _blocks(found: Json) -> list[Json]:
        inner = [block for part in found.get("attachments") or [] for block in part.get("blocks") or []]
        return [*(found.get("blocks") or []), *inner]

    def _now(self) -> tuple[Sight, Json]:
        sight = self.person.look()
        found = self._find(sight)
        if found is None:
            raise AssertionError(
                f"{self._what()} is gone. {self.person.name} sees\n{indented(sight.transcript())}"
            )
        return sight, found

    @property
    def raw(self) -> Json:
        """The message or view as the sandbox gives it."""
        return self._now()[1]

    @property
    def gone(self) -> bool:
        """Whether it is no longer there."""
        return self._find(self.person.look()) is None

    @property
    def blocks(self) -> list[Json]:
        """The blocks as the app sent them."""
        return list(self.raw.get("blocks") or [])

    @property
    def text(self) -> str:
        """It as a person reads it."""
        sight, found = self._now()
        return self._text(sight, found)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in order."""
        sight, found = self._now()
        reader = self._reader(sight, found)
        return [reader.text(one.element.get("text")) for one in buttons(self._blocks(found), reader)]

    @property
    def images(self) -> list[Picture]:
        """Its pictures, in order."""
        found: list[Json] = []
        for block, _ in walk(self._blocks(self.raw)):
            inside = [block, *(element for element, _ in elements_of(block)), *(block.get("elements") or [])]
            found += [one for one in inside if one.get("type") == "image" and one not in found]
        return [Picture(self.person.line, image) for image in found]

    @property
    def image(self) -> Picture:
        """Its only or first picture. Raises AssertionError when there is none."""
        images = self.images
        if not images:
            raise AssertionError(f"{self._what()} shows no picture:\n{indented(self.text)}")
        return images[0]

    def reader(self) -> Reader:
        """A reader with the names and entries of this moment."""
        sight, found = self._now()
        return self._reader(sight, found)

    def wait(self, text: str) -> Self:
        """Wait until it says something. Raises AssertionError with what it says instead."""

        def says(sight: Sight) -> bool | None:
            found = self._find(sight)
            return True if found and plainly(text) in plainly(self._text(sight, found)) else None

        self.person.wait(says, f"{text!r} in {self._what()}")
        return self

    def button(self, label: str, *, near: str | None = None, nth: int | None = None) -> Button[A]:
        """A button by its label or action_id; waits until it is there.

        Where several carry the label, `near` takes the one beside a text, `nth` the one of that number, from
        0. Raises AssertionError that lists the buttons there are.
        """
        control = self._await(label, near, nth, buttons, "button")
        label = self.reader().text(control.element.get("text"))
        return Button(control, label, self.reader, partial(self.press, control, control.element.get("side")))

    def select(self, label: str, *, near: str | None = None, nth: int | None = None) -> Menu[A]:
        """Anything to choose in, by placeholder, text beside it, label or action_id; waits for it."""

        def choices(blocks: list[Json], reader: Reader) -> list[Control]:
            kinds = {*HOLDS, "overflow"}
            return [one for one in controls(blocks, reader) if one.element["type"] in kinds]

        control = self._await(label, near, nth, choices, "menu")
        return Menu(control, self.reader, partial(self.choose, control))

    def _await(
        self,
        label: str,
        near: str | None,
        nth: int | None,
        among: Callable[[list[Json], Reader], list[Control]],
        what: str,
    ) -> Control:
        def there(sight: Sight) -> list[Control] | None:
            found = self._find(sight)
            if found is None:
                return None
            reader = self._reader(sight, found)
            return named(label, among(self._blocks(found), reader), reader, near) or None

        matches = self.person.glance(there)
        if matches and nth is not None and nth < len(matches):
            return matches[nth]
        if matches and nth is None and len(matches) == 1:
            return matches[0]
        sight, found = self._now()
        reader = self._reader(sight, found)
        listed = listing(matches or among(self._blocks(found), reader), reader)
        says = (
            f"several are called {label!r}; say near= or nth=" if matches else f"there is no {what} {label!r}"
        )
        beside = f" near {near!r}" if near else ""
        raise AssertionError(
            f"in {self._what()}{beside} {says}. There is\n{listed}\nin\n{indented(self._text(sight, found))}"
        )

    def press(self, control: Control, value: Any = None) -> A:
        """Press a control and hand its value over."""
        body = {"container": self._container(), "block_id": control.block_id, "action_id": control.action_id}
        return self.person.act("press", body if value is None else {**body, "value": value})

    def choose(self, control: Control, value: Any) -> A:
        """Choose in a control what a person names."""
        return self.press(control, self._entered(control, value))

    def _entered(self, control: Control, value: Any) -> Any:
        def suggest(text: str) -> list[Json]:
            asked = {
                **self._asking(),
                "block_id": control.block_id,
                "action_id": control.action_id,
                "text": text,
            }
            said = self.person.post("suggest", asked)
            if said.get("error"):
                raise AssertionError(f"the app offered no options: {said.get('say') or said['error']}")
            grouped = [option for group in said.get("option_groups") or [] for option in group["options"]]
            return [*(said.get("options") or []), *grouped]

        if control.element["type"] == "file_input":
            several = value if isinstance(value, list | tuple) else [value]
            value = [
                self.person.upload(one) if isinstance(one, Path) else one
                for one in several
                if one is not None
            ]
        return entered(control.element, value, self.person.look(), suggest)

    def _asking(self) -> Json:
        container = self._container()
        return container if "view_id" in container else {"container": container}
