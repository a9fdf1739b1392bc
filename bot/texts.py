"""The words people read: kept in ``config/texts/<language>/<noun>.toml``, never in code.

A key is ``noun.group.name``; the noun names the file. A text may be a table ``{one = …, other = …}``:
``n`` chooses. Values are escaped for Slack's mrkdwn, so that ``<!channel>`` typed into a form stays text.

The shipped English texts are the reference: a folder of one's own may leave texts out (the shipped ones are
used), but not have keys or blanks nobody knows, which are refused at start.
"""

from __future__ import annotations

import difflib
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from bot.errors import Misconfigured
from bot.settings import SHIPPED_CONFIG

DEFAULT_LANGUAGE = "en"
SHIPPED = SHIPPED_CONFIG / "texts"

Text = str | Mapping[str, str]

log = logging.getLogger(__name__)


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


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Text]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str) or (isinstance(value, Mapping) and set(value) == {"one", "other"}):
            yield key, value
        elif isinstance(value, Mapping):
            yield from _flatten(value, key)
        else:
            raise Misconfigured(f"{key}: a text is a string or a table of one and other, not {value!r}")


def _file(path: Path) -> dict[str, Text]:
    """Return the texts of one file by key. Raises Misconfigured naming file and fault."""
    try:
        texts = dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8")), path.stem))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, Misconfigured) as fault:
        raise Misconfigured(f"{path}: {fault}") from fault
    for key, text in texts.items():
        try:
            _blanks(text)
        except ValueError as fault:
            raise Misconfigured(f"{path}: {key}: {fault}") from None
    return texts


def _blanks(text: Text) -> set[str]:
    """Return the names of a text's blanks. Raises ValueError for braces that make none."""
    found = set()
    for part in [text] if isinstance(text, str) else [*text.values()]:
        for _, name, form, conversion in Formatter().parse(part):
            if name is None:
                continue
            if not name.isidentifier() or form or conversion:
                raise ValueError(
                    f"{{{name}}} is no blank. Write a name in braces, or {{{{ and }}}} for braces"
                )
            found.add(name)
    return found


def _wrong(path: Path, key: str, text: Text, shipped: Mapping[str, Text]) -> str | None:
    """Return what is wrong with a text of somebody's own beside the shipped ones; None if nothing is."""
    if key not in shipped:
        near = difflib.get_close_matches(key, shipped, n=1)
        return f"{path}: {key}: this key is not known{f'; is {near[0]} meant?' if near else ''}"
    known = _blanks(shipped[key]) | (set() if isinstance(shipped[key], str) else {"n"})
    for name in sorted(_blanks(text) - known):
        there_are = ", ".join(f"{{{one}}}" for one in sorted(known)) or "none"
        return f"{path}: {key}: the blank {{{name}}} is not known here; known are: {there_are}"
    return None


class _Filled(dict[str, object]):
    """Values for a text; a blank nobody fills stays as written, so that a text never breaks an act."""

    def __missing__(self, name: str) -> str:
        log.error("a text has the blank {%s}, which is not filled there", name)
        return f"{{{name}}}"


class Texts:
    """All texts of all languages, read once."""

    def __init__(self, by_language: Mapping[str, Mapping[str, Text]]) -> None:
        self._by_language = by_language

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Read ``folder/<language>/<noun>.toml``. Raises Misconfigured naming file, key and fault.

        English texts that another folder than the shipped one leaves out are the shipped ones.
        """
        languages: dict[str, dict[str, Text]] = {}
        is_shipped = folder.resolve() == SHIPPED.resolve()
        shipped: dict[str, Text] = {}
        for path in [] if is_shipped else sorted(SHIPPED.glob(f"{DEFAULT_LANGUAGE}/*.toml")):
            shipped.update(_file(path))
        faults = []
        for path in sorted(folder.glob("*/*.toml")):
            found = _file(path)
            if not is_shipped:
                faults += [fault for key in found if (fault := _wrong(path, key, found[key], shipped))]
            languages.setdefault(path.parent.name, {}).update(found)
        if faults:
            raise Misconfigured("\n".join(faults))
        if DEFAULT_LANGUAGE not in languages:
            raise Misconfigured(f"{folder}: no texts for {DEFAULT_LANGUAGE!r} found")
        return cls({**languages, DEFAULT_LANGUAGE: {**shipped, **languages[DEFAULT_LANGUAGE]}})

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
        """Return the text for mrkdwn. Raises KeyError for an unknown key; an unfilled blank stays."""
        safe = {
            name: value if isinstance(value, Mrkdwn | int | float) else escape(str(value))
            for name, value in values.items()
        }
        return self.texts.raw(key, self.language, values.get("n")).format_map(_Filled(safe)).strip()

    def plain(self, key: str, **values: object) -> str:
        """Return the text for a plain_text object, where Slack gives no character a meaning."""
        return self.texts.raw(key, self.language, values.get("n")).format_map(_Filled(values)).strip()
