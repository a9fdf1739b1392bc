"""The page of operations knows every setting, figure, address and command there is."""

from __future__ import annotations

from pydantic import AliasChoices

from bot.cli import COMMANDS
from bot.settings import Settings
from bot.web.figures import COUNTED
from tests.cast import REPOSITORY
from tests.commands.terminal import SETTINGS

PAGE = (REPOSITORY / "docs" / "operating.md").read_text(encoding="utf-8")
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def variables() -> set[str]:
    """Return every variable of the environment the bot reads."""
    found: set[str] = set()
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        found |= {str(one) for one in alias.choices} if isinstance(alias, AliasChoices) else {str(alias)}
    return found


def test_every_setting_is_explained() -> None:
    """Nobody has to read code to learn what can be set; and no test inherits one from its surroundings."""
    assert sorted(name for name in variables() if f"`{name}`" not in PAGE) == []
    assert sorted(variables() - set(SETTINGS)) == []


def test_every_count_is_explained() -> None:
    """Each figure about delivery stands in the table, in full or by its end."""
    assert [name for name, _ in COUNTED.values() if f"_{name.split('_', 1)[-1]}_total" not in PAGE] == []


def test_every_command_is_named() -> None:
    """In the page of operations or in the README."""
    assert [name for name in COMMANDS if name not in PAGE and name not in README] == []
