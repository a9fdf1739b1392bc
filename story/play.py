"""``mentorbot story``: the main job from start to end, over the real protocol, told as a transcript."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from bot import logs
from story import caring, finding, looking
from story.stage import set_up
from story.telling import Narrator, StoryBroke

OPENING = """A mentorship programme at a pretend institute, played over Slack's own protocol on this machine.

  ▸  what somebody does
  │  what a person then sees in Slack; (changed) is a message or form that was there before
"""

ACTS: tuple[Callable[[Narrator], None], ...] = (
    finding.set_up,
    finding.find,
    finding.ask,
    finding.agree,
    caring.month,
    caring.concern,
    caring.concern_about_a_handler,
    looking.digest,
    looking.homes,
    looking.help_and_wrong_input,
)


@click.command()
@click.option(
    "--traffic",
    type=click.Path(dir_okay=False, path_type=Path),
    help='Write every Web API call as a JSON line {"method": …, "args": …} to this file.',
)
@click.option("--brief", is_flag=True, help="Shorten long modals in the transcript.")
def story(traffic: Path | None, *, brief: bool) -> None:
    """Play the main job from start to end and print what everybody sees.

    Starts a local Slack and the bot on this machine with pretend people, needs no account, and ends by
    itself; exit code 1 if a step fails.
    """
    logs.set_up("WARNING", process="story")
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="mentorbot-story-") as folder,
        set_up(Path(folder) / "stage", limits_off="all") as stage,
    ):
        stage.bot.start(beating=False)
        click.echo(OPENING)
        told = Narrator(stage, click.echo, brief=brief)
        try:
            for act in ACTS:
                act(told)
        except (StoryBroke, AssertionError) as broken:
            click.echo(f"\nThe story broke: {broken}", err=True)
            raise SystemExit(1) from None
        finally:
            if traffic is not None:
                write_traffic(stage.slack.traffic(), traffic)
    seconds = time.monotonic() - began
    click.echo(
        f"\nThe story ran to its end: {told.checks} things were checked and held, in {seconds:.1f} seconds."
    )


def write_traffic(calls: list[dict[str, object]], path: Path) -> None:
    """Write the Web API calls to ``path``, one JSON object a line; tokens never stand in arguments."""
    with path.open("w", encoding="utf-8") as file:
        for call in calls:
            file.write(
                json.dumps({"method": call["method"], "args": call["args"]}, ensure_ascii=False) + "\n"
            )
