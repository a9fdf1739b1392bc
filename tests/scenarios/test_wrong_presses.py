"""Buttons pressed by the wrong person, or about nothing."""

from __future__ import annotations

from tests.world import World


def test_somebody_outside_reads_how_to_come_in(world: World) -> None:
    """Any workspace user may type a command; somebody in no programme is told whom to ask."""
    answer = world.person("oskar").command("/mentorship help")
    world.settle()
    assert "not part of a mentorship programme" in answer.text
