"""Words people read: every key used is written, every key written is used, and none breaks."""

from __future__ import annotations

import ast
import re
import shutil
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import guidelines
from bot.errors import Misconfigured
from bot.texts import Mrkdwn, Texts, escape
from tests.cast import REPOSITORY
from tests.house.test_layers import modules

TEXTS = Texts.load(REPOSITORY / "config" / "texts")
KEY = re.compile(r"^[a-z_]+(\.[a-z0-9_\-]+)+$")


def patterns() -> Iterator[re.Pattern[str]]:
    """Give each string in the code that may be a key, as a pattern: blanks of f-strings match anything."""
    for _, _, tree in modules("bot"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if KEY.match(node.value):
                    yield re.compile(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_.\-]+"
                    for part in node.values
                ]
                pattern = "".join(parts)
                if re.match(r"^[a-z_]+\\\.", pattern):
                    yield re.compile(pattern)


def constants() -> set[str]:
    """Return every constant string in the code that looks like a key of a noun that has texts."""
    nouns = {key.split(".")[0] for key in TEXTS.keys()}  # noqa: SIM118 - keys() is not a dict's
    found = set()
    for _, _, tree in modules("bot/views"):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"say", "plain"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found.add(node.args[0].value)
    for _, _, tree in modules("bot"):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Refusal", "NotFound"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return {key for key in found if key.split(".")[0] in nouns or KEY.match(key)}


def test_every_key_used_is_written() -> None:
    """No view and no refusal asks for a text nobody wrote."""
    assert sorted(constants() - TEXTS.keys()) == []


def test_every_key_written_is_used() -> None:
    """No text is left behind when its view goes."""
    used = list(patterns())
    idle = [key for key in sorted(TEXTS.keys()) if not any(p.fullmatch(key) for p in used)]
    assert idle == []


@pytest.mark.parametrize("key", sorted(TEXTS.keys()))
def test_every_text_can_be_filled(key: str) -> None:
    """Its blanks have names, and its two numbers have the same blanks but for the number."""
    for n in (1, 2):
        raw = TEXTS.raw(key, "en", n)
        names = {name for _, name, _, _ in string.Formatter().parse(raw) if name is not None}
        assert all(name.isidentifier() for name in names), raw


def test_what_a_person_typed_stays_text() -> None:
    """A value cannot call a channel or forge a link; what we marked as our own may."""
    say = Texts({"en": {"x.y": "{typed} {ours}"}}).say()
    shown = say("x.y", typed="<!channel> & <https://evil|click>", ours=Mrkdwn("<@U1>"))
    assert shown == "&lt;!channel&gt; &amp; &lt;https://evil|click&gt; <@U1>"
    assert escape("a") == "a"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the shipped texts, to be changed by somebody."""
    return Path(shutil.copytree(REPOSITORY / "config" / "texts", tmp_path / "texts"))


def put(own: Path, old: str, new: str) -> None:
    """Change one text of the copy."""
    path = own / "en" / "common.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'not_found = "',
            'not_found = "Ask {nobody}. ',
            r"common\.toml: common\.not_found: the blank \{nobody\} is not known here; known are: none",
        ),
        (
            'day = "{weekday}',
            'day = "{wekday}',
            r"\{wekday\} is not known here; known are: \{day\}, \{month\}",
        ),
        ('not_found = "', 'not_found = "{', r"common\.toml: common\.not_found: "),
        ('not_found = "', 'not_found = "{0}', r"common\.not_found: \{0\} is no blank"),
        ("not_found =", "not_fond =", r"common\.not_fond: this key is not known; is common\.not_found meant"),
        ('close = "Close"', "close = 5", r"common\.toml: common\.close: a text is a string"),
        ('close = "Close"', "close = ", r"common\.toml: "),
    ],
)
def test_a_text_that_could_not_be_filled_is_refused_at_start(
    own: Path, old: str, new: str, said: str
) -> None:
    """A blank or key nobody knows is refused with file, key and what is known, before anybody presses."""
    put(own, old, new)
    with pytest.raises(Misconfigured, match=said):
        Texts.load(own)


def test_a_text_left_out_is_the_shipped_one(own: Path) -> None:
    """After an upgrade a folder of one's own lacks the new texts; the shipped ones stand in."""
    put(own, 'close = "Close"', "")
    assert Texts.load(own).say().plain("common.close") == "Close"
    assert Texts.load(own).keys() == TEXTS.keys()


def test_a_text_leaves_a_blank_out_but_breaks_nothing_with_one_too_many(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A text need not use every blank; one that no code fills stays visible, and is logged."""
    put(own, 'day = "{weekday} {day} {month}"', 'day = "{day}."')
    assert Texts.load(own).say().plain("common.day", weekday="Monday", day=3, month="March") == "3."
    assert Texts({"en": {"x.y": "Ask {nobody}"}}).say()("x.y") == "Ask {nobody}"
    assert "{nobody}" in caplog.text


def test_nothing_shipped_is_read_by_nobody(tmp_path: Path) -> None:
    """Every file of the shipped config is known; another one is found."""
    assert guidelines.unknown_files(REPOSITORY / "config") == []
    extra = tmp_path / "foo.toml"
    extra.touch()
    assert guidelines.unknown_files(tmp_path) == [extra]
