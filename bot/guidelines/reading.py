"""Reading one config file into a frozen model, with errors that name file, key and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import Misconfigured


class Rules(BaseModel):
    """Base of every config model: frozen, and a key nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=Rules)

_PART = re.compile(r"""\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))\s*""")
_PIECE = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|"(?:[^"\\\n]|\\.)*"'''
    r"""|'''.*?'{3,5}|'[^'\n]*'"""
    r"""|#[^\n]*|[\[{]|[\]}]|\n|[^"'#\[\]{}\n]+""",
    re.DOTALL,
)
_LINE_OF_FAULT = re.compile(r" \(at line (\d+), column \d+\)$")


def _dotted(text: str, at: int) -> tuple[list[str], int]:
    """Return the parts of the dotted key that begins at ``at``, and where it ends."""
    parts = []
    while (found := _PART.match(text, at)) is not None:
        parts.append(next(part for part in found.groups() if part is not None))
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return parts, at


def _after_value(text: str, at: int) -> int:
    """Return where the value that begins at ``at`` has ended: at the end of a line, outside every bracket."""
    depth = 0
    while at < len(text) and (found := _PIECE.match(text, at)) is not None:
        piece = found.group()
        depth += (piece in {"[", "{"}) - (piece in {"]", "}"})
        at = found.end()
        if piece == "\n" and depth == 0:
            break
    return at


def _keys_by_line(text: str) -> Iterator[tuple[int, list[int | str]]]:
    """Give each header and each key of a valid TOML document: its line (from 1) and its whole path."""
    table: list[int | str] = []
    counts: dict[tuple[int | str, ...], int] = {}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        line = text.count("\n", 0, at) + 1
        if text[at] == "#":
            at = _after_value(text, at)
        elif text[at] == "[":
            is_array = text.startswith("[[", at)
            parts, at = _dotted(text, at + 1 + is_array)
            table = []
            for number, part in enumerate(parts, start=1):
                table.append(part)
                if is_array and number == len(parts):
                    counts[*table,] = counts.get((*table,), -1) + 1
                if (*table,) in counts:
                    table.append(counts[*table,])
            at = _after_value(text, at + 1 + is_array)
            yield line, list(table)
        else:
            parts, at = _dotted(text, at)
            yield line, [*table, *parts]
            at = _after_value(text, at + 1)


def line_of(text: str, where: Sequence[int | str]) -> int:
    """Return the line (from 1) on which the key at ``where`` is written, or of the nearest table above it.

    ``text`` is a valid TOML document; ``where`` is a path as pydantic gives it: names of tables and keys, and
    positions within arrays of tables.
    """
    best, depth = 1, 0
    for line, here in _keys_by_line(text):
        common = 0
        while common < min(len(here), len(where)) and str(here[common]) == str(where[common]):
            common += 1
        if common > depth and common == min(len(here), len(where)):
            best, depth = line, common
    return best


def _what_would_be_right(kind: str, message: str, model: type[Rules], where: Sequence[int | str]) -> str:
    if kind == "extra_forbidden":
        known = ", ".join(sorted(_known_keys(model, where[:-1])))
        return f"this key is not known here; known are: {known}" if known else "this key is not known here"
    if kind == "missing":
        return "this key is missing; add it"
    return message[0].lower() + message[1:]


def _known_keys(model: type[Rules], where: Sequence[int | str]) -> set[str]:
    """Return the keys a table at ``where`` may have; empty where the path leaves the models."""
    here: object = model
    for part in where:
        if isinstance(part, int):
            continue
        if get_origin(here) in {dict, Mapping}:
            here = get_args(here)[1]
            continue
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            return set()
        field = next((f for name, f in here.model_fields.items() if part in {name, f.alias}), None)
        if field is None:
            return set()
        here = field.annotation
        for inner in get_args(here):
            if (
                isinstance(inner, type)
                and issubclass(inner, BaseModel)
                and get_origin(here) not in {dict, Mapping}
            ):
                here = inner
                break
    if isinstance(here, type) and issubclass(here, BaseModel):
        return {field.alias or name for name, field in here.model_fields.items()}
    return set()


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        shipped = f"config/{path.name}"
        raise Misconfigured(
            f"{path}: cannot be read ({fault.strerror}). Copy {shipped} of this release there and edit it."
        ) from fault
    except OSError as fault:
        raise Misconfigured(f"{path}: cannot be read ({fault.strerror}).") from fault
    except UnicodeDecodeError as fault:
        raise Misconfigured(f"{path}: is not UTF-8 (byte {fault.start}). Save it as UTF-8.") from fault


def _not_toml(path: Path, text: str, fault: str) -> str:
    """Return what is wrong with a file that is no TOML, and on which line."""
    place = _LINE_OF_FAULT.search(fault)
    line = int(place.group(1)) if place else max(1, len(text.splitlines()))
    what = _LINE_OF_FAULT.sub("", fault).removesuffix(" (at end of document)")
    return f"{path}:{line}: this is not TOML: {what[0].lower()}{what[1:]}"


def read(path: Path, model: type[M]) -> M:
    """Read ``path`` as ``model``. Raises Misconfigured naming file, line, key and what would be right."""
    text = _text_of(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Misconfigured(_not_toml(path, text, str(fault))) from fault
    try:
        return model.model_validate(table)
    except ValidationError as fault:
        lines = []
        for error in fault.errors():
            where = error["loc"]
            key = ".".join(str(part) for part in where) or "the file"
            right = _what_would_be_right(error["type"], error["msg"], model, where)
            lines.append(f"{path}:{line_of(text, where)}: {key}: {right}")
        raise Misconfigured("\n".join(lines)) from fault


def read_words(paths: Iterable[Path]) -> frozenset[str]:
    """Return the words of plain lists, one a line; a line that begins with ``#`` is a comment.

    Raises Misconfigured for a file that cannot be read.
    """
    lines = (line for path in paths for line in _text_of(path).splitlines())
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))


def version(paths: Sequence[Path]) -> str:
    """Return a short fingerprint of these files, which every act and result cites."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
