"""The house keeps its shape: imports go downward, one noun has one name, nothing happens at import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.cast import REPOSITORY

LAYERS = (
    {"bot.errors", "bot.clock", "bot.ids", "bot.manifest", "bot.wire"},
    {"bot.texts", "bot.settings", "bot.slack", "bot.computing"},
    {"bot.guidelines"},
    {"bot.store", "bot.logs"},
    {"bot.domain"},
    {"bot.tokens"},
    {"bot.deps"},
    {"bot.views", "bot.pictures"},
    {"bot.jobs"},
    {"bot.handlers"},
    {"bot.wiring"},
    {"bot.listening"},
    {"bot.engine"},
    {"bot.running"},
    {"bot.web"},
    {"bot.commands"},
    {"bot.cli", "bot.__main__"},
)
"""From the bottom up. A module imports only its own layer and those below."""

NOUN_LAYERS = ("domain", "store", "views", "handlers", "jobs")
OURS = ("bot", "sandbox", "story")
FORBIDDEN_NAMES = {"services", "utils", "helpers", "managers", "util", "helper", "manager", "misc", "common"}
LONGEST_FILE = 330


@cache
def modules(package: str) -> tuple[tuple[str, Path, ast.Module], ...]:
    """Return each module of a package, read once: its dotted name, its path and its syntax tree."""
    found = []
    for path in sorted((REPOSITORY / package).rglob("*.py")):
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        found.append((name, path, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def imported(tree: ast.Module) -> Iterator[str]:
    """Give the dotted name of everything a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_between(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return for each module, by name, which of the others it imports, for the type checker only or at all.

    A name taken from a package counts as an import of its `__init__`; a module taken from it counts as that
    module alone, though Python runs the `__init__` before it: there a package may list what it is made of.
    """
    found: dict[str, set[str]] = {}
    for name, tree in trees.items():
        found[name] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found[name].update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name} imports by dots: write the module's whole name"
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                found[name].update(one if one in trees else str(node.module) for one in whole)
        found[name] &= trees.keys()
    return found


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Return one circle of imports, from a module back to itself; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def layer_of(name: str) -> int:
    """Return the number of a module's layer, counted from the bottom."""
    for number, layer in enumerate(LAYERS):
        if any(name == top or name.startswith(f"{top}.") for top in layer):
            return number
    raise AssertionError(f"{name} has no layer: add it to LAYERS where it belongs")


def test_imports_go_downward() -> None:
    """No module of the bot imports from a layer above its own."""
    wrong = [
        f"{name} imports {other}"
        for name, _, tree in modules("bot")
        if name != "bot"
        for other in imported(tree)
        if other.startswith("bot.") and other != "bot" and layer_of(other) > layer_of(name)
    ]
    assert wrong == []


def test_no_imports_go_in_a_circle() -> None:
    """Any module can be read, and typed, after those it stands on: TYPE_CHECKING hides no circle."""
    imports = imports_between({name: tree for package in OURS for name, _, tree in modules(package)})
    assert {"sandbox.driver.answer", "bot.domain", "story.stage"} <= imports.keys()
    assert circle(imports) == []


def test_a_circle_under_type_checking_is_found() -> None:
    """The check above sees a circle that exists for the type checker only, or leads through a package."""
    hidden = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.door import Door"
    door = ast.parse("from house.wall import Wall")
    listed = ast.parse("from house.door import Door\nfrom house.wall import Wall")
    typed = {"house": listed, "house.door": door, "house.wall": ast.parse(hidden)}
    assert circle(imports_between(typed)) in (
        ["house.door", "house.wall", "house.door"],
        ["house.wall", "house.door", "house.wall"],
    )
    assert circle(imports_between(typed | {"house.wall": ast.parse("from house import Door")})) != []
    assert circle(imports_between(typed | {"house.wall": ast.parse("import ast")})) == []
    beside = typed | {"house.door": ast.parse("from house import wall"), "house.wall": ast.parse("")}
    assert circle(imports_between(beside)) == []


def test_the_pages_scripts_do_not_import_in_a_circle() -> None:
    """What the browser loads stands in layers as well."""
    root = REPOSITORY / "sandbox/page/js"
    source = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];""", re.MULTILINE)
    imports = {
        str(path): {str((path.parent / one).resolve()) for one in source.findall(path.read_text("utf-8"))}
        for path in sorted(root.resolve().rglob("*.js"))
    }
    blocks = root.resolve() / "blocks"
    assert str(blocks / "cards.js") in imports[str(blocks / "index.js")]
    assert set().union(*imports.values()) <= imports.keys()
    assert circle(imports) == []


def test_bot_and_sandbox_do_not_know_each_other() -> None:
    """The bot never imports the local Slack, which knows no mentorship; only the story knows both."""
    for package, foreign in (("bot", ("sandbox", "story", "tests")), ("sandbox", ("bot", "story", "tests"))):
        for name, _, tree in modules(package):
            wrong = [other for other in imported(tree) if other.split(".")[0] in foreign]
            assert wrong == [], f"{name} imports {wrong}"


def test_domain_knows_no_slack_no_view_and_no_wall_clock() -> None:
    """The rules can be read and tested without Slack."""
    for name, path, tree in modules("bot/domain"):
        wrong = [other for other in imported(tree) if other.startswith(("slack", "bot.views", "bot.texts"))]
        assert wrong == [], f"{name} imports {wrong}"
        assert "datetime.now(" not in path.read_text(encoding="utf-8"), name


def test_only_the_clock_asks_the_time() -> None:
    """Every other module is given the time."""
    asking = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    wrong = [
        name
        for name, path, _ in modules("bot")
        if name != "bot.clock" and asking.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def nouns() -> set[str]:
    """Return the nouns: what a handler module is called, and what a job module is called."""
    skipped = {"__init__", "calls", "forms"}
    return {path.stem for path in (REPOSITORY / "bot/handlers").iterdir()} - skipped - {"__pycache__"}


def test_one_noun_has_one_name_in_every_layer() -> None:
    """What a handler calls, its rules and its views stand under the handler's name."""
    for noun in sorted(nouns()):
        called = {
            other
            for name, _, tree in modules("bot/handlers")
            if name == f"bot.handlers.{noun}" or name.startswith(f"bot.handlers.{noun}.")
            for other in imported(tree)
        }
        for layer in ("domain", "views"):
            if not any(other.startswith(f"bot.{layer}.") for other in called):
                continue  # what only listens to Slack shows nothing
            folder = REPOSITORY / "bot" / layer
            assert (folder / f"{noun}.py").exists() or (folder / noun).is_dir(), f"{noun} has no {layer}"


