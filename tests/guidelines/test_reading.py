"""A config file with a fault is refused in a sentence that names file, line, key and what would be right."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from bot import guidelines
from bot.errors import Misconfigured
from bot.guidelines.reading import Rules, line_of, read, read_words
from tests.cast import REPOSITORY


class Inner(Rules):
    """A table."""

    wanted: int = Field(ge=1, le=5)
    name: str = "x"


class Named(Rules):
    """A table under a name of its own."""

    inner: Inner


class Outer(Rules):
    """A file with every shape our files have."""

    title: str = "t"
    table: Inner = Inner(wanted=1)
    rows: tuple[Inner, ...] = ()
    named: dict[str, Named] = Field(default_factory=dict)


def refusal(folder: Path, text: str) -> str:
    """Return what somebody reads who wrote ``text`` into a file."""
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        read(path, Outer)
    return str(refused.value).replace(str(path), "rules.toml")


@pytest.mark.parametrize(
    ("text", "line", "key", "right"),
    [
        ("title = 5", 1, "title", "string"),
        ("# hello\n\ntitel = 'x'", 3, "titel", "known are: named, rows, table, title"),
        ("[table]\nwanted = 9", 2, "table.wanted", "less than or equal to 5"),
        ("[table]\nwanted = 'many'", 2, "table.wanted", "integer"),
        ("title = 'x'\n[table]\nname = 'y'", 2, "table.wanted", "missing; add it"),
        ("[table]\nwanted = 1\nwnated = 2", 3, "table.wnated", "known are: name, wanted"),
        ("[[rows]]\nwanted = 1\n[[rows]]\nname = 'second'", 3, "rows.1.wanted", "missing; add it"),
        ("[[rows]]\nwanted = 1\n[[rows]]\nwanted = 0", 4, "rows.1.wanted", "greater than or equal to 1"),
        (
            "[[rows]]\nwanted = 1\n[[rows]]\nwanted = 1\nnmae = 'x'",
            5,
            "rows.1.nmae",
            "known are: name, wanted",
        ),
        ("rows = [\n  { wanted = 1 },\n  { wanted = 7 },\n]", 1, "rows.1.wanted", "less than or equal to 5"),
        ("table = { wanted = 1, more = 2 }", 1, "table.more", "known are: name, wanted"),
        ("[named.a.inner]\nwanted = 8", 2, "named.a.inner.wanted", "less than or equal to 5"),
        ("[named.a]\ninner = { wanted = 1 }\nother = 1", 3, "named.a.other", "known are: inner"),
        ("named.'a.b'.inner.wanted = 0", 1, "named.a.b.inner.wanted", "greater than or equal to 1"),
        ("[table]\nwanted = 1\nname = '''\n[rows]\nwanted = 3\n'''\nx = 1", 7, "table.x", "known are"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(
    tmp_path: Path, text: str, line: int, key: str, right: str
) -> None:
    """Unknown keys, wrong kinds, numbers out of bounds and missing keys, in tables and arrays of tables."""
    said = refusal(tmp_path, text)
    assert said.startswith(f"rules.toml:{line}: {key}: "), said
    assert right in said
    assert "\n" not in said


def test_several_faults_are_named_at_once(tmp_path: Path) -> None:
    """One line each, so that nobody mends one only to meet the next."""
    said = refusal(tmp_path, "titel = 'x'\n[table]\nwanted = 9\n[[rows]]\n")
    assert [line.split(": ")[:2] for line in sorted(said.splitlines())] == [
        ["rules.toml:1", "titel"],
        ["rules.toml:3", "table.wanted"],
        ["rules.toml:4", "rows.0.wanted"],
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title = \n", 1),
        ("title = 'x'\n[table\nwanted = 1", 2),
        ("a = 1\na = 2", 2),
        ("[[rows]]\nx = [1,", 2),
    ],
)
def test_what_is_no_toml_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    """A slip in the notation itself names the line as well."""
    said = refusal(tmp_path, text)
    assert said.startswith(f"rules.toml:{line}: this is not TOML: "), said


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    """A missing file and one in another encoding are refused in a sentence, not with a traceback."""
    with pytest.raises(Misconfigured, match=r"gone\.toml: cannot be read .*Copy config/gone\.toml"):
        read(tmp_path / "gone.toml", Outer)
    (tmp_path / "old.toml").write_bytes("title = 'Größe'".encode("latin-1"))
    with pytest.raises(Misconfigured, match=r"old\.toml: is not UTF-8"):
        read(tmp_path / "old.toml", Outer)
    with pytest.raises(Misconfigured, match=r"old\.toml: is not UTF-8"):
        read_words([tmp_path / "old.toml"])


FILES = sorted((REPOSITORY / "config").glob("*.toml")) + sorted(
    (REPOSITORY / "config/surveys").glob("*.toml")
)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_refuses_an_unknown_key(tmp_path: Path, file: Path) -> None:
    """Whatever file a slip is in, the sentence has the file, the line and the key."""
    folder = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", folder)
    copy = folder / file.relative_to(REPOSITORY / "config")
    text = copy.read_text(encoding="utf-8")
    first_table = text.index("\n[") + 1
    copy.write_text(f"{text[:first_table]}no_such_key = 1\n{text[first_table:]}", encoding="utf-8")
    line = text.count("\n", 0, first_table) + 1
    with pytest.raises(Misconfigured) as refused:
        guidelines.load(folder)
    assert str(refused.value).startswith(f"{copy}:{line}: no_such_key: this key is not known here; known are")


def test_the_shipped_files_are_right() -> None:
    """What is shipped can be read, and its fingerprint changes with any of its files."""
    assert len(guidelines.load(REPOSITORY / "config").version) == 12


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    """Acts and results cite a version that changes with every change of a rule."""
    folder = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", folder)
    before = guidelines.load(folder).version
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert guidelines.load(folder).version != before


@pytest.mark.parametrize("code", ["XX", "DE-ZZ", "Germany", "DE-BW-X"])
def test_holidays_nobody_knows_are_refused_at_the_start(tmp_path: Path, code: str) -> None:
    """A country without a calendar is a fault of the file, not of the first message months later."""
    folder = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", folder)
    path = folder / "programme.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('holidays = ""', f'holidays = "{code}"'), encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"programme\.toml:\d+: hours\.holidays: .*DE-BW"):
        guidelines.load(folder)


# A document written at random, with a note of the line on which each key came to stand.

NAMES = st.sampled_from(["a", "b", "c_d", "e-f", "'g.h'", '"i j"', '"k]"', "l1"])
VALUES = st.sampled_from(
    [
        "1",
        "-0.5",
        "true",
        "2027-03-01",
        "09:00:00",
        "2027-03-01T09:00:00Z",
        '""',
        '"a = 1 # [b]"',
        '"quoted \\" and [[a]]"',
        "'C:\\'",
        "[]",
        "[1, 2, 3]  # [a]",
        "{ a = 1, b = { c_d = 2 } }",
        '{ a = "]" }',
        '"""\n[a]\nb = 1\n"""',
        "'''\n[[a]]\nb = 1 \"\n'''",
        '"""\nwith "quotes"" inside\na = 1""""',
        "[\n  'a = 1', # b = 2 ]\n  \"[a]\",\n]",
        "[\n  [1, 2],\n  [3],\n]",
        "[\n  { a = 1 },\n  { a = 2 },\n]",
    ]
)
FILLINGS = st.sampled_from(["", "\n", "# a = 1\n", "  # [a]\n\n", "\t\n"])


def bare(name: str) -> str:
    """Return a key without its quotes."""
    return name.strip("'\"")


@dataclass
class Document:
    """Text as it grows, and the line of each path."""

    text: str = ""
    lines: dict[tuple[int | str, ...], int] = field(default_factory=dict)

    def write(self, piece: str, path: tuple[int | str, ...] | None = None) -> None:
        """Add ``piece``; what stands at ``path`` is on its first line."""
        if path is not None:
            self.lines[path] = self.text.count("\n") + 1
        self.text += piece


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Write keys, tables, and arrays of tables with tables and arrays inside them."""
    made = Document()

    def keys(at: tuple[int | str, ...]) -> None:
        for name in draw(st.lists(NAMES, max_size=3, unique_by=bare)):
            made.write(draw(FILLINGS))
            made.write(f"{draw(st.sampled_from(['', '  ']))}{name} = {draw(VALUES)}\n", (*at, bare(name)))

    keys(())
    for number in range(draw(st.integers(0, 3))):
        made.write(draw(FILLINGS))
        table = f"t{number}"
        if draw(st.booleans()):
            made.write(f"[{table}]\n", (table,))
            keys((table,))
            made.write(f"[{table}.in-side]\n", (table, "in-side"))
            keys((table, "in-side"))
            continue
        for place in range(draw(st.integers(1, 3))):
            made.write(f" [[ {table} ]] # [x]\n", (table, place))
            keys((table, place))
            for below in range(draw(st.integers(0, 2))):
                made.write(f"[[{table}.rows]]\n", (table, place, "rows", below))
                keys((table, place, "rows", below))
    return made


def at_path(table: Any, path: tuple[int | str, ...]) -> Any:
    """Return what a parsed document holds at ``path``."""
    for part in path:
        table = table[part]
    return table


@settings(deadline=None, max_examples=60)
@given(documents())
def test_every_key_is_found_on_its_line(made: Document) -> None:
    """Whatever stands around it, also text and lists that look like keys and headers."""
    parsed: Mapping[str, Any] = tomllib.loads(made.text)
    for path, line in made.lines.items():
        at_path(parsed, path)
        assert line_of(made.text, path) == line, (path, made.text)


@settings(deadline=None, max_examples=30)
@given(documents(), st.sampled_from(["missing", "x"]))
def test_a_missing_key_is_shown_at_the_table_it_lacks_in(made: Document, name: str) -> None:
    """For a key that is not there the line is that of its table."""
    for path, line in made.lines.items():
        assert line_of(made.text, (*path, name)) == line
    assert line_of(made.text, (name,)) == 1
