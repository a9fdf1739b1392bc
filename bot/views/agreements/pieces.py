"""Pieces of text packed into as few sections as Slack's lengths allow, without losing a character."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.texts import Mrkdwn, escape
from bot.views.blocks import SECTION, Block, section
from bot.views.reader import Reader


def packed(texts: Iterable[str]) -> list[Block]:
    """Return sections holding these pieces of mrkdwn, a blank line between two; nothing is cut off."""
    blocks: list[Block] = []
    held = ""
    for text in texts:
        for part in _parts(text):
            if held and len(held) + 2 + len(part) > SECTION:
                blocks.append(section(held))
                held = ""
            held = f"{held}\n\n{part}" if held else part
    if held:
        blocks.append(section(held))
    return blocks


def _parts(text: str) -> Iterable[str]:
    """Split where a line, else a word ends, never inside an entity such as ``&amp;`` or a mention."""
    while len(text) > SECTION:
        at = max(text.rfind("\n", 1, SECTION), 0) or max(text.rfind(" ", 1, SECTION), 0) or SECTION
        opened = max(text.rfind("&", 0, at), text.rfind("<", 0, at))
        closed = max(text.rfind(";", 0, at), text.rfind(">", 0, at))
        if opened > closed and at - opened < 80:  # noqa: PLR2004 - longer than any entity or mention
            at = opened
        yield text[:at]
        text = text[at:].lstrip("\n ")
    if text:
        yield text


def words(text: str, to: Reader) -> Mrkdwn:
    """Return what a person wrote as it stands in mrkdwn, or that nothing was written."""
    return Mrkdwn(escape(text) if text else to.say("agreements.page.nothing"))


def full_day(moment: datetime | date, to: Reader) -> str:
    """Return a day with its year by the reader's calendar: agreements run from one year into the next."""
    local = moment.astimezone(ZoneInfo(to.time_zone)) if isinstance(moment, datetime) else moment
    return to.say.plain("agreements.full_day", day=to.day(moment), year=local.year)
