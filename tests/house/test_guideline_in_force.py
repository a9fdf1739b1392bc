"""Whatever a case does follows the guideline in force, and says which one that was."""

from __future__ import annotations

from tests.house.test_layers import modules


def test_rules_on_concerns_are_asked_for_in_one_place() -> None:
    """Leads may change settings from Slack: no rule reads the file's past what they changed."""
    reading = [
        name
        for name, path, _ in modules("bot/domain")
        if "rules.concerns" in path.read_text(encoding="utf-8")
    ]
    assert reading == ["bot.domain.concerns.guideline"]


def test_every_act_on_a_case_cites_the_guideline_in_force() -> None:
    """Acts on a case are recorded where the version of the guideline is put to them, nowhere else."""
    for name, path, _ in modules("bot/domain/concerns"):
        text = path.read_text(encoding="utf-8")
        assert "step.record" not in text, name
        assert name.endswith(".recording") or "acts.record" not in text, name
