"""``checkins.toml`` and the surveys: what is refused at start, and in which words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.guidelines import checkins

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration."""
    shutil.copy(CONFIG / "checkins.toml", tmp_path)
    shutil.copytree(CONFIG / "surveys", tmp_path / "surveys")
    return tmp_path


def test_the_shipped_surveys_claim_nothing(folder: Path) -> None:
    """What is home-made says so, and every question that can be low has help that exists."""
    rules, surveys = checkins.load(folder)
    assert set(surveys) == {"quick", "in_depth"}
    for survey in surveys.values():
        assert not survey.wholly_validated
        assert survey.licence == "MIT"
        assert all(item.resource in rules.help for item in survey.items if item.low_at is not None)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("checkins.toml", "then_every = 60", "then_evry = 60", "checkins.toml:15: rhythm.mentor.then_evry"),
        ("checkins.toml", "fewest_people = 5", "fewest_people = 3", "greater than or equal to 5"),
        ("checkins.toml", "days = [14, 30, 60, 90]", "days = [14, 20, 60]", "more often than least_gap_days"),
        ("checkins.toml", "days = [14, 30, 60, 90]", "days = [30, 14]", "days must grow"),
        ("checkins.toml", "length_days = 70", "length_days = 70\ndays = [3]", "either length_days, or days"),
        ("checkins.toml", "length_days = 70", "", "give days, length_days or in_depth_months"),
        ("checkins.toml", "length_days = 70", "then_every = 30", "give days"),
        ("checkins.toml", "[rhythm.mentor]", "[rhythm.tutor]", "rhythm.tutor"),
        ("checkins.toml", "[rhythm.mentor]", "[rhythm.peer]", "[rhythm.mentor] is missing"),
        (
            "checkins.toml",
            "remind_after_working_days = 4",
            "remind_after_working_days = 9",
            "must be smaller",
        ),
        ("checkins.toml", "length_days = 70", 'length_days = 70\nsurvey = "long"', "no surveys/long.toml"),
        (
            "checkins.toml",
            "[help.meeting]",
            '[[pauses]]\nname = "x"\nfirst = 2027-02-02\nlast = 2027-02-01\n[help.meeting]',
            "last must not be before first",
        ),
        ("surveys/quick.toml", 'resource = "useful"', 'resource = "tea"', "there is no [help.tea]"),
        ("surveys/quick.toml", 'licence = "MIT"', 'licence = ""', "licence"),
        ("surveys/quick.toml", "validated = false", "validated = true", "needs a citation"),
        ("surveys/quick.toml", 'key = "met"', 'key = "share"', "no item may be called"),
        ("surveys/quick.toml", 'key = "met"', 'key = "useful"', "a key of its own"),
        ("surveys/quick.toml", 'low_at = "no"', 'low_at = "never"', "low_at must be one of"),
        ("surveys/quick.toml", 'low_at = "no"\n', "", "give low_at too"),
        ("surveys/quick.toml", '"Not useful", ', "", "a scale needs 5 labels"),
        ("surveys/quick.toml", 'kind = "yes_no"', 'kind = "choice"', "a choice needs 2 to 10"),
        ("surveys/quick.toml", 'kind = "yes_no"', 'kind = "yes_no"\nlabels = ["a"]', "takes no labels"),
        ("surveys/quick.toml", '"Not useful"', '""', "labels have 1 to 70"),
        ("surveys/quick.toml", 'key = "met"', 'key = "met"\nlicence = ""', "licence must be known"),
    ],
)
def test_a_mistake_is_named_with_its_file(folder: Path, file: str, old: str, new: str, says: str) -> None:
    """Each wrong value is refused at start; the sentence names the file and what would be right."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        checkins.load(folder)
    assert says in str(refused.value)
    assert Path(file).name in str(refused.value)


def test_a_missing_rhythm_follows_the_mentors(folder: Path) -> None:
    """Kinds nobody wrote a rhythm for are asked like mentor and mentee."""
    rules, _ = checkins.load(folder)
    assert rules.rhythm_of("peer") is rules.rhythm_of("mentor")
    assert rules.rhythm_of("rotation") is not rules.rhythm_of("mentor")
