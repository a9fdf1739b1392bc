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
@click.option(
    "--many",
    default=None,
    metavar="ADDRESS",
    help="To be installed in many workspaces: the public https address of `mentorbot web`. Signed HTTP, and "
    "tokens that are renewed.",
)
@click.option("--socket-mode", is_flag=True, help="With --many: Socket Mode instead of signed HTTP.")
@click.option("--org", is_flag=True, help="With --many: also for a whole Enterprise Grid organisation.")
@click.option("--scopes", is_flag=True, help="Print each scope with its reason instead.")
def manifest(
    name: str, request_url: str | None, many: str | None, *, socket_mode: bool, org: bool, scopes: bool
) -> None:
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
    for option, address in (("--request-url", request_url), ("--many", many)):
        if address is not None and not (address.startswith("https://") and urlsplit(address).hostname):
            raise click.BadParameter(
                "Slack accepts only an address that begins with https:// and names a host", param_hint=option
            )
    if many is None and (org or socket_mode):
        raise click.UsageError("--org and --socket-mode say more about --many: give that address too.")
    if many is not None and request_url is not None:
        raise click.UsageError("--many names the address for requests already: leave --request-url away.")
    redirect_url = None
    if many is not None:
        base = many.rstrip("/")
        redirect_url = base + app.REDIRECT_PATH
        request_url = None if socket_mode else base + app.REQUEST_PATH
    made = app.manifest(name=name, request_url=request_url, redirect_url=redirect_url, org_wide=org)
    click.echo(json.dumps(made, indent=2))
