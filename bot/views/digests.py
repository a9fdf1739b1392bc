"""The weekly digest: as a message, opened again as a modal, as a picture; and what a thing to do is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from bot.domain.digests import AtHome, Entry, Figure, Listing, Reminded, Seen
from bot.pictures import Bar, Chart, Tile
from bot.views.blocks import (
    Block,
    HomeParts,
    Message,
    Modal,
    actions,
    button,
    context,
    cut,
    fields,
    header,
    modal,
    section,
    table,
)
from bot.views.reader import Reader

OPEN = "digests.open"
THING = "digests.thing"
REMIND = "digests.remind"

LINES_IN_A_SECTION = 20
MOST_LINES = 400
ALT = 1000


def weekly(outcome: Seen, to: Reader) -> Message:
    """Return the digest as a message; its picture goes into the thread, the table beside it stands here."""
    return Message(
        text=to.say("digests.notification"),
        blocks=[
            section(to.say("digests.title", day=to.day(outcome.monday))),
            *_things(outcome, to),
            header(to.say.plain("digests.figures.title")),
            table(_rows(outcome, to), numbers=(1, 2)),
            *_averages(outcome, to),
            *_below(outcome, to),
        ],
    )


def opened(outcome: Seen, to: Reader) -> Modal:
    """Return a digest opened again, with the figures it was sent with."""
    shown = [f"*{name}*\n{now}   {since}" for name, now, since in _rows(outcome, to)[1:]]
    return modal(
        title=to.say.plain("digests.modal_title"),
        close=to.say.plain("common.close"),
        blocks=[
            section(to.say("digests.title", day=to.day(outcome.monday))),
            *_things(outcome, to),
            header(to.say.plain("digests.figures.title")),
            fields(shown),
            *_averages(outcome, to),
            *_below(outcome, to),
        ],
    )


def listing(outcome: Listing, to: Reader) -> Modal:
    """Return what one thing to do is about: names, since when, and a reminder where one can be sent."""
    thing = outcome.thing
    blocks: list[Block] = [section(to.say(f"digests.about.{thing}"))]
    if outcome.entries:
        blocks += _lines([_line(entry, thing, to) for entry in outcome.entries], to)
    else:
        blocks.append(section(to.say("digests.nothing_left")))
    if outcome.can_remind:
        blocks.append(
            actions(
                button(to.say.plain("digests.remind"), REMIND, value=to.ref(thing=thing), style="primary")
            )
        )
        blocks.append(context(to.say("digests.remind_small_print")))
    return _only_shown(blocks, to)


def reminded(outcome: Reminded, to: Reader) -> Modal:
    """Return what pressing Remind did."""
    key = "digests.reminded" if outcome.n else "digests.reminded_already"
    return _only_shown([section(to.say(key, n=outcome.n))], to)


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return the button that opens a lead's newest digest again."""
    if not outcome.digest_id:
        return HomeParts()
    label = to.say.plain("digests.latest")
    return HomeParts(next=[button(label, OPEN, value=to.ref(digest=outcome.digest_id))])


def waiting(blocks: Sequence[Block], to: Reader) -> Modal:
    """Return what another noun shows on Home as waiting for the reader, as a modal."""
    return _only_shown(list(blocks) or [section(to.say("digests.nothing_left"))], to)


def chart(outcome: Seen, to: Reader) -> Chart:
    """Return the picture of the digest: its weeks as bars, its figures beneath."""
    return Chart(
        title=to.say.plain("digests.chart.title"),
        bars=tuple(
            Bar(_short(monday, to), n, _count(n, outcome, to, short=True)) for monday, n in outcome.weeks
        ),
        tiles=tuple(
            Tile(
                shown=_count(figure.n, outcome, to, short=True),
                label=to.say.plain(f"digests.chart.{figure.name}"),
                note=_since(figure, to) if figure.change is not None else "",
            )
            for figure in outcome.figures
        ),
    )


def alt(outcome: Seen, to: Reader) -> str:
    """Return the picture in words."""
    figures = "; ".join(
        to.say.plain(
            "digests.alt.figure",
            label=to.say.plain(f"digests.figures.{figure.name}"),
            n=_count(figure.n, outcome, to),
        )
        for figure in outcome.figures
    )
    return cut(to.say.plain("digests.alt.body", weeks=_weeks(outcome, to), figures=figures), ALT)


