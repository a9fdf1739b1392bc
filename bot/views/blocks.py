"""Block Kit, the few shapes this programme uses, kept within Slack's limits.

Made of ``slack_sdk``'s own models, which check what they are given; text is cut before they would refuse
it, since what a person typed may be longer than a place to show it. The three shapes every message is made
of, section, small print and button, are written out where nothing is left for the models to refuse: those
take a third of a millisecond each, and a mass of messages goes out at the same hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models import blocks as kit

Block = dict[str, Any]
Element = dict[str, Any]

SECTION = 3000
HEADER = 150
LABEL = 75
TITLE = 24
INPUT_LABEL = 2000
PLACEHOLDER = 150
CONTEXT = 3000
MOST_OPTIONS = 100
ACTION_ID = 255
VALUE = 2000


@dataclass(frozen=True)
class Picture:
    """A picture to upload into a message's thread: PNG bytes, title, alternative text and file name."""

    png: bytes
    title: str
    alt: str
    filename: str


@dataclass(frozen=True)
class Message:
    """What is posted: a neutral fallback line for notifications and screen readers, and the blocks."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)


Modal = dict[str, Any]
Home = dict[str, Any]


@dataclass(frozen=True)
class HomeParts:
    """What one noun adds to Home: what waits for the reader, what is theirs, and what they can do next."""

    waiting: Sequence[Block] = field(default_factory=tuple)
    mine: Sequence[Block] = field(default_factory=tuple)
    next: Sequence[Element] = field(default_factory=tuple)


def cut(text: str, most: int) -> str:
    """Return ``text`` shortened to ``most`` characters, ending in an ellipsis where something is missing.

    A cut never falls inside an entity such as ``&amp;`` or a mention, which Slack would then show broken.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    for opening, closing in (("&", ";"), ("<", ">")):
        start = kept.rfind(opening)
        if start > kept.rfind(closing) and len(kept) - start < LABEL:
            kept = kept[:start]
    return f"{kept.rstrip()}…"


def plain(text: str, most: int) -> kit.PlainTextObject:
    """Return a plain_text object of at most ``most`` characters."""
    return kit.PlainTextObject(text=cut(text, most), emoji=True)


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """Return a section of mrkdwn."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION)}}
    if not text or block_id is not None:
        shown = kit.MarkdownTextObject(text=cut(text, SECTION))
        block = kit.SectionBlock(text=shown, block_id=block_id).to_dict()
    if accessory is not None:
        block["accessory"] = accessory
    return block


def as_written(text: str) -> Block:
    """Return a person's words exactly as typed: in plain text nothing has a meaning or grows by escaping."""
    return kit.SectionBlock(text=plain(text, SECTION)).to_dict()


def fields(texts: Sequence[str]) -> Block:
    """Return a section of up to ten fields in two columns."""
    return kit.SectionBlock(fields=[kit.MarkdownTextObject(text=cut(t, 2000)) for t in texts[:10]]).to_dict()


def header(text: str) -> Block:
    """Return a header."""
    return kit.HeaderBlock(text=plain(text, HEADER)).to_dict()


def context(*texts: str) -> Block:
    """Return small print: up to ten pieces of mrkdwn."""
    if texts and all(texts):
        pieces = [{"type": "mrkdwn", "text": cut(text, CONTEXT)} for text in texts[:10]]
        return {"type": "context", "elements": pieces}
    return kit.ContextBlock(
        elements=[kit.MarkdownTextObject(text=cut(text, CONTEXT)) for text in texts[:10]]
    ).to_dict()


def table(rows: Sequence[Sequence[str]], *, numbers: Iterable[int] = ()) -> Block:
    """Return a table for a message (at most one in each); ``numbers`` are columns set to the right.

    Slack refuses an empty cell: it gets a dash.
    """
    to_the_right = set(numbers)
    width = max(len(row) for row in rows)
    return {
        "type": "table",
        "column_settings": [
            {"align": "right" if column in to_the_right else "left", "is_wrapped": True}
            for column in range(width)
        ],
        "rows": [[{"type": "raw_text", "text": cell or "-"} for cell in row] for row in rows],
    }


def divider() -> Block:
    """Return a line."""
    return kit.DividerBlock().to_dict()


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """Return a row of up to 25 elements."""
    block: Block = {"type": "actions", "elements": list(elements[:25])}
    if block_id:
        block["block_id"] = block_id
    return block


