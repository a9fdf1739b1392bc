"""What can be pressed or chosen on a message, a modal or Home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sandbox.blockkit.blocks import elements_of, walk
from sandbox.blockkit.state import HOLDS
from sandbox.driver.render import PRESSED, Reader
from sandbox.driver.words import key, plainly

Json = dict[str, Any]
A = TypeVar("A")  # what comes back to who presses or chooses


@dataclass(frozen=True)
class Control:
    """An element where it stands: its block, and what is written next to it."""

    block: Json
    element: Json
    beside: str

    @property
    def block_id(self) -> str:
        """The id of its block."""
        return str(self.block.get("block_id", ""))

    @property
    def action_id(self) -> str:
        """Its own id."""
        return str(self.element.get("action_id", ""))

    def labels(self, reader: Reader) -> list[str]:
        """What a person would call it, most telling first."""
        texts = (self.block.get("label"), self.element.get("text"), self.element.get("placeholder"))
        labels = [reader.text(text) for text in texts]
        labels.append(str(self.element.get("accessibility_label", "")))
        if self.block.get("type") == "section":
            labels.append(reader.text(self.block.get("text")))
        return [label for label in labels if label]


def controls(blocks: list[Json], reader: Reader) -> list[Control]:
    """Every interactive element, with the text since the one before it (that is what it is about)."""
    found: list[Control] = []
    since: list[str] = []
    for block, _ in walk(blocks):
        inside = [element for element, _ in elements_of(block) if element["type"] != "image"]
        if block.get("type") != "actions":
            since.append(reader.block(block))
        if inside:
            beside = "\n".join(since)
            found += [Control(block, element, beside) for element in inside]
            since = []
    return found


def buttons(blocks: list[Json], reader: Reader) -> list[Control]:
    """The buttons among the controls; each side of feedback buttons counts as one."""
    return [
        Control(one.block, pressed, one.beside)
        for one in controls(blocks, reader)
        if one.element["type"] in PRESSED - {"overflow"}
        for pressed in _sides(one.element)
    ]


def _sides(element: Json) -> Iterator[Json]:
    if element["type"] != "feedback_buttons":
        yield element
        return
    for side in ("positive", "negative"):
        yield {
            **element[f"{side}_button"],
            "type": element["type"],
            "action_id": element.get("action_id"),
            "side": side,
        }


def named(wanted: str, there: list[Control], reader: Reader, near: str | None = None) -> list[Control]:
    """The controls a name can mean: equal ids or labels first, otherwise labels that contain it as words."""
    near_enough = [one for one in there if near is None or plainly(near) in plainly(one.beside)]
    slug = key(wanted)
    exact = [
        one
        for one in near_enough
        if wanted in {one.action_id, one.block_id}
        or plainly(wanted) in {plainly(label) for label in one.labels(reader)}
        or slug in {key(name) for name in (*one.labels(reader), one.action_id, one.block_id)}
    ]
    if exact or not slug:
        return exact
    return [
        one for one in near_enough if any(f"_{slug}_" in f"_{key(label)}_" for label in one.labels(reader))
    ]


def listing(there: list[Control], reader: Reader) -> str:
    """The controls as a list to put into an error."""
    lines = []
    for one in there:
        label = next(iter(one.labels(reader)), "") or one.action_id
        about = plainly(one.beside)[:60]
        lines.append(f"  [{label}] ({one.element['type']} {one.action_id}) next to “{about}”")
    return "\n".join(lines) or "  nothing"


class Button(Generic[A]):
    """A button as a person sees it; `reader` reads with the names of the moment, `press` presses it."""

    def __init__(
        self, control: Control, label: str, reader: Callable[[], Reader], press: Callable[[], A]
    ) -> None:
        self._control = control
        self._reader = reader
        self._press = press
        self.label = label

    def __repr__(self) -> str:
        return f"[{self.label}]"

    @property
    def element(self) -> Json:
        """The element as the app sent it."""
        return self._control.element

    @property
    def url(self) -> str | None:
        """The address it opens, if it opens one."""
        return self.element.get("url")

    @property
    def style(self) -> str | None:
        """Its style, "primary" or "danger"; None for a plain one."""
        return self.element.get("style")

    @property
    def asks(self) -> str | None:
        """The confirmation it shows before anything is sent, as text; None where it asks nothing."""
        confirm = self.element.get("confirm")
        if confirm is None:
            return None
        reader = self._reader()
        return "\n".join(reader.text(confirm[part]) for part in ("title", "text", "confirm", "deny"))

    def click(self) -> A:
        """Press it, saying yes to what it asks."""
        return self._press()

    def back_out(self) -> str:
        """Press it and say no to what it asks: nothing is sent. Gives what it asked.

        Raises AssertionError when it asks nothing.
        """
        if self.asks is None:
            raise AssertionError(f"[{self.label}] asks nothing before it acts")
        return self.asks


class Menu(Generic[A]):
    """Anything on a surface in which one chooses: menus, pickers, checkboxes, radio buttons, overflows.

    `reader` reads with the names and entries of the moment; `choose` takes what a person names.
    """

    def __init__(self, control: Control, reader: Callable[[], Reader], choose: Callable[[Any], A]) -> None:
        self._control = control
        self._reader = reader
        self._choose = choose

    @property
    def options(self) -> list[str]:
        """The labels of the options it lists."""
        reader = self._reader()
        element = self._control.element
        grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
        return [reader.text(option["text"]) for option in [*element.get("options", []), *grouped]]

    @property
    def chosen(self) -> list[str]:
        """What is chosen now, as labels and names."""
        return self._reader().chosen(self._control.element, self._control.block)

    def choose(self, *what: Any) -> A:
        """Choose by label, value or name; several for a menu of many, none to clear it."""
        many = HOLDS.get(self._control.element["type"], "").endswith("s")
        value: Any = list(what) if many else (what[0] if what else None)
        return self._choose(value)
