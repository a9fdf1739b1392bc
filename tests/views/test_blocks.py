"""What is written out by hand is what slack_sdk's own models make of it."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as kit

from bot.views import blocks


@pytest.mark.parametrize("style", [None, "primary", "danger"])
@pytest.mark.parametrize("spoken", [None, "Answer about Noor"])
@pytest.mark.parametrize("value", ["", "{}", "v" * 2000])
def test_a_button_is_as_the_models_make_it(style: str | None, spoken: str | None, value: str) -> None:
    """Only quicker."""
    made = kit.ButtonElement(
        text=kit.PlainTextObject(text="Answer", emoji=True),
        action_id="checkins.answer",
        value=value or None,
        style=style,
        accessibility_label=spoken,
    )
    assert (
        blocks.button("Answer", "checkins.answer", value=value, style=style, spoken=spoken) == made.to_dict()
    )


def test_a_section_and_small_print_are_as_the_models_make_them() -> None:
    """Only quicker."""
    section = kit.SectionBlock(text=kit.MarkdownTextObject(text="*Hello*"))
    small = kit.ContextBlock(elements=[kit.MarkdownTextObject(text=text) for text in ("a", "b")])
    assert blocks.section("*Hello*") == section.to_dict()
    assert blocks.context("a", "b") == small.to_dict()


@pytest.mark.parametrize(
    ("action_id", "value", "style"), [("a" * 256, "", None), ("a", "v" * 2001, None), ("a", "", "loud")]
)
def test_what_slack_would_refuse_is_refused_here(action_id: str, value: str, style: str | None) -> None:
    """The models still have the last word about what is out of the ordinary."""
    with pytest.raises(SlackObjectFormationError):
        blocks.button("Answer", action_id, value=value, style=style)