def button(
    label: str,
    action_id: str,
    *,
    value: str = "",
    style: str | None = None,
    url: str | None = None,
    spoken: str | None = None,
    confirm: Element | None = None,
) -> Element:
    """Return a button. ``spoken`` is the label a screen reader says where the short one needs its context."""
    said = cut(spoken, LABEL) if spoken else None
    fits = 0 < len(action_id) <= ACTION_ID and len(value) <= VALUE and style in {None, "primary", "danger"}
    if label and fits and url is None:
        text = {"type": "plain_text", "text": cut(label, LABEL), "emoji": True}
        element: Element = {"type": "button", "text": text, "action_id": action_id}
        more = {"value": value or None, "style": style, "accessibility_label": said}
        element |= {name: given for name, given in more.items() if given is not None}
    else:
        element = kit.ButtonElement(
            text=plain(label, LABEL),
            action_id=action_id,
            value=value or None,
            style=style,
            url=url,
            accessibility_label=said,
        ).to_dict()
    if confirm is not None:
        element["confirm"] = confirm
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Element:
    """Return the question Slack asks before a press counts."""
    return kit.ConfirmObject(
        title=plain(title, 100), text=plain(text, 300), confirm=plain(yes, 30), deny=plain(no, 30)
    ).to_dict()


def option(label: str, value: str, description: str = "") -> kit.Option:
    """Return one choice; label and description are plain text of at most 75 characters, value of 150."""
    return kit.Option(
        text=plain(label, LABEL), value=value, description=plain(description, LABEL) if description else None
    )


def labelled(
    label: str, element: Element, *, block_id: str, optional: bool, hint: str, dispatch: bool = False
) -> Block:
    """Return a field of a form."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, INPUT_LABEL).to_dict(),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, INPUT_LABEL).to_dict()
    if dispatch:
        block["dispatch_action"] = True
    return block


def text_input(
    label: str,
    block_id: str,
    *,
    initial: str = "",
    hint: str = "",
    placeholder: str = "",
    multiline: bool = False,
    optional: bool = False,
    most: int = 3000,
) -> Block:
    """Return a field for text of at most ``most`` characters; its action id is its block id."""
    element = kit.PlainTextInputElement(
        action_id=block_id,
        initial_value=cut(initial, most) if initial else None,
        placeholder=plain(placeholder, PLACEHOLDER) if placeholder else None,
        multiline=multiline,
        max_length=most,
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def select_input(
    label: str,
    block_id: str,
    options: Sequence[kit.Option],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    radio: bool = False,
) -> Block:
    """Return a choice of one, as a menu or as radio buttons (at most ten)."""
    chosen = next((o for o in options if o.value == initial), None)
    if radio:
        element = kit.RadioButtonsElement(
            action_id=block_id, options=list(options[:10]), initial_option=chosen
        ).to_dict()
    else:
        element = kit.StaticSelectElement(
            action_id=block_id, options=list(options[:MOST_OPTIONS]), initial_option=chosen
        ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def multi_select_input(
    label: str,
    block_id: str,
    options: Sequence[kit.Option],
    *,
    initial: Iterable[str] = (),
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Return a choice of several from a menu."""
    wanted = set(initial)
    chosen = [o for o in options if o.value in wanted]
    element = kit.StaticMultiSelectElement(
        action_id=block_id, options=list(options[:MOST_OPTIONS]), initial_options=chosen or None
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def checkboxes_input(
    label: str,
    block_id: str,
    options: Sequence[kit.Option],
    *,
    initial: Iterable[str] = (),
    hint: str = "",
    optional: bool = True,
) -> Block:
    """Return boxes to tick (at most ten), those of ``initial`` ticked."""
    wanted = set(initial)
    chosen = [o for o in options[:10] if o.value in wanted]
    element = kit.CheckboxesElement(
        action_id=block_id, options=list(options[:10]), initial_options=chosen or None
    ).to_dict()
    return labelled(label, element, block_id=block_id, optional=optional, hint=hint)


def modal(
    *,
    title: str,
    blocks: Sequence[Block],
    close: str,
    callback_id: str = "",
    submit: str | None = None,
    private_metadata: str = "",
    notify_on_close: bool = False,
) -> Modal:
    """Return a modal view; without ``submit`` it only shows."""
    view: Modal = {
        "type": "modal",
        "title": plain(title, TITLE).to_dict(),
        "close": plain(close, TITLE).to_dict(),
        "blocks": list(blocks[:100]),
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit is not None:
        view["submit"] = plain(submit, TITLE).to_dict()
    if private_metadata:
        view["private_metadata"] = private_metadata
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def home(blocks: Sequence[Block]) -> Home:
    """Return a Home view."""
    return {"type": "home", "blocks": list(blocks[:100])}
