"""``config/agreement.toml``: what is shipped holds what an agreement needs; faults are named by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.guidelines.agreements import RELATIONSHIP_KINDS, AgreementRules
from bot.guidelines.reading import read
from bot.store.relationships import Kind
from tests.cast import REPOSITORY

SHIPPED = REPOSITORY / "config" / "agreement.toml"


def test_shipped_clauses_are_of_pleasant_length() -> None:
    """A mentee fills in about a dozen fields, most of them filled already; research adds three."""
    rules = read(SHIPPED, AgreementRules)
    mentor = [clause for clause in rules.for_kind("mentor") if clause.kind != "fixed"]
    assert len(mentor) <= 12
    assert [c.key for c in mentor if c.default is None and not c.optional] == ["goals", "steps"]
    advisor = {clause.key for clause in rules.for_kind("advisor")}
    assert advisor - {clause.key for clause in rules.for_kind("mentor")} == {
        "authorship",
        "working_hours",
        "data",
    }


def test_every_kind_of_relationship_has_its_clauses() -> None:
    """The words for kinds in the config are those of the store, and each kind has a form."""
    assert set(RELATIONSHIP_KINDS) == {str(kind) for kind in Kind}
    rules = read(SHIPPED, AgreementRules)
    assert all(rules.for_kind(kind) for kind in RELATIONSHIP_KINDS)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("remind_after_working_days = 5", "remind_after = 5", "not known here; known are"),
        ('months_from = "duration"', 'months_from = "goals"', "must be the key of a number clause"),
        ("notice_days = [30, 7]", "notice_days = [30, 30]", "different whole numbers"),
        ('section = "work"', 'section = "works"', "section must be one of: ahead, meeting"),
        ('key = "goals"', 'key = "steps"', "two clauses have the key steps"),
        ('default = "two_weeks"', 'default = "fortnight"', "default must be the key of an option: week,"),
        ("default = 45", "default = 5", "default must be a number from 15 to 240"),
        ('kind = "fixed"', 'kind = "text"', "only a fixed clause has words"),
        ('unit = "months"', 'unit = "months"\noptional = true', "a number cannot be left out"),
        ('kinds = ["advisor", "co-advisor", "rotation"]', 'kinds = ["boss"]', "mentor"),
        ("[signing]", "[signing", "agreement.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A bad file is refused with its name, the line and what would be right."""
    path = tmp_path / "agreement.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"agreement\.toml") as refused:
        read(path, AgreementRules)
    assert says in str(refused.value)
