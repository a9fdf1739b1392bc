"""``mentorbot import``: a roster of people, or relationships that exist already, from a CSV file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse

from bot import wiring
from bot.commands import places
from bot.deps import Deps
from bot.domain import pairs, people, sheets
from bot.domain.people import Account
from bot.domain.sheets import FaultySheet, Sheet
from bot.domain.step import Step
from bot.domain.workspaces import SettledIn, choose_programme, of_organisation
from bot.errors import Misconfigured
from bot.handlers import workspaces
from bot.handlers.people import account_of
from bot.settings import read_settings
from bot.slack import CALL_SECONDS
from bot.store import migrations, programmes
from bot.store.acts import BY_OPERATOR
from bot.store.programmes import Workspace, WorkspaceState
from bot.texts import Say

PAGE = 500


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing.")
@click.option("--programme", default="", help="The programme's name; by default the one in programme.toml.")
@click.option(
    "--workspace",
    default="",
    metavar="ID",
    help="Where the bot is in several: Slack's id of the team (T…) or organisation (E…), or ours.",
)
def import_(file: Path, *, dry_run: bool, programme: str, workspace: str) -> None:
    """Import people or existing pairs from FILE; its columns tell which.

    \b
    People: id,name,email,roles,expertise,needs,career_stage,department,
            languages,time_zone,places,prefers,avoids
    Pairs:  mentor,mentee,kind,start_date,agreement

    Several values in one cell are separated by semicolons. Roles are mentee, mentor, lead, handler,
    alternate, office and on_call. Importing the same file again doubles nothing. Nothing is sent to anyone.
    With any fault nothing is stored, and every fault is listed with its row and column.
    """  # noqa: D301 - \b is click's sign to keep the lines as they are
    settings = read_settings()
    deps = wiring.build(settings)
    say = deps.texts.say()
    try:
        lines = run(deps, file.read_bytes(), dry_run=dry_run, programme=programme, workspace=workspace)
    except FaultySheet as faulty:
        for line in told(faulty, say):
            click.echo(line, err=True)
        sys.exit(1)
    except SlackApiError as fault:
        raise Misconfigured(
            f"Slack refused: {fault.response.get('error')}. `mentorbot check` says what to do."
        ) from fault
    finally:
        deps.db.engine.dispose()
    for line in lines:
        click.echo(line)


def run(
    deps: Deps, content: bytes, *, dry_run: bool = False, programme: str = "", workspace: str = ""
) -> list[str]:
    """Import the bytes of a file and return what to say about it.

    Raises FaultySheet, SlackApiError, and Misconfigured where it is not clear into which workspace.
    """
    say = deps.texts.say()
    sheet = sheets.read(content)
    take = _taker(sheet)
    migrations.upgrade(deps.db.engine)
    settled = _place(deps, programme, workspace)
    try:
        token = deps.slack.token_of(settled.workspace_id)
    except KeyError:
        raise Misconfigured(
            "There is no token for this workspace. Let the app be installed again from /slack/install."
        ) from None
    client = WebClient(
        token=token,
        base_url=deps.settings.slack_api_url,
        timeout=CALL_SECONDS,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=10)],
    )
    with deps.db.unscoped("whose accounts they are") as session:
        (row,) = [one for one in programmes.installed_rows(session) if one.id == settled.workspace_id]
    accounts = list(everybody(client, row)) if take is _take_people else []
    with (
        click.progressbar(
            length=len(sheet.lines), label=say.plain("imports.rows", n=len(sheet.lines)), file=sys.stderr
        ) as bar,
        deps.step(settled.workspace_id, settled.programme_id, by=BY_OPERATOR) as step,
    ):
        lines = take(step, sheet, accounts, lambda: bar.update(1), say)
        if dry_run:
            step.session.rollback()
    return [*lines, say.plain("imports.rehearsed" if dry_run else "imports.nothing_sent")]


def told(faulty: FaultySheet, say: Say) -> Iterator[str]:
    """Give the faults of a sheet as lines, and what to do."""
    for fault in faulty.faults:
        what = say.plain(fault.key, **fault.values)
        key = "imports.fault" if fault.column else "imports.fault_in_row"
        yield say.plain(key, row=fault.row, column=fault.column, what=what)
    if faulty.count > len(faulty.faults):
        yield say.plain("imports.more_faults", n=faulty.count - len(faulty.faults))
    yield say.plain("imports.nothing_stored")


def _place(deps: Deps, programme: str, given: str) -> SettledIn:
    """Return where to import: the workspace of SLACK_BOT_TOKEN, or one of those that installed the app."""
    if deps.settings.bot_token.get_secret_value():
        settled = workspaces.settle_in(deps, programme)
        if given and places.meant(places.known(deps), given).id != settled.workspace_id:
            raise Misconfigured("SLACK_BOT_TOKEN belongs to another workspace than --workspace names.")
        return settled
    everywhere = places.known(deps)
    known = [one for one in everywhere if one.state is WorkspaceState.INSTALLED]
    meant = [places.meant(everywhere, given)] if given else known
    if given and meant[0] not in known:
        raise Misconfigured(f"The app was removed from {given}. {places.listed(everywhere)}")
    if len(meant) != 1:
        listed = ", ".join(f"{one.account_home} ({one.name})" for one in known) or "none yet"
        raise Misconfigured(f"Name a workspace with --workspace. The app is installed in: {listed}.")
    name = programme or deps.guidelines.programme.name
    return choose_programme(deps.db, deps.ids, meant[0].id, name)


def everybody(client: WebClient, workspace: Workspace) -> Iterator[Account]:
    """Give every account of a workspace or organisation, asked of Slack page by page once."""
    teams: list[str | None] = [None]
    if not workspace.slack_team_id:  # a token of an organisation is asked team by team
        teams = [str(team["id"]) for page in _pages(client.auth_teams_list) for team in page["teams"]]
    seen: set[str] = set()
    for team_id in teams:
        for page in _pages(client.users_list, include_locale=True, team_id=team_id):
            for user in page["members"]:
                if user["id"] not in seen:
                    seen.add(user["id"])
                    account = account_of(user)
                    if not account.is_of(workspace.slack_team_id, workspace.slack_enterprise_id):
                        continue  # Slack lists people of other teams too, once a channel is shared with them
                    yield account if team_id is None else of_organisation(account, workspace.account_home)


def _pages(ask: Callable[..., SlackResponse], **more: Any) -> Iterator[SlackResponse]:
    cursor = ""
    while True:
        page = ask(limit=PAGE, cursor=cursor, **more)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


Take = Callable[[Step, Sheet, list[Account], Callable[[], Any], Say], list[str]]


def _taker(sheet: Sheet) -> Take:
    columns = set(sheet.columns)
    if columns & {"mentor", "mentee"}:
        return _take_pairs
    if columns & {"roles", "email", "id"}:
        return _take_people
    raise FaultySheet([sheets.Fault(1, "", "imports.unclear_file")])


def _take_people(
    step: Step, sheet: Sheet, accounts: list[Account], tick: Callable[[], Any], say: Say
) -> list[str]:
    done = people.import_people(step, sheet, accounts, tick)
    counts = {"new": done.new, "profiles": done.profiles, "kept": done.kept}
    lines = [_done(say.plain("imports.read.people", n=done.rows), counts, say)]
    if done.not_in_slack:
        lines.append(say.plain("imports.not_in_slack", n=done.not_in_slack))
    return [*lines, say.plain("imports.step_start")]


def _take_pairs(step: Step, sheet: Sheet, _: list[Account], tick: Callable[[], Any], say: Say) -> list[str]:
    done = pairs.import_pairs(step, sheet, tick)
    counts = {"new": done.new, "there_already": done.there_already}
    return [_done(say.plain("imports.read.pairs", n=done.rows), counts, say)]


def _done(read: str, counts: Mapping[str, int], say: Say) -> str:
    """Return what was read and what came of it, without what there is none of."""
    parts = [say.plain(f"imports.count.{name}", n=n) for name, n in counts.items() if n]
    return say.plain("imports.done", read=read, parts=", ".join(parts) or say.plain("imports.nothing_new"))
