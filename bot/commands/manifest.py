"""``mentorbot manifest``: what to paste where Slack asks for an app manifest."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import click

from bot import manifest as app


@click.command()
@click.option("--name", default="mentorbot", show_default=True, help="The app's name, at most 35 characters.")
@click.option(
    "--request-url", default=None, help="For signed HTTP instead of Socket Mode: the public https address."
)
@click.option("--scopes", is_flag=True, help="Print each scope with its reason instead.")
def manifest(name: str, request_url: str | None, *, scopes: bool) -> None:
    """Print the Slack app's manifest, with the least scopes, as JSON.

    Paste it at api.slack.com/apps under "Create New App", "From a manifest".
    """
    if scopes:
        width = max(map(len, app.SCOPES))
        for scope, reason in sorted(app.SCOPES.items()):
            click.echo(f"{scope.ljust(width)}  {reason}")
        return
    if not 1 <= len(name.strip()) <= len(name) <= app.LONGEST_NAME:
        raise click.BadParameter(f"give a name of 1 to {app.LONGEST_NAME} characters", param_hint="--name")
    if request_url is not None and not (
        request_url.startswith("https://") and urlsplit(request_url).hostname
    ):
        raise click.BadParameter(
            "Slack accepts only an address that begins with https:// and names a host",
            param_hint="--request-url",
        )
    click.echo(json.dumps(app.manifest(name=name, request_url=request_url), indent=2))
