"""The programme's rules as written in ``config/*.toml``: frozen models, unknown keys refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.guidelines import checkins
from bot.guidelines.agreements import AgreementRules
from bot.guidelines.aliases import AliasRules
from bot.guidelines.checkins import CheckInRules, Survey
from bot.guidelines.concerns import ConcernRules
from bot.guidelines.digests import DigestRules
from bot.guidelines.programme import ProgrammeRules
from bot.guidelines.reading import read, read_words, version
from bot.guidelines.resources import ResourceRules
from bot.guidelines.workspaces import WorkspaceRules


@dataclass(frozen=True)
class Guidelines:
    """Everything a programme configures, and the fingerprint that acts and results cite."""

    version: str
    agreements: AgreementRules
    programme: ProgrammeRules
    aliases: AliasRules
    resources: ResourceRules
    ordinary_words: frozenset[str]
    """Words of the language that are no slip of the pen for a term of expertise."""
    checkins: CheckInRules
    surveys: Mapping[str, Survey]
    concerns: ConcernRules
    digest: DigestRules
    workspaces: WorkspaceRules


FILES = frozenset(
    f"{name}.toml"
    for name in (
        "agreement",
        "aliases",
        "checkins",
        "digest",
        "guidelines",
        "programme",
        "resources",
        "workspaces",
    )
)
"""What is read at the top of the folder; beside it ``surveys/``, ``texts/`` and ``words/``."""


def unknown_files(folder: Path) -> list[Path]:
    """Return the TOML files at the top of ``folder`` that nothing reads, such as a misspelt one."""
    return sorted(path for path in folder.glob("*.toml") if path.name not in FILES)


def load(folder: Path) -> Guidelines:
    """Read every file in ``folder``. Raises Misconfigured naming file, line, key and what would be right."""
    checkin_rules, surveys = checkins.load(folder)
    return Guidelines(
        agreements=read(folder / "agreement.toml", AgreementRules),
        checkins=checkin_rules,
        surveys=surveys,
        programme=read(folder / "programme.toml", ProgrammeRules),
        aliases=read(folder / "aliases.toml", AliasRules),
        resources=read(folder / "resources.toml", ResourceRules),
        ordinary_words=read_words(folder.glob("words/*.txt")),
        concerns=read(folder / "guidelines.toml", ConcernRules),
        digest=read(folder / "digest.toml", DigestRules),
        workspaces=read(folder / "workspaces.toml", WorkspaceRules),
        version=version([*folder.glob("*.toml"), *folder.glob("surveys/*.toml")]),
    )
