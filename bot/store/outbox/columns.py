"""Columns of the outbox that read whatever stands in them: one bad row must not stop those beside it.

A newer release may have written it, or a hand. Who reads it decides what becomes of that row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import JSON, Dialect, String, TypeDecorator
from sqlalchemy.sql.operators import OperatorType

PARTS = "parts"
"""Where the ids of a row that carries several things hold the ids of each, as JSON."""

W = TypeVar("W", bound=StrEnum)


class Unreadable(dict[str, str]):
    """The ids of a row whose content cannot be read: there are none."""


def is_readable(ids: Mapping[str, str]) -> bool:
    """Tell whether these ids are what was recorded, not what stands in for something that cannot be read."""
    return not isinstance(ids, Unreadable)


def is_known(word: StrEnum) -> bool:
    """Tell whether a word that was read is one this release knows."""
    return word in type(word).__members__.values()


def foreign(words: type[W], value: str) -> W:
    """Return a word that is none of ``words`` as one of them: it equals none and keeps its own value."""
    made = str.__new__(words, value)
    made._name_, made._value_ = value, value
    return made


class Word(TypeDecorator[StrEnum]):
    """One of a set of words that grows from release to release; one not known yet is kept as it is."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Return the bare word."""
        return value.value if isinstance(value, StrEnum) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Return the word, as one of the set in any case."""
        if value is None:
            return None
        known = self.words._value2member_map_.get(value)
        return cast("StrEnum", known) if known is not None else foreign(self.words, str(value))


class Ids(TypeDecorator[dict[str, str]]):
    """A mapping of words to words as JSON; what is none is read as ``Unreadable``."""

    impl = JSON
    cache_ok = True

    def coerce_compared_value(self, op: OperatorType | None, value: object) -> Any:
        """Return the type of what is looked up in it: JSON knows."""
        return cast("JSON", self.impl_instance).coerce_compared_value(op, value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return how an answer becomes a mapping."""
        process = super().result_processor(dialect, coltype)

        def read(value: object) -> dict[str, str]:
            try:
                found = value if process is None else process(value)
                return cast("dict[str, str]", found) if _is_whole(found) else Unreadable()
            except (ValueError, TypeError, RecursionError):
                return Unreadable()

        return read


def _is_whole(found: object) -> bool:
    """Tell whether it is a mapping of words, and its parts, if it has any, are such mappings."""
    if not _is_mapping(found):
        return False
    parts = cast("dict[str, str]", found).get(PARTS)
    if parts is None:
        return True
    several = json.loads(parts)
    return isinstance(several, list) and bool(several) and all(_is_mapping(part) for part in several)


def _is_mapping(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
