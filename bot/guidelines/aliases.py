"""``config/aliases.toml``: other names of the same expertise, kept by the programme itself."""

from __future__ import annotations

from pydantic import Field

from bot.guidelines.reading import Rules


class Alias(Rules):
    """Names that mean the same; the first is the one shown."""

    names: tuple[str, ...] = Field(min_length=2)


class AliasRules(Rules):
    """The whole file."""

    alias: tuple[Alias, ...] = ()