@pytest.mark.parametrize("package", OURS)
def test_names_say_the_domain(package: str) -> None:
    """No folder or module is called services, utils, helpers or managers."""
    for name, _, _ in modules(package):
        assert not FORBIDDEN_NAMES & set(name.split(".")), name


@pytest.mark.parametrize("package", OURS)
def test_no_file_grows_past_reading(package: str) -> None:
    """A file above some three hundred lines wants to be a package."""
    long = {
        name: lines
        for name, path, _ in modules(package)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
        and "migrations.versions" not in name
    }
    assert long == {}


@pytest.mark.parametrize("package", OURS)
def test_imports_stand_at_the_top(package: str) -> None:
    """No function imports: a cycle would be mended by moving code, not by hiding the import."""
    for name, _, tree in modules(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert inside == [], f"{name}.{node.name} imports inside"


@pytest.mark.parametrize("package", ["bot", "story"])
def test_importing_does_nothing(package: str) -> None:
    """At the top of a module stand definitions, constants and imports; no bare call."""
    allowed = {"bot.store.migrations.env"}  # Alembic runs that file as a script
    for name, _, tree in modules(package):
        if name in allowed or name.endswith("__main__"):
            continue
        calls = [n for n in tree.body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
        assert calls == [], f"{name} calls something on import"


def test_the_top_level_holds_what_was_given() -> None:
    """Whoever comes from elsewhere finds packages, config and papers where they are agreed to be."""
    given = (
        "bot/handlers",
        "bot/jobs",
        "bot/store",
        "config",
        "tests",
        "sandbox",
        "story",
        "benchmarks",
        "docs/adr",
    )
    assert [name for name in given if not (REPOSITORY / name).is_dir()] == []
    files = (
        "pyproject.toml",
        "Procfile",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
    )
    assert [name for name in (*files, ".ci/run") if not (REPOSITORY / name).is_file()] == []


def test_the_locks_carry_no_address() -> None:
    """Names, versions and hashes: a clone installs wherever its package index is."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (REPOSITORY / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|file:|--index-url|--find-links", text), lock
