"""Home: what waits for the reader, what is theirs, what they can do next, and what the programme is for."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models import blocks as kit

from bot.domain.home import Frame
from bot.store.people import Role
from bot.texts import escape
from bot.views import concerns
from bot.views.blocks import (
    Block,
    Element,
    Home,
    HomeParts,
    actions,
    button,
    context,
    divider,
    header,
    home,
    option,
    section,
)
from bot.views.reader import Reader, pack

PROGRAMME = "home.programme"
PROGRAMME_BLOCK = "home-programme"

MOST_WAITING = 45
MOST_MINE = 35
MOST_ELEMENTS = 25
MOST_PROGRAMMES = 100


def show(frame: Frame, parts: Sequence[HomeParts], to: Reader) -> Home:
    """Return Home. Before the programme starts for a member it is one sentence and what is always theirs."""
    blocks: list[Block] = [header(frame.shown.name)]
    if len(frame.all) > 1:
        blocks.append(choice(frame, to))
    if frame.is_whole:
        blocks += _waiting(parts, to)
        blocks.append(context(to.say("home.kept_to", n=frame.kept_to)))
        blocks += _mine(parts, to)
    else:
        blocks.append(section(to.say("home.not_started")))
    blocks += _next(parts, to)
    blocks += _purpose(frame, to)
    return home(blocks)


def choice(frame: Frame, to: Reader) -> Block:
    """Return the menu in which somebody in several programmes says which one they mean."""
    options = [option(p.name, pack(programme=p.id)) for p in frame.all[:MOST_PROGRAMMES]]
    shown = pack(programme=frame.shown.id)
    menu = kit.StaticSelectElement(
        action_id=PROGRAMME,
        options=options,
        initial_option=next((o for o in options if o.value == shown), None),
    ).to_dict()
    return section(to.say("home.which"), accessory=menu, block_id=PROGRAMME_BLOCK)


def _waiting(parts: Sequence[HomeParts], to: Reader) -> list[Block]:
    blocks = [block for part in parts for block in part.waiting]
    title = header(to.say.plain("home.waiting"))
    if not blocks:
        return [title, section(to.say("home.nothing_waits"))]
    return [title, *fit(blocks, MOST_WAITING, to)]


def _mine(parts: Sequence[HomeParts], to: Reader) -> list[Block]:
    blocks = [block for part in parts for block in part.mine]
    if not blocks:
        return []
    return [header(to.say.plain("home.mine")), *fit(blocks, MOST_MINE, to)]


def _next(parts: Sequence[HomeParts], to: Reader) -> list[Block]:
    wrong = button(to.say.plain("home.something_is_wrong"), concerns.OPEN, value=to.ref())
    from_nouns = [element for part in parts for element in part.next]
    elements = _once_each([*from_nouns, wrong])
    if len(elements) > MOST_ELEMENTS:
        # The way to raise a concern is never the one that is cut.
        others = [element for element in elements if element["action_id"] != concerns.OPEN]
        elements = [*others[: MOST_ELEMENTS - 1], wrong]
    return [
        header(to.say.plain("home.next")),
        actions(*elements),
        context(to.say("home.private")),
    ]


def _once_each(elements: Sequence[Element]) -> list[Element]:
    """Return the elements without later ones of the same action: Slack refuses a row that has two."""
    return list({element["action_id"]: element for element in reversed(elements)}.values())[::-1]


def _purpose(frame: Frame, to: Reader) -> list[Block]:
    def listed(lines: Sequence[str]) -> str:
        return "\n".join(f"•  {escape(line)}" for line in lines)

    blocks = [
        divider(),
        section(f"*{to.say('home.goals')}*\n{listed(frame.goals)}"),
        section(f"*{to.say('home.principles')}*\n{listed(frame.principles)}"),
    ]
    roles = ", ".join(to.say(f"home.role.{role}") for role in Role if role in frame.shown.roles)
    return [*blocks, context(to.say("home.footer", roles=roles))]


def fit(blocks: Sequence[Block], most: int, to: Reader) -> list[Block]:
    """Return the blocks, or the first of them and how many entries did not fit into ``most`` blocks.

    Entries are counted by their sections; a row of buttons is never kept without the text above it.
    """
    if len(blocks) <= most:
        return list(blocks)
    kept = list(blocks[: most - 1])
    while kept and blocks[len(kept)]["type"] in {"actions", "context"}:
        kept.pop()
    n = sum(block["type"] not in {"actions", "context", "divider"} for block in blocks[len(kept) :])
    return [*kept, context(to.say("home.more", n=n))]
