"""The commands. Each is loaded only when it is called, so that ``--help`` and ``keys`` start at once."""

from __future__ import annotations

import importlib
import sys

import click

from bot.errors import Misconfigured

COMMANDS = {
    "demo": ("story.demo:demo", "Try it: a local Slack, forty pretend people, and the bot, on this machine."),
    "story": ("story.play:story", "Play the main job from start to end and print what everybody sees."),
    "run": ("bot.commands.run:run", "Run the whole bot in one process, on one machine."),
    "worker": ("bot.commands.worker:worker", "Production: send what is due, and compute (PostgreSQL)."),
    "clock": ("bot.commands.clock:clock", "Production: look for what is due (PostgreSQL)."),
    "web": ("bot.commands.web:web", "Serve Slack's signed requests, installs, health and figures over HTTP."),
    "check": ("bot.commands.check:check", "Say in plain words what is missing or wrong, and what to do."),
    "manifest": ("bot.commands.manifest:manifest", "Print the Slack app's manifest."),
    "keys": ("bot.commands.keys:keys", "Make the keys that seal private text."),
    "import": ("bot.commands.imports:import_", "Import people or existing pairs from a CSV file."),
    "outbox": ("bot.commands.outbox:outbox", "See what waits to be said, and what nobody got and why."),
    "database": ("bot.commands.database:database", "Bring the database to the newest schema."),
}


class Lazy(click.Group):
    """A group whose commands live in modules that are imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command by name, importing its module."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a database in trouble ends it with a sentence, not with a traceback."""
        try:
            return super().invoke(ctx)
        except Exception as fault:
            if "sqlalchemy" not in sys.modules:  # then no database was spoken to
                raise
            said = importlib.import_module("bot.store.troubles").in_plain_words(fault)
            if said is None:
                raise
            raise Misconfigured(said) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mentorbot")
def group() -> None:
    """Mentorship programmes that run inside Slack.

    Start with `mentorbot demo`. For a real workspace: `mentorbot manifest`, `mentorbot keys new`,
    `mentorbot check`, `mentorbot run`.
    """


def main() -> None:
    """Run the command line; a misconfiguration ends with its sentences and exit code 2, no traceback."""
    try:
        group.main(prog_name="mentorbot")
    except Misconfigured as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
