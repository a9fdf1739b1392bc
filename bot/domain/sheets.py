"""Reading a spreadsheet saved as CSV: by whatever program, with every fault named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

MOST_FAULTS = 50
MOST_BYTES = 50_000_000
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Fault:
    """Something wrong in a sheet: where (rows count from 1, the header's), and the text that says it."""

    row: int
    column: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class FaultySheet(Exception):  # noqa: N818 - says what the sheet is
    """A sheet that was not taken. Carries up to ``MOST_FAULTS`` faults and how many there are in all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.row)
        super().__init__(f"{len(ordered)} faults")
        self.faults = tuple(ordered[:MOST_FAULTS])
        self.count = len(ordered)


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not empty: its number as a spreadsheet shows it, and its cells by column."""

    row: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without white space around it; empty where the sheet has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A sheet's columns and its rows."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read(content: bytes) -> Sheet:
    """Return the sheet in the bytes of a file.

    Takes what spreadsheets write: commas, semicolons or tabs; any line ends; a byte order mark; Excel's
    ``sep=;``. Raises FaultySheet naming the row of what cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise FaultySheet([Fault(1, "", "imports.sheet.large", {"n": MOST_BYTES // 1_000_000})])
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    delimiter = max(DELIMITERS, key=first.count)
    skipped = 0
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == len("sep=;"):
        delimiter, text, skipped = first.strip()[-1], rest, 1
    rows = _rows(text, delimiter, skipped)
    if not rows:
        raise FaultySheet([Fault(1, "", "imports.sheet.empty")])
    columns = _columns(rows[0][1], rows[0][0])
    return Sheet(columns, _lines(columns, rows[1:]))


def refuse_unknown(sheet: Sheet, known: Sequence[str]) -> None:
    """Raise FaultySheet for columns that are not in ``known``: none is dropped in silence."""
    unknown = [column for column in sheet.columns if column not in known]
    if unknown:
        there = ", ".join(known)
        raise FaultySheet(
            [Fault(1, column, "imports.sheet.unknown_column", {"known": there}) for column in unknown]
        )


def require(sheet: Sheet, needed: Collection[str]) -> None:
    """Raise FaultySheet for columns that are missing."""
    missing = [column for column in needed if column not in sheet.columns]
    if missing:
        raise FaultySheet([Fault(1, column, "imports.sheet.missing_column") for column in missing])


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        row = content.count(b"\n", 0, fault.start) + 1
        raise FaultySheet([Fault(row, "", "imports.sheet.encoding")]) from fault
    if "\0" in text:
        raise FaultySheet([Fault(text.count("\n", 0, text.index("\0")) + 1, "", "imports.sheet.no_text")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, delimiter: str, skipped: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = skipped
    try:
        for number, cells in enumerate(reader, start=skipped + 1):
            if any(cell.strip() for cell in cells):
                rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as fault:
        raise FaultySheet([Fault(number + 1, "", "imports.sheet.quotes")]) from fault
    return rows


def _columns(cells: Sequence[str], row: int) -> tuple[str, ...]:
    columns = [cell.casefold().replace(" ", "_").replace("-", "_") for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    faults = [
        Fault(row, column, "imports.sheet.twice" if column else "imports.sheet.unnamed")
        for place, column in enumerate(columns)
        if not column or column in columns[:place]
    ]
    if faults:
        raise FaultySheet(faults)
    return tuple(columns)


def _lines(columns: tuple[str, ...], rows: Sequence[tuple[int, list[str]]]) -> tuple[Line, ...]:
    faults, lines = [], []
    for number, cells in rows:
        if any(cells[len(columns) :]):
            faults.append(Fault(number, "", "imports.sheet.wide", {"n": len(columns)}))
        lines.append(Line(number, dict(zip(columns, cells, strict=False))))
    if faults:
        raise FaultySheet(faults)
    return tuple(lines)
