"""``mentorbot check``: what is missing or wrong, in plain words, and what to do about each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import click
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import guidelines
from bot.clock import SystemClock
from bot.commands.findings import Finding, fine, mend
from bot.commands.installs import look_at_installations, look_at_oauth
from bot.commands.traffic import look_at_traffic
from bot.domain.concerns import choosing
from bot.errors import Misconfigured
from bot.guidelines import Guidelines
from bot.guidelines.concerns import ConcernRules
from bot.manifest import SCOPES
from bot.settings import SHIPPED_CONFIG, Settings, read_settings
from bot.slack import APART, CALL_SECONDS, ahead_of_slack
from bot.store import migrations, people, programmes, troubles, wall
from bot.store.database import Database, Scope, is_new_file, open_engine
from bot.store.people import Role
from bot.store.sealing import Keyring
from bot.texts import Say, Texts

BOT_TOKEN = "xoxb-"  # noqa: S105 - how such tokens begin, no token
APP_TOKEN = "xapp-"  # noqa: S105 - how such tokens begin, no token


def look_at_keys(settings: Settings) -> Iterator[Finding]:
    """Look at MENTORBOT_KEYS."""
    if not settings.keys.get_secret_value():
        yield mend("keys.missing")
        return
    try:
        Keyring.parse(settings.keys.get_secret_value())
    except Misconfigured as fault:
        yield mend("keys.wrong", fault=str(fault))
        return
    yield fine("keys.fine")


def look_at_tokens(settings: Settings) -> Iterator[Finding]:
    """Look at both tokens and the scopes Slack granted. Two calls to Slack, nothing is changed."""
    bot, app = settings.bot_token.get_secret_value(), settings.app_token.get_secret_value()
    if not bot and settings.client_id:
        pass  # each workspace brings its own
    elif not bot:
        yield mend("bot_token.missing")
    elif not bot.startswith(BOT_TOKEN):
        yield mend("bot_token.wrong_kind")
    else:
        yield from _ask_who(_client(settings, bot))
    if not app and settings.client_id:
        pass  # Slack's requests come signed over HTTP
    elif not app:
        yield mend("app_token.missing")
    elif not app.startswith(APP_TOKEN):
        yield mend("app_token.wrong_kind")
    else:
        try:
            _client(settings, app).apps_connections_open(app_token=app)
            yield fine("app_token.fine")
        except SlackApiError as fault:
            yield mend("app_token.refused", error=str(fault.response.get("error")))
        except (SlackClientError, OSError) as fault:
            yield mend("slack.away", address=settings.slack_api_url, fault=type(fault).__name__)


def _client(settings: Settings, token: str) -> WebClient:
    return WebClient(token=token, base_url=settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[])


def _ask_who(client: WebClient) -> Iterator[Finding]:
    clock = SystemClock()
    asked = clock.now()
    try:
        who = client.auth_test()
    except SlackApiError as fault:
        yield mend("bot_token.refused", error=str(fault.response.get("error")))
        return
    except (SlackClientError, OSError) as fault:
        yield mend("slack.away", address=client.base_url, fault=type(fault).__name__)
        return
    yield fine("bot_token.fine", team=str(who["team"]), bot=str(who["user"]))
    headers = {name.lower(): str(value) for name, value in who.headers.items()}
    ahead = ahead_of_slack(headers.get("date"), asked, clock.now())
    if abs(ahead) > APART:
        side = "ahead" if ahead > timedelta(0) else "behind"
        yield mend(f"slack.{side}", seconds=round(abs(ahead).total_seconds()))
    header = headers.get("x-oauth-scopes", "")
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    lacking = sorted(set(SCOPES) - granted)
    for scope in lacking:
        yield mend("scopes.missing", scope=scope, reason=SCOPES[scope])
    if not lacking:
        yield fine("scopes.fine", n=len(SCOPES))


def look_at_config(settings: Settings) -> tuple[Guidelines | None, list[Finding]]:
    """Look at the config folder; return the rules as well when they can be read."""
    if not settings.config.is_dir():
        return None, [mend("config.nowhere", folder=settings.config)]
    try:
        rules = guidelines.load(settings.config)
        Texts.load(settings.config / "texts")
    except Misconfigured as fault:
        return None, [mend("config.wrong", fault=str(fault))]
    found = [fine("config.fine", folder=settings.config, version=rules.version)]
    known = ", ".join(sorted(guidelines.FILES))
    found += [
        mend("config.unknown_file", file=path, known=known)
        for path in guidelines.unknown_files(settings.config)
    ]
    found += [mend(f"concerns.missing.{lack}") for lack in rules.concerns.missing()]
    if not rules.concerns.missing():
        approval = rules.concerns.approval
        found.append(fine("concerns.fine", name=approval.name, office=approval.office))
    return rules, found


def look_at_channel(settings: Settings, rules: Guidelines) -> Iterator[Finding]:
    """Look for the programme's channel, and whether the bot is in it."""
    name = rules.concerns.channel.name
    if not name:
        yield fine("channel.none")
        return
    client = _client(settings, settings.bot_token.get_secret_value())
    try:
        cursor = ""
        while True:
            page = client.users_conversations(
                types="private_channel", limit=200, cursor=cursor, exclude_archived=True
            )
            if any(channel["name"] == name for channel in page["channels"]):
                yield fine("channel.fine", channel=name)
                return
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                yield mend("channel.missing", channel=name)
                return
    except SlackApiError as fault:
        yield mend("channel.refused", channel=name, error=str(fault.response.get("error")))
    except (SlackClientError, OSError) as fault:
        yield mend("slack.away", address=settings.slack_api_url, fault=type(fault).__name__)


