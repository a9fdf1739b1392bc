"""The words people read: kept in ``config/texts/<language>/<noun>.toml``, never in code.

A key is ``noun.group.name``; the noun names the file. A text may be a table ``{one = …, other = …}``:
``n`` chooses. Values are escaped for Slack's mrkdwn, so that ``<!channel>`` typed into a form stays text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Misconfigured

DEFAULT_LANGUAGE = "en"


class Mrkdwn(str):
    """A value that already is Slack mrkdwn (a mention, a link we made) and must not be escaped again."""

    __slots__ = ()


def escape(text: str) -> str:
    """Return ``text`` with the three characters Slack gives a meaning written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MARKS = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_UNDERLINE_AT_AN_EDGE = re.compile(r"(?<!\w)_|_(?!\w)")


def within_marks(text: str) -> Mrkdwn:
    """Return typed text as it may stand between ``*`` or ``_`` of ours: escaped, on one line.

    Slack knows no escape for its marks, and one inside would end ours: they become signs that look alike.
    """
    flat = _UNDERLINE_AT_AN_EDGE.sub("\u02cd", " ".join(text.split())).translate(_MARKS)
    return Mrkdwn(escape(flat))


def unescape(text: str) -> str:
    """Return what was typed, where Slack wrote the three characters as entities (a command's text)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(slack_user_id: str) -> Mrkdwn:
    """Return the mrkdwn that Slack shows as a person's name."""
    return Mrkdwn(f"<@{slack_user_id}>")


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str) or (isinstance(value, Mapping) and set(value) == {"one", "other"}):
            yield key, value
        elif isinstance(value, Mapping):
            yield from _flatten(value, key)
        else:
            raise Misconfigured(f"{key}: a text is a string or a table of one and other, not {value!r}")


class Texts:
    """All texts of all languages, read once."""

    def __init__(self, by_language: Mapping[str, Mapping[str, str | Mapping[str, str]]]) -> None:
        self._by_language = by_language

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Read ``folder/<language>/<noun>.toml``. Raises Misconfigured naming file and fault."""
        languages: dict[str, dict[str, str | Mapping[str, str]]] = {}
        for path in sorted(folder.glob("*/*.toml")):
            try:
                table = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as fault:
                raise Misconfigured(f"{path}: {fault}") from fault
            languages.setdefault(path.parent.name, {}).update(_flatten(table, path.stem))
        if DEFAULT_LANGUAGE not in languages:
            raise Misconfigured(f"{folder}: no texts for {DEFAULT_LANGUAGE!r} found")
        return cls(languages)

    def keys(self, language: str = DEFAULT_LANGUAGE) -> set[str]:
        """Return every key of one language."""
        return set(self._by_language.get(language, {}))

    def say(self, language: str = DEFAULT_LANGUAGE) -> Say:
        """Return the texts as one reader sees them; an unknown language reads the default one."""
        return Say(self, language.split("-", maxsplit=1)[0])

    def raw(self, key: str, language: str, n: object = None) -> str:
        """Return the text before its blanks are filled. Raises KeyError for a key nobody wrote."""
        for table in (self._by_language.get(language, {}), self._by_language[DEFAULT_LANGUAGE]):
            if key in table:
                text = table[key]
                if isinstance(text, str):
                    return text
                return text["one" if n == 1 else "other"]
        raise KeyError(key)


@dataclass(frozen=True)
class Say:
    """Fills texts for one reader. Called for mrkdwn (values escaped); ``plain`` for plain_text objects."""

    texts: Texts
    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the text for mrkdwn. Raises KeyError for an unknown key or an unfilled blank."""
        safe = {
            name: value if isinstance(value, Mrkdwn | int | float) else escape(str(value))
            for name, value in values.items()
        }
        return self.texts.raw(key, self.language, values.get("n")).format_map(safe).strip()

    def plain(self, key: str, **values: object) -> str:
        """Return the text for a plain_text object, where Slack gives no character a meaning."""
        return self.texts.raw(key, self.language, values.get("n")).format_map(values).strip()
