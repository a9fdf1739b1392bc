"""``mentorbot demo``: a local Slack, pretend people, and the bot, for somebody who wants to try it."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from bot import logs
from bot.commands import imports
from story import people
from story.stage import Stage, set_up, start_everyone

GUIDE = """
Open  {address}

You can be anybody there (choose at the top left); skip a day or a week at the top right. Try:

  as Milan (mentee)     /findmentor single cell rna      ask somebody, and write why
  as whom he asked      answer the card in the direct messages, then sign the agreement with him
  skip a month          both are asked how it goes; answer low, and see what is offered
  as Milan              Home, “Something is wrong”: who would read it stands there first
  as Hugo (handler)     acknowledge, open, note, end it; or skip three days and see it go on to Anja
  as Lena (lead)        skip to Monday for the weekly digest; Home and /mentorship help any time

Stop with Ctrl-C. Nothing leaves this machine; the next demo starts afresh.
"""


@click.command()
@click.option("--port", default=0, show_default="a free one", help="Port of the local Slack.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demo keeps its files; emptied at each start.",
)
def demo(port: int, folder: Path) -> None:
    """Try it: a local Slack, forty pretend people, and the bot, on this machine. No account is needed."""
    logs.set_up("WARNING", process="story")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Starting a local Slack and the bot …")
    with set_up(folder, port=port) as stage:
        fill(stage)
        stage.bot.start()
        click.echo(GUIDE.format(address=stage.address))
        stop.wait()
        click.echo("Stopping.")


def fill(stage: Stage) -> None:
    """Import the pretend people and pairs, and start the programme for everyone."""
    for path in (people.PEOPLE, people.PAIRS):
        imports.run(stage.bot.deps, path.read_bytes())
    start_everyone(stage.bot.deps, stage.place)
