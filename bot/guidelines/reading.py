"""Reading one config file into a frozen model, with errors that name file, key and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import Misconfigured


class Rules(BaseModel):
    """Base of every config model: frozen, and a key nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=Rules)

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")


def line_of(text: str, where: Sequence[int | str]) -> int:
    """Return the line (from 1) on which the key at ``where`` is written, or of the nearest table above it.

    ``where`` is a path as pydantic gives it: table names, and positions within arrays of tables.
    """
    best, depth = 1, 0
    current: list[int | str] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            name = header.group(2)
            current = []
            seen = ""
            for part in name.split("."):
                seen = f"{seen}.{part}".lstrip(".")
                current.append(part.strip("\"' "))
                if seen == name and header.group(1) == "[[":
                    counts[name] = counts.get(name, -1) + 1
                if seen in counts:
                    current.append(counts[seen])
            here = current
        elif "=" in line and not line.lstrip().startswith("#"):
            here = [*current, *(part.strip("\"' ") for part in line.split("=", 1)[0].strip().split("."))]
        else:
            continue
        common = 0
        while common < min(len(here), len(where)) and str(here[common]) == str(where[common]):
            common += 1
        if common > depth and common == len(here[: len(where)]):
            best, depth = number, common
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
        if not (isinstance(here, type) and issubclass(here, BaseModel)) or part not in here.model_fields:
            return set()
        here = here.model_fields[part].annotation
        for inner in getattr(here, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                here = inner
    if isinstance(here, type) and issubclass(here, BaseModel):
        return {field.alias or name for name, field in here.model_fields.items()}
    return set()


def read(path: Path, model: type[M]) -> M:
    """Read ``path`` as ``model``. Raises Misconfigured naming file, line, key and what would be right."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise Misconfigured(f"{path}: cannot be read ({fault.strerror}).") from fault
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Misconfigured(f"{path}: {fault}") from fault
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
    """Return the words of plain lists, one a line; a line that begins with ``#`` is a comment."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))


def version(paths: Sequence[Path]) -> str:
    """Return a short fingerprint of these files, which every act and result cites."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