def look_at_database(settings: Settings, rules: Guidelines | None) -> Iterator[Finding]:
    """Look at the database, its schema, and whether the programme has the people it cannot do without."""
    try:
        if is_new_file(settings.database_url):
            yield fine("database.new")
            return
        engine = open_engine(settings.database_url)
    except Misconfigured as fault:
        yield mend("database.wrong", fault=str(fault))
        return
    try:
        revision, outdated, unbound = _schema(engine)
    except (SQLAlchemyError, OSError, ImportError) as fault:
        engine.dispose()
        sentence = troubles.in_plain_words(fault)
        if sentence is None:
            yield mend("database.odd", fault=type(fault).__name__)
        else:
            yield mend("database.away", fault=sentence)
        return
    if "tables" in outdated:
        yield mend("database.old", revision=revision or "none", newest=migrations.newest())
        engine.dispose()
        return
    yield fine("database.fine", revision=revision)
    for part in outdated:
        yield mend(f"database.outdated.{part}")
    if unbound is not None:
        yield mend(f"database.unbound.{unbound}")
    if rules is not None and settings.keys.get_secret_value():
        with contextlib.suppress(Misconfigured):  # look_at_keys has said it
            db = Database(engine, Keyring.parse(settings.keys.get_secret_value()))
            yield from look_at_installations(db)
            yield from _look_at_people(db, rules)
            yield from look_at_traffic(db, settings)
    engine.dispose()


def _schema(engine: Engine) -> tuple[str | None, list[str], str | None]:
    """Return the revision, what is not as this release needs it, and why the wall does not bind our role."""
    revision, outdated = migrations.present(engine), migrations.outdated(engine)
    if engine.dialect.name != "postgresql":
        return revision, outdated, None
    with engine.connect() as connection:
        return revision, outdated, wall.does_not_bind(connection)


def _look_at_people(db: Database, rules: Guidelines) -> Iterator[Finding]:
    with db.unscoped("check every programme") as session:
        all_programmes = programmes.everywhere(session)
    if not all_programmes:
        yield mend("programme.none")
    are_several = len({one.workspace_id for one in all_programmes}) > 1
    for programme in all_programmes:
        with db.reading(Scope(programme.workspace_id, programme.programme_id)) as session:
            found = [
                mend("programme.nobody", role=role.value)
                for role in (Role.LEAD, Role.MENTOR, Role.MENTEE)
                if not people.with_role(session, role)
            ]
            found += _look_at_handlers(session, rules.concerns)
            place = programmes.workspace(session, programme.workspace_id)
        of = f"{place.name} ({place.account_home}): " if are_several and place is not None else ""
        yield from (replace(one, of=of) for one in found)


def _look_at_handlers(session: Session, rules: ConcernRules) -> Iterator[Finding]:
    """Look whether those whom the guideline lists and those who hold the roles are the same people.

    Where the guideline itself is not complete, which is told already, nobody is looked for.
    """
    if rules.missing():
        return
    ladder = [Role(name) for name in rules.ladder.roles]
    known = {(person.email or "").casefold() for person in people.with_role(session, *ladder)}
    for handler in rules.handlers:
        if handler.email not in known:
            yield mend("concerns.nobody_by", address=handler.email)
    for person in people.with_role(session, Role.HANDLER, Role.ALTERNATE, Role.OFFICE, Role.ON_CALL):
        if not rules.lists(person.email):
            yield mend("concerns.not_listed", name=person.name)
    if not choosing.are_enough(choosing.candidates(session, rules)):
        yield mend("concerns.too_few")


def look(settings: Settings) -> Iterator[Finding]:
    """Look at everything, in the order in which one would set it up."""
    yield from look_at_keys(settings)
    tokens = list(look_at_tokens(settings))
    yield from tokens
    yield from look_at_oauth(settings)
    rules, found = look_at_config(settings)
    yield from found
    has_token = bool(settings.bot_token.get_secret_value())
    if rules is not None and has_token and all(finding.fine for finding in tokens):
        yield from look_at_channel(settings, rules)
    yield from look_at_database(settings, rules)


@click.command()
def check() -> None:
    """Say in plain words what is missing or wrong in keys, tokens, scopes, config, channel and database.

    And, where the bot has run, whether what is due is looked for and sent.

    Changes nothing. Ends with exit code 1 when something needs you.
    """
    settings = read_settings()
    say = _say(settings)
    wrong = 0
    for finding in look(settings):
        mark = click.style("ok  ", fg="green") if finding.fine else click.style("mend", fg="red", bold=True)
        click.echo(f"{mark}  {finding.of}{say.plain(finding.key, **finding.values)}")
        wrong += not finding.fine
    click.echo("")
    click.echo(say.plain("check.all_fine") if wrong == 0 else say.plain("check.to_mend", n=wrong))
    if wrong:
        raise SystemExit(1)


def _say(settings: Settings) -> Say:
    """Return the configured words; where they cannot be read, which is a finding, the shipped ones."""
    with contextlib.suppress(Misconfigured):
        texts = Texts.load(settings.config / "texts")
        if {f"check.{key}" for key in ("all_fine", "config.wrong")} <= texts.keys():
            return texts.say()
    return Texts.load(SHIPPED_CONFIG / "texts").say()