def _things(outcome: Seen, to: Reader) -> list[Block]:
    title = header(to.say.plain("digests.things.title"))
    if not outcome.things:
        return [title, section(to.say("digests.things.none"))]
    return [
        title,
        *(
            section(
                to.say(f"digests.thing.{thing}", n=n),
                accessory=button(
                    to.say.plain("digests.see"),
                    THING,
                    value=to.ref(thing=thing),
                    spoken=to.say.plain(f"digests.spoken.{thing}"),
                ),
            )
            for thing, n in outcome.things
        ),
    ]


def _rows(outcome: Seen, to: Reader) -> list[tuple[str, str, str]]:
    return [
        tuple(to.say.plain(f"digests.figures.{column}") for column in ("what", "now", "since")),  # type: ignore[list-item] # three columns
        *(
            (
                to.say.plain(f"digests.figures.{figure.name}"),
                _count(figure.n, outcome, to),
                _since(figure, to),
            )
            for figure in outcome.figures
        ),
    ]


def _averages(outcome: Seen, to: Reader) -> list[Block]:
    """Return how people answered check-ins on average, as far as it may be shown; none for older digests."""
    if outcome.averages_of is None:
        return []
    month = to.say.plain(f"common.month.m{outcome.averages_of.month}")
    if not outcome.averages:
        return [section(to.say("digests.averages.none", month=month, least=outcome.averages_least))]
    lines = [
        to.say(f"digests.averages.{one.kind}", question=one.question, mean=one.mean, share=f"{one.mean:.0%}")
        for one in outcome.averages
    ]
    return [
        section(
            "\n".join([to.say("digests.averages.title", month=month, least=outcome.averages_least), *lines])
        )
    ]


def _below(outcome: Seen, to: Reader) -> list[Block]:
    return [
        context(to.say("digests.weeks", weeks=_weeks(outcome, to))),
        context(to.say("digests.small_print", least=outcome.least)),
    ]


def _weeks(outcome: Seen, to: Reader) -> str:
    """Return the weeks in words; weeks in a row with the same count are said together."""
    said = []
    for n, run in groupby(outcome.weeks, key=lambda week: week[1]):
        mondays = [monday for monday, _ in run]
        key = "digests.week" if len(mondays) == 1 else "digests.weeks_alike"
        said.append(
            to.say.plain(
                key,
                first=_short(mondays[0], to),
                last=_short(mondays[-1], to),
                count=_count(n, outcome, to),
            )
        )
    return ", ".join(said)


def _count(n: int | None, outcome: Seen, to: Reader, *, short: bool = False) -> str:
    if n is not None:
        return str(n)
    return to.say.plain("digests.fewer_short" if short else "digests.fewer", least=outcome.least)


def _since(figure: Figure, to: Reader) -> str:
    if figure.change is None:
        return to.say.plain("digests.change.unknown")
    if figure.change == 0:
        return to.say.plain("digests.change.same")
    return to.say.plain(f"digests.change.{'up' if figure.change > 0 else 'down'}", by=abs(figure.change))


def _short(day: date, to: Reader) -> str:
    return to.say.plain("digests.short_day", day=day.day, month=to.say.plain(f"digests.month.m{day.month}"))


def _line(entry: Entry, thing: str, to: Reader) -> str:
    since = to.day(entry.since) if entry.since else to.say("digests.unknown_day")
    return to.say(f"digests.line.{thing}", people=to.names(entry.people), since=since, n=entry.n, of=entry.of)


def _lines(lines: Sequence[str], to: Reader) -> list[Block]:
    shown = lines[:MOST_LINES]
    blocks = [
        section("\n".join(shown[start : start + LINES_IN_A_SECTION]))
        for start in range(0, len(shown), LINES_IN_A_SECTION)
    ]
    if len(lines) > MOST_LINES:
        blocks.append(context(to.say("home.more", n=len(lines) - MOST_LINES)))
    return blocks


def _only_shown(blocks: Sequence[Block], to: Reader) -> Modal:
    return modal(title=to.say.plain("digests.modal_title"), close=to.say.plain("common.close"), blocks=blocks)
