"""Telling a story: headings, what each person newly sees, and what must be true for it to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sandbox.driver import Person
from story.stage import Stage

MOST_LINES = 60
PICTURES = {":seedling:": "🌱", ":warning:": "⚠️"}


class StoryBroke(Exception):  # noqa: N818 - says what happened to the story
    """Something that must be true in the story is not."""


@dataclass
class Narrator:
    """Prints the transcript. Every check is counted; the first that fails ends the story."""

    stage: Stage
    say: Callable[[str], None]
    brief: bool = False
    checks: int = 0
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, handle: str) -> Person:
        """Return somebody of the story; the same each time, so that their news are told once."""
        if handle not in self._people:
            self._people[handle] = self.stage.person(handle)
        return self._people[handle]

    def act(self, title: str) -> None:
        """Begin a part of the story."""
        self.say(f"\n{'═' * 100}\n{title}\n{'═' * 100}")

    def line(self, text: str) -> None:
        """Say what somebody does."""
        self.say(f"\n▸ {text}")

    def shows(self, *handles: str, home: bool = False) -> None:
        """Let the bot come to rest, then tell what each of these people newly sees.

        Home is renewed after every act, so it is told only with ``home``.
        """
        self.stage.settle()
        for handle in handles:
            person = self.person(handle)
            lines = person.news().splitlines()
            lines = lines if home else list(_without_home(lines))
            if lines:
                self.say(f"\n  {person.name} sees")
                self.tell(lines)

    def tell(self, lines: list[str]) -> None:
        """Say what somebody reads, line by line."""
        for text in _shortened(lines, self.brief):
            self.say(f"  │ {_drawn(text)}".rstrip())

    def quietly(self, *handles: str) -> None:
        """Let the bot come to rest and these people read their news without telling it."""
        self.stage.settle()
        for handle in handles:
            self.person(handle).news()

    def expect(self, fact: object, otherwise: str) -> None:
        """Go on only if ``fact`` is true. Raises StoryBroke with what is not."""
        self.checks += 1
        if not fact:
            raise StoryBroke(otherwise)

    def reads(self, handle: str, text: str) -> None:
        """Go on only if somebody sees ``text`` now. Raises StoryBroke with everything they see."""
        self.checks += 1
        try:
            self.person(handle).sees(text)
        except AssertionError as missing:
            raise StoryBroke(str(missing)) from None

    def reads_not(self, handle: str, text: str) -> None:
        """Go on only if somebody sees ``text`` nowhere. Raises StoryBroke with where they do."""
        self.checks += 1
        try:
            self.person(handle).does_not_see(text)
        except AssertionError as there:
            raise StoryBroke(str(there)) from None


def _drawn(text: str) -> str:
    """Return the text with Slack's names of pictures replaced by the pictures themselves."""
    for name, picture in PICTURES.items():
        text = text.replace(name, picture)
    return text


def _without_home(lines: list[str]) -> Iterator[str]:
    at_home = False
    for line in lines:
        if line.startswith("["):
            at_home = line.startswith("[Home]")
        if not at_home:
            yield line


def _shortened(lines: list[str], brief: bool) -> Iterable[str]:  # noqa: FBT001 - a private switch
    if not brief or len(lines) <= MOST_LINES:
        return lines
    return [*lines[:MOST_LINES], f"    … and {len(lines) - MOST_LINES} lines more"]
