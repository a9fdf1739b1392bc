"""Without a browser these tests skip on a developer's machine and never in CI."""

from pathlib import Path

import pytest

from tests.browser.conftest import chromium


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine on which no browser is found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return monkeypatch


@pytest.mark.usefixtures("nowhere")
def test_without_a_browser_the_reason_is_told() -> None:
    """A skip names what to install."""
    with pytest.raises(pytest.skip.Exception, match="chromium"):
        chromium()


def test_in_ci_a_missing_browser_fails(nowhere: pytest.MonkeyPatch) -> None:
    """Where CI is true nothing is skipped."""
    nowhere.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="chromium"):
        chromium()


def test_a_named_browser_wins(nowhere: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CHROMIUM names the one to use; a name that leads nowhere does not count."""
    there = tmp_path / "my-chromium"
    nowhere.setenv("CHROMIUM", str(there))
    with pytest.raises(pytest.skip.Exception):
        chromium()
    there.touch()
    assert chromium() == str(there)
