"""The programme's rules as written in ``config/*.toml``: frozen models, unknown keys refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.guidelines import checkins
from bot.guidelines.aliases import AliasRules
from bot.guidelines.checkins import CheckInRules, Survey
from bot.guidelines.concerns import ConcernRules
from bot.guidelines.programme import ProgrammeRules
from bot.guidelines.reading import read, version
from bot.guidelines.resources import ResourceRules


@dataclass(frozen=True)
class Guidelines:
    """Everything a programme configures, and the fingerprint that acts and results cite."""

    version: str
    programme: ProgrammeRules
    aliases: AliasRules
    resources: ResourceRules
    checkins: CheckInRules
    surveys: Mapping[str, Survey]
    concerns: ConcernRules


def load(folder: Path) -> Guidelines:
    """Read every file in ``folder``. Raises Misconfigured naming file, line, key and what would be right."""
    checkin_rules, surveys = checkins.load(folder)
    return Guidelines(
        checkins=checkin_rules,
        surveys=surveys,
        programme=read(folder / "programme.toml", ProgrammeRules),
        aliases=read(folder / "aliases.toml", AliasRules),
        resources=read(folder / "resources.toml", ResourceRules),
        concerns=read(folder / "guidelines.toml", ConcernRules),
        version=version([*folder.glob("*.toml"), *folder.glob("surveys/*.toml")]),
    )
