"""Pure tests of what the sandbox remembers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.state.apps import Credentials, ManifestError, app_from_manifest
from sandbox.state.clock import Clock, ClockBackwardsError
from sandbox.state.people import Person, user_object
from sandbox.state.seed import DEFAULT_MANIFEST, DEFAULT_TEAM, SeedError, build


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def test_timestamps_rise_even_when_time_stands() -> None:
    """Two messages of one microsecond differ, and a later one is greater."""
    clock = Clock(real=lambda: 1_700_000_000.123456)
    stamps = [clock.ts() for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


def test_the_clock_skips_ahead_and_never_back(tmp_path: Path) -> None:
    """A skip adds up and is written whole to the file; an earlier instant is refused."""
    file = tmp_path / "clock"
    clock = Clock(file=file, real=lambda: 1000.0)
    clock.skip(3600)
    clock.go_to(datetime.fromtimestamp(1000 + 7200, UTC))
    assert clock.offset == 7200
    assert float(file.read_text()) == 7200
    assert [path.name for path in tmp_path.iterdir()] == ["clock"]
    with pytest.raises(ClockBackwardsError):
        clock.go_to(datetime.fromtimestamp(1000, UTC))
    with pytest.raises(ClockBackwardsError):
        clock.skip(-1)


def test_a_zone_shows_its_offset_of_the_season() -> None:
    """Paris is one hour ahead in winter and two in summer, and the label says so."""
    person = Person("U1", "alice", "Alice Moreau", tz="Europe/Paris")
    winter = user_object(person, "T1", _epoch("2026-01-15T12:00:00+00:00"), frozenset())
    summer = user_object(person, "T1", _epoch("2026-07-15T12:00:00+00:00"), frozenset())
    assert (winter["tz_offset"], winter["tz_label"]) == (3600, "Central European Time")
    assert (summer["tz_offset"], summer["tz_label"]) == (7200, "Central European Summer Time")


def test_an_email_address_needs_its_scope() -> None:
    """``users:read`` alone does not show e-mail addresses."""
    person = Person("U1", "alice", "Alice", email="a@b.example")
    assert "email" not in user_object(person, "T1", 0, frozenset({"users:read"}))["profile"]
    shown = user_object(person, "T1", 0, frozenset({"users:read", "users:read.email"}))
    assert shown["profile"]["email"] == "a@b.example"


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-02T12:00:00+09:00", "2026-03-02T22:00:00+09:00", "2026-03-03T08:00:00+09:00"),
        ("2026-03-02T23:00:00+09:00", "2026-03-02T22:00:00+09:00", "2026-03-03T08:00:00+09:00"),
        ("2026-03-03T07:59:00+09:00", "2026-03-02T22:00:00+09:00", "2026-03-03T08:00:00+09:00"),
        ("2026-03-03T08:01:00+09:00", "2026-03-03T22:00:00+09:00", "2026-03-04T08:00:00+09:00"),
    ],
)
def test_quiet_hours_are_the_running_or_the_next_ones(now: str, start: str, end: str) -> None:
    """By the person's own wall clock, also across midnight."""
    person = Person("U1", "bob", "Bob", tz="Asia/Tokyo", dnd={"start": "22:00", "end": "08:00"})
    assert person.quiet(_epoch(now)) == (int(_epoch(start)), int(_epoch(end)))


def test_a_seed_makes_people_channels_and_the_bot() -> None:
    """Handles become ids, ``@app`` the bot; #general is there though the seed names none."""
    team = {
        "people": [{"name": "zoe"}],
        "channels": [{"name": "lab", "is_private": True, "members": ["zoe", "@app"]}],
    }
    world = build(team, DEFAULT_MANIFEST, Clock()).first
    lab, zoe = world.channel("#lab"), world.person("@zoe")
    assert lab is not None
    assert zoe is not None
    assert lab.kind == "private"
    assert lab.members == [zoe.id, next(iter(world.apps.values())).bot_user_id]
    general = world.channel("general")
    assert general is not None
    assert general.members == [zoe.id]


@pytest.mark.parametrize(
    ("team", "says"),
    [
        ({"people": [{"name": "zoe", "age": 4}]}, "age"),
        ({"people": [{"real_name": "Zoe"}]}, "name"),
        ({"people": [{"name": "zoe", "tz": "Mars/Olympus"}]}, "Mars/Olympus"),
        ({"people": [{"name": "zoe"}, {"name": "zoe"}]}, "two"),
        ({"channels": [{"name": "lab", "members": ["nobody"]}]}, "nobody"),
        ({"channels": [{"members": []}]}, "name"),
    ],
)
def test_a_bad_seed_says_where_it_is_bad(team: dict[str, object], says: str) -> None:
    """Each mistake is named in the error."""
    with pytest.raises(SeedError, match=says):
        build(team, DEFAULT_MANIFEST, Clock())


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({}, "name"),
        (
            {"display_information": {"name": "X"}, "features": {"slash_commands": [{"command": "x"}]}},
            "begins with",
        ),
        ({"display_information": {"name": "X"}, "features": {"slash_commands": {}}}, "list"),
        ({"display_information": {"name": "X"}, "oauth_config": {"scopes": {"bot": [1]}}}, "scopes"),
        ({"display_information": {"name": "X"}, "settings": [1]}, "settings"),
    ],
)
def test_a_bad_manifest_says_what_is_missing(manifest: dict[str, object], says: str) -> None:
    """Each mistake is named."""
    with pytest.raises(ManifestError, match=says):
        app_from_manifest(manifest, Credentials.fresh())


def test_the_transport_follows_the_manifest() -> None:
    """Socket Mode where it says so or gives no address; HTTP where it names one; a request_url wins."""
    base = {"display_information": {"name": "X"}}
    http = base | {"settings": {"interactivity": {"request_url": "http://127.0.0.1:1/slack"}}}
    assert app_from_manifest(base, Credentials.fresh()).socket_mode
    assert not app_from_manifest(http, Credentials.fresh()).socket_mode
    assert not app_from_manifest(base, Credentials.fresh(), "http://127.0.0.1:1/x").socket_mode
    both = base | {"settings": {"socket_mode_enabled": True, "interactivity": {"request_url": "http://x"}}}
    assert app_from_manifest(both, Credentials.fresh()).socket_mode


def test_the_default_workspace_can_be_built() -> None:
    """``python -m sandbox`` without any file has people to act as."""
    world = build(DEFAULT_TEAM, DEFAULT_MANIFEST, Clock()).first
    assert world.person("alice") is not None
