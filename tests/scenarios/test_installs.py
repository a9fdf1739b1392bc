"""The bot in many workspaces: installed through a browser, used, left, brought back, for an organisation."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.adapter.wsgi import SlackRequestHandler
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import logs, wiring
from bot.clock import SystemClock
from bot.commands import imports
from bot.deps import Deps
from bot.errors import Misconfigured
from bot.handlers.workspaces.leaving import left
from bot.jobs.deliver.channels import Channels
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.pacing import Pace
from bot.jobs.workspaces import look_after
from bot.manifest import manifest
from bot.running import Bot
from bot.settings import read_settings
from bot.store import accounts, installations, migrations, people, programmes
from bot.store.database import Scope
from bot.store.people import Role
from bot.store.programmes import Workspace as WorkspaceRow
from bot.store.programmes import WorkspaceState
from bot.store.received import Received
from sandbox.driver import Workspace
from sandbox.driver.browser import Page
from sandbox.process import Running
from tests.cast import KEYS, TEAM_ID, WORKSPACE_ID, team, template
from tests.world import PATIENCE, World

LAKE = "T0LAKE"
ORG = "E0LAKES"
INSTALLED_ON = "/slack/install"


def lake(team_id: str = LAKE, name: str = "Lakeside College") -> dict[str, Any]:
    """Return a team as a seed: two people, the app not installed."""
    return {
        "installed": False,
        "team": {"id": team_id, "name": name, "domain": team_id.lower()},
        "people": [
            {
                "id": "U0WREN",
                "name": "wren",
                "real_name": "Wren Okafor",
                "email": "wren@lake.example",
                "is_admin": True,
            },
            {"id": "U0ROBIN", "name": "robin", "real_name": "Robin Sato", "email": "robin@lake.example"},
        ],
    }


def riverside() -> dict[str, Any]:
    """Return the cast's team as a seed, the app not installed."""
    return team() | {"installed": False}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Print nothing."""


@dataclass
class House:
    """The bot for many workspaces, with its pages, beside a local Slack with several."""

    running: Running
    bot: Bot
    deps: Deps
    address: str
    pages: WSGIServer

    def slack(self, team_id: str = LAKE) -> Workspace:
        """Return one workspace's driver."""
        return self.running.workspaces[team_id]

    def install(self, person: str = "wren", team_id: str = LAKE, **how: Any) -> Page:
        """Let a person install the bot, and wait until everything is told."""
        page = self.slack(team_id).install(self.address + INSTALLED_ON, person, **how)
        self.settle()
        return page

    def settle(self) -> None:
        """Wait until everything is handled and sent."""
        for _ in range(100):
            assert self.bot.listeners.wait_idle(PATIENCE)
            finished = self.bot.listeners.finished
            self.bot.heartbeat.settle()
            pending = sum(app["pending"] for one in self.running.workspaces.values() for app in one.apps)
            if pending == 0 and self.bot.listeners.wait_idle(0) and self.bot.listeners.finished == finished:
                return
        raise AssertionError("the bot does not come to rest")

    def skip(self, **parts: float) -> None:
        """Skip ahead and let everything that fell due happen."""
        self.running.workspace.clock.skip(**parts)
        self.settle()

    def row(self, team_id: str = LAKE, enterprise_id: str = "", *, org_wide: bool = False) -> WorkspaceRow:
        """Return the row of a workspace."""
        with self.deps.db.unscoped("look") as session:
            found = programmes.by_slack_team(session, team_id, enterprise_id, org_wide=org_wide)
        assert found is not None
        return found

    def leads(self, workspace_id: str) -> list[str]:
        """Return the names of those who lead the one programme of a workspace."""
        with self.deps.db.unscoped("look") as session:
            (place,) = [one for one in programmes.everywhere(session) if one.workspace_id == workspace_id]
        with self.deps.db.reading(Scope(workspace_id, place.programme_id)) as session:
            return [person.name for person in people.with_role(session, Role.LEAD)]


def open_house(running: Running, clock_file: Path, folder: Path, seed: dict[str, Any]) -> House:
    """Return the bot over Socket Mode, and its pages on a port of this machine."""
    server: WSGIServer = make_server("127.0.0.1", 0, lambda _e, _s: [], handler_class=_Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    made = manifest(redirect_url=f"{address}/slack/oauth_redirect", org_wide="enterprise" in seed)
    running.reset(seed, made, limits_off="all")
    settings = read_settings(
        bot_token="",
        app_token=running.app_token,
        client_id=running.client_id,
        client_secret=running.client_secret,
        authorize_url=running.authorize_url,
        public_url=address,
        keys=KEYS,
        slack_api_url=running.api_url,
        database_url=f"sqlite:///{folder / 'house.sqlite3'}",
        config=template().config,
        clock_file=clock_file,
    )
    deps = wiring.build(settings, clock=SystemClock(clock_file))
    migrations.upgrade(deps.db.engine)
    bot = Bot(deps)
    server.set_app(SlackRequestHandler(bot.app))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    bot.start(beating=False)
    return House(running, bot, deps, address, server)


def close(house: House) -> None:
    """Stop the pages and the bot."""
    house.pages.shutdown()
    house.pages.server_close()
    house.bot.stop()


@pytest.fixture
def house(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[House]:
    """The bot for many, installed nowhere, beside two teams."""
    made = open_house(*local_slack, tmp_path, {"teams": [riverside(), lake()]})
    yield made
    close(made)


@pytest.fixture
def org_house(local_slack: tuple[Running, Path], tmp_path: Path) -> Iterator[House]:
    """The bot for many, installed nowhere, beside an organisation of two teams and a team of nobody's."""
    leads = {"id": "G0SOUTH", "name": "south-leads", "is_private": True, "members": ["wren"]}
    south = lake("T0SOUTH", "South College") | {"channels": [leads]}
    teams = [lake("T0NORTH", "North College"), south]
    org = {"id": ORG, "name": "The Lakes", "domain": "lakes", "teams": teams}
    made = open_house(*local_slack, tmp_path, {"teams": [riverside()], "enterprise": org})
    yield made
    close(made)


def event(team_id: str, kind: str, at: float, **more: Any) -> dict[str, Any]:
    """Return an event's body as Slack sends it when the bot was removed."""
    about = {"type": kind, **({"tokens": {"oauth": [], "bot": ["UBOT"]}} if kind == "tokens_revoked" else {})}
    return {
        "type": "event_callback",
        "team_id": team_id,
        "event": about,
        "event_id": "Ev0",
        "event_time": at,
    } | more


def test_who_installs_is_told_what_comes_next_and_nobody_else_anything(house: House) -> None:
    """The page and one direct message say who leads and what to do; the programme waits; Home is there."""
    page = house.install()
    assert page.status == 200
    assert "You are the lead of" in page.text
    assert "Nobody has been written to" in page.text
    wren, robin = house.slack().person("wren"), house.slack().person("robin")
    assert ["what you can do next" in message.fallback for message in wren.received] == [True]
    assert "Nobody else has been written to" in wren.received[0].text
    assert robin.received == []
    assert house.leads(house.row().id) == ["Wren Okafor"]
    wren.open_home()
    house.settle()
    assert "Research Mentoring" in wren.home.text
    assert wren.command("/mentorship help").ok
    house.settle()
    wren.sees("/mentorship")


def test_home_counts_nobody_but_others_among_those_who_wait(house: House) -> None:
    """Right after the installation the lead reads that nobody else is there; then, how many others wait."""
    house.install()
    wren = house.slack().person("wren")
    home = wren.home.text
    assert "nobody else is in it yet" in home
    assert "other person" not in home
    assert "Start for everyone" not in home
    join(house, "robin", "Robin Sato", started=False)
    home = wren.open_home().text
    assert "Waiting to be told: 1 mentee." in home


def test_workspaces_do_not_meet(house: House) -> None:
    """Two teams install the same app: each has its own lead, programme and token; neither knows the other."""
    house.install()
    house.install("lena", TEAM_ID)
    here, there = house.row().id, house.row(TEAM_ID).id
    assert here != there
    assert (house.leads(here), house.leads(there)) == (["Wren Okafor"], ["Lena Hoffmann"])
    token = house.deps.slack.token_of
    assert token(here) != token(there)
    lena = house.slack(TEAM_ID).person("lena")
    assert [message.fallback for message in lena.received] == ["Mentorship: what you can do next"]
    assert len(house.slack().person("wren").received) == 1
    with house.deps.db.reading(Scope(here)) as session:
        assert {person.name for person, _ in people.everyone(session)} == {"Wren Okafor"}


def test_somebody_in_no_programme_is_told_whom_to_ask(house: House) -> None:
    """Where the bot is installed, anybody may type a command, and reads what they are missing."""
    house.install()
    robin = house.slack().person("robin")
    robin.command("/findmentor statistics")
    house.settle()
    robin.sees("You are not part of a mentorship programme here yet")


def test_an_installation_that_is_cancelled_changes_nothing(house: House) -> None:
    """The page says so, and how to begin again."""
    page = house.install(allow=False)
    assert "did not allow it" in page.text
    assert INSTALLED_ON in page.text
    with house.deps.db.unscoped("look") as session:
        assert session.scalars(select(WorkspaceRow)).all() == []


def test_a_state_works_once_in_its_own_browser_and_for_ten_minutes(house: House) -> None:
    """Another browser, a second use, and a late one are refused, each with what to do; nothing is stored."""
    slack = house.slack()
    own, other = slack.browser(), slack.browser()
    start = own.open(house.address + INSTALLED_ON)
    state = next(value for name, value in links(start.text) if name == "state")
    back = f"{house.address}/slack/oauth_redirect?code=1.2.made-up&state={state}"
    assert "the browser window in which the installation began" in other.open(back).text
    assert "Slack did not confirm the installation" in own.open(back).text
    again = own.open(house.address + INSTALLED_ON)
    used = next(value for name, value in links(again.text) if name == "state")
    back = f"{house.address}/slack/oauth_redirect?code=1.2.made-up&state={used}"
    house.running.workspace.clock.skip(minutes=11)
    assert "longer than ten minutes" in own.open(back).text
    with house.deps.db.unscoped("look") as session:
        assert session.scalars(select(WorkspaceRow)).all() == []


def links(page: str) -> list[tuple[str, str]]:
    """Return the parameters of the one link on a page."""
    address = page.partition('class="go" href="')[2].partition('"')[0].replace("&amp;", "&")
    return parse_qsl(urlsplit(address).query)


def test_installing_again_is_quiet(house: House) -> None:
    """Another person installs it again: a new token, the same lead, and no second message."""
    house.install()
    before = house.deps.slack.token_of(house.row().id)
    page = house.install("robin")
    assert "goes on where it was" in page.text
    house.skip(minutes=1)
    assert house.deps.slack.token_of(house.row().id) != before
    assert house.leads(house.row().id) == ["Wren Okafor"]
    assert len(house.slack().person("wren").received) == 1
    assert house.slack().person("robin").received == []


ORDERS = (
    ("app_uninstalled", "tokens_revoked"),
    ("tokens_revoked", "app_uninstalled"),
    ("app_uninstalled",),
    ("tokens_revoked",),
    ("app_uninstalled", "app_uninstalled", "tokens_revoked", "tokens_revoked"),
)


@pytest.mark.parametrize("order", ORDERS, ids=[" ".join(order) for order in ORDERS])
def test_the_app_is_removed_and_comes_back(house: House, order: tuple[str, ...]) -> None:
    """In whatever order Slack tells it, all stops at once, no token is kept; installed again, all is back."""
    house.install()
    house.install("lena", TEAM_ID)
    workspace_id = house.row().id
    house.slack().uninstall(order=order)
    house.settle()
    row = house.row()
    assert row.state is WorkspaceState.GONE
    assert row.gone_at is not None
    with house.deps.db.reading(Scope(workspace_id)) as session:
        kept = installations.of_workspace(session)
    assert kept is not None
    assert (kept.token, kept.refresh_token) == (None, None)
    house.skip(minutes=1)
    with pytest.raises(KeyError):
        house.deps.slack.token_of(workspace_id)
    assert house.row(TEAM_ID).state is WorkspaceState.INSTALLED
    page = house.install()
    assert "goes on where it was" in page.text
    assert (house.row().id, house.row().state) == (workspace_id, WorkspaceState.INSTALLED)
    assert house.leads(workspace_id) == ["Wren Okafor"]
    assert len(house.slack().person("wren").received) <= 1


def test_revoked_tokens_are_enough(house: House) -> None:
    """An administrator revokes the tokens: the workspace is left, however Slack tells of it."""
    house.install()
    house.slack().revoke_tokens()
    house.settle()
    assert house.row().state is WorkspaceState.GONE


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_a_late_event_does_not_throw_out_the_new_installation(house: House, kind: str) -> None:
    """An event of before the installation is none of its business, even in the very second of it."""
    house.install()
    with house.deps.db.reading(Scope(house.row().id)) as session:
        row = installations.of_workspace(session)
    assert row is not None
    for seconds in (-3600, -1, 0):
        at = (row.installed_at + timedelta(seconds=seconds)).timestamp()
        left(house.deps, event(LAKE, kind, int(at)))
        assert house.row().state is WorkspaceState.INSTALLED
    left(house.deps, event(LAKE, kind, int(row.installed_at.timestamp()) + 3600))
    assert house.row().state is WorkspaceState.GONE


def test_a_person_revoking_their_own_token_removes_nothing(house: House) -> None:
    """Only the bot's token matters."""
    house.install()
    body = event(LAKE, "tokens_revoked", 0)
    body["event"]["tokens"] = {"oauth": ["U0ROBIN"], "bot": []}
    house.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    house.settle()
    assert house.row().state is WorkspaceState.INSTALLED


def test_after_the_days_the_data_is_gone_and_an_installation_begins_afresh(house: House) -> None:
    """By time alone: nothing of the workspace is left, the other goes on, and the installer leads anew."""
    house.install()
    house.install("lena", TEAM_ID)
    before = house.row().id
    house.slack().uninstall()
    house.settle()
    house.skip(days=31)
    with house.deps.db.unscoped("look") as session:
        assert programmes.by_slack_team(session, LAKE) is None
    with house.deps.db.reading(Scope(before)) as session:
        assert people.everyone(session) == []
    assert house.leads(house.row(TEAM_ID).id) == ["Lena Hoffmann"]
    assert "You are the lead of" in house.install("robin").text
    assert house.row().id != before
    assert house.leads(house.row().id) == ["Robin Sato"]


def test_tokens_are_renewed_by_time_and_work(house: House) -> None:
    """Days without anybody: the token is always a valid one, and Slack takes it."""
    house.install()
    workspace_id = house.row().id
    seen = set()
    for _ in range(4):
        house.skip(hours=11)
        client = house.deps.slack.client(workspace_id)
        assert client.auth_test()["team_id"] == LAKE
        seen.add(client.token)
    assert len(seen) == 4
    wren = house.slack().person("wren")
    wren.open_home()
    house.settle()
    assert "Research Mentoring" in wren.home.text


def test_one_installation_serves_an_organisation(org_house: House) -> None:
    """Installed for all its teams: whoever leads is known in each; a team outside it stays a stranger."""
    page = org_house.install(team_id="T0NORTH", org=True)
    assert "You are the lead of" in page.text
    workspace_id = org_house.row("", ORG, org_wide=True).id
    assert org_house.leads(workspace_id) == ["Wren Okafor"]
    for team_id in ("T0NORTH", "T0SOUTH"):
        wren = org_house.slack(team_id).person("wren")
        wren.open_home()
        org_house.settle()
        assert "Research Mentoring" in wren.home.text
        assert wren.command("/mentorship help").ok
        org_house.settle()
        wren.sees("/mentorship")
    with org_house.deps.db.unscoped("look") as session:
        assert programmes.by_slack_team(session, "T0NORTH") is None
        assert programmes.by_slack_team(session, TEAM_ID) is None
    org_house.slack("T0NORTH").uninstall()
    org_house.settle()
    assert org_house.row("", ORG, org_wide=True).state is WorkspaceState.GONE


ROSTER = b"email,roles\nrobin@lake.example,mentor\n"


def test_a_roster_goes_into_the_workspace_that_is_named(house: House) -> None:
    """With several, the operator says which; nobody of it is written to, nobody elsewhere is touched."""
    house.install()
    house.install("lena", TEAM_ID)
    with pytest.raises(Misconfigured, match=LAKE):
        imports.run(house.deps, ROSTER)
    imports.run(house.deps, ROSTER, workspace=LAKE)
    imports.run(house.deps, ROSTER, workspace=house.row().id)
    with pytest.raises(Misconfigured, match=f"no workspace T0ELSE.*{house.row().id}.*installed"):
        imports.run(house.deps, ROSTER, workspace="T0ELSE")
    house.settle()
    assert house.slack().person("robin").received == []
    house.slack().person("robin").open_home()
    house.settle()
    assert "Research Mentoring" in house.slack().person("robin").home.text
    with house.deps.db.reading(Scope(house.row(TEAM_ID).id)) as session:
        assert [person.name for person, _ in people.everyone(session)] == ["Lena Hoffmann"]


def test_an_organisation_is_asked_team_by_team(org_house: House) -> None:
    """Its people are imported once, whatever teams they are in, and its channel is found in any of them."""
    org_house.install(team_id="T0NORTH", org=True)
    imports.run(org_house.deps, ROSTER)
    workspace_id = org_house.row("", ORG, org_wide=True).id
    with org_house.deps.db.reading(Scope(workspace_id)) as session:
        known = {person.name: account for person, account in people.everyone(session)}
    assert set(known) == {"Wren Okafor", "Robin Sato"}
    assert {account.team_id for account in known.values() if account is not None} == {ORG}
    org_house.slack("T0SOUTH").line.post("/control/channels/%23south-leads", {"add": ["@app"]})
    client = org_house.deps.slack.client(workspace_id)
    line = Line(client, workspace_id, Pace(), org_house.deps.clock, paced=False)
    channel, members = Channels().look(line, "#south-leads", with_members=True)
    assert channel == "G0SOUTH"
    assert members is not None
    assert "U0WREN" in members


def somebody(team_id: str, enterprise_id: str = "", **more: Any) -> dict[str, Any]:
    """Return an account as Slack tells of it, with Robin's address in its profile."""
    organisation = {"enterprise_user": {"id": "U0XENIA", "enterprise_id": enterprise_id, "teams": [team_id]}}
    return {
        "id": "U0XENIA",
        "team_id": team_id,
        "name": "xenia",
        "tz": "Europe/Berlin",
        "profile": {"real_name": "Xenia Else", "email": "robin@lake.example"},
        **(organisation if enterprise_id else {}),
        **more,
    }


def tell(house: House, kind: str, user: dict[str, Any], team_id: str, enterprise_id: str = "") -> None:
    """Let Slack tell the installation of a team, or of a whole organisation, of somebody."""
    known = {"team_id": team_id, "is_enterprise_install": bool(enterprise_id)}
    known |= {"enterprise_id": enterprise_id} if enterprise_id else {}
    body = {
        "type": "event_callback",
        "event": {"type": kind, "user": user},
        "event_id": "Ev1",
        "authorizations": [known],
        **known,
    }
    house.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    house.settle()


def linked(house: House, workspace_id: str) -> dict[str, str]:
    """Return by name who of a workspace has which Slack account."""
    with house.deps.db.reading(Scope(workspace_id)) as session:
        known = people.everyone(session)
    return {person.name: account.user_id for person, account in known if account is not None}


PEOPLE_EVENTS = ("user_change", "team_join")
LATER = b"email,name,roles\nrobin@lake.example,Robin Sato,mentor\n"


def import_before_they_join(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import Robin while Slack tells of nobody: known by the address alone."""
    with monkeypatch.context() as patch:
        patch.setattr(imports, "everybody", lambda *_: ())
        imports.run(house.deps, LATER)


@pytest.mark.parametrize("kind", PEOPLE_EVENTS)
@pytest.mark.parametrize(
    "stranger",
    [
        somebody("T0XENO"),
        somebody("T0XENO", is_stranger=True),
        somebody("T0XENO", "E0XENO"),
        somebody("T0NORTH", ORG, is_stranger=True),
        somebody("T0NORTH"),
    ],
    ids=["other team", "marked stranger", "other organisation", "marked in ours", "unproven"],
)
def test_nobody_from_elsewhere_becomes_somebody_of_the_organisation(
    org_house: House, monkeypatch: pytest.MonkeyPatch, kind: str, stranger: dict[str, Any]
) -> None:
    """Met in a shared channel, with the address of somebody imported: linked to nobody, called by no name."""
    org_house.install(team_id="T0NORTH", org=True)
    workspace_id = org_house.row("", ORG, org_wide=True).id
    import_before_they_join(org_house, monkeypatch)
    tell(org_house, kind, stranger, "T0NORTH", ORG)
    assert linked(org_house, workspace_id) == {"Wren Okafor": "U0WREN"}
    tell(org_house, kind, somebody("T0NORTH", ORG), "T0NORTH", ORG)
    assert linked(org_house, workspace_id) == {"Wren Okafor": "U0WREN", "Xenia Else": "U0XENIA"}


@pytest.mark.parametrize("kind", PEOPLE_EVENTS)
def test_nobody_from_elsewhere_becomes_somebody_of_the_team(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One team alone holds it the same way: only its own people are linked by their address."""
    house.install()
    import_before_they_join(house, monkeypatch)
    for stranger in (somebody("T0XENO"), somebody(LAKE, is_stranger=True), somebody("T0XENO", "E0XENO")):
        tell(house, kind, stranger, LAKE)
        assert linked(house, house.row().id) == {"Wren Okafor": "U0WREN"}
    tell(house, kind, somebody(LAKE), LAKE)
    assert linked(house, house.row().id) == {"Wren Okafor": "U0WREN", "Xenia Else": "U0XENIA"}


def test_the_same_id_elsewhere_renames_nobody(org_house: House) -> None:
    """A user of another organisation who happens to have the lead's id changes nothing about the lead."""
    org_house.install(team_id="T0NORTH", org=True)
    tell(org_house, "user_change", somebody("T0XENO", "E0XENO") | {"id": "U0WREN"}, "T0NORTH", ORG)
    assert org_house.leads(org_house.row("", ORG, org_wide=True).id) == ["Wren Okafor"]


def test_who_is_listed_from_elsewhere_is_not_imported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack lists people of a shared channel too: a roster's address is never taken for one of theirs."""
    house.install()
    pages = [{"members": [somebody("T0XENO", is_stranger=True), somebody("T0XENO", id="U0YVES")]}]
    monkeypatch.setattr(imports, "_pages", lambda *_args, **_more: iter(pages))
    imports.run(house.deps, LATER)
    assert linked(house, house.row().id) == {"Wren Okafor": "U0WREN"}


def test_a_team_taken_out_of_the_organisations_installation(org_house: House) -> None:
    """Its people are served no more, those of the other team are; let in again, so are they."""
    org_house.install(team_id="T0NORTH", org=True)
    north, south = org_house.slack("T0NORTH"), org_house.slack("T0SOUTH")
    wren: dict[str, Any] = {"team_id": "T0SOUTH", "user_id": "U0WREN", "enterprise_id": ORG, "org_wide": True}

    def is_known(**more: Any) -> bool:
        with org_house.deps.db.unscoped("who calls") as session:
            return accounts.identify(session, **(wren | more)) is not None

    assert is_known()
    south.org_access(granted=False)
    org_house.settle()
    assert not is_known()
    assert not is_known(team_id="T0NORTH", user_team_id="T0SOUTH")
    assert is_known(team_id="T0NORTH")
    north.person("wren").open_home()
    org_house.settle()
    assert "Research Mentoring" in north.person("wren").home.text
    south.org_access(granted=True)
    org_house.settle()
    assert is_known()


def test_no_token_is_ever_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Installing, renewing, leaving, a refused installation, at the lowest level: no secret in any line."""
    caplog.set_level(logging.DEBUG)
    house.install()
    token = house.deps.slack.token_of(house.row().id)
    house.skip(hours=11)
    house.install(allow=False)
    house.slack().uninstall()
    house.settle()
    lines = caplog.text
    assert token not in lines
    assert "xoxe" not in lines
    assert "xoxb" not in lines
    assert house.deps.settings.client_secret.get_secret_value() not in lines


def a_command(trigger_id: str) -> dict[str, Any]:
    """Return a command of Mira's as Slack delivers it."""
    return {
        "command": "/mentorship",
        "text": "help",
        "team_id": TEAM_ID,
        "user_id": "U0MIRA",
        "channel_id": "C0GENERAL",
        "trigger_id": trigger_id,
        "response_url": "http://127.0.0.1:1/nowhere",
    }


def test_what_is_delivered_twice_is_acted_on_once(world: World) -> None:
    """The same command over two connections runs once; the next command of the same person runs."""
    for trigger_id in ("1.1.a", "1.1.a", "1.1.b"):
        body = a_command(trigger_id)
        world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        assert world.bot.listeners.wait_idle(PATIENCE)
    with world.desk.db.reading(Scope(WORKSPACE_ID)) as session:
        assert len(session.scalars(select(Received)).all()) == 2


def test_an_event_delivered_twice_is_answered_once(world: World) -> None:
    """A direct message that Slack tells of twice has one answer."""
    noor = world.person("noor")
    world.bot.deps.slack.client(WORKSPACE_ID).conversations_open(users=noor.id)
    world.slack.fault("message.im", "duplicate_event")
    noor.dm.say("hello?")
    ends = monotonic() + PATIENCE
    while monotonic() < ends and len(noor.dm.messages) < 2:  # Slack tells of it in its own time
        world.settle()
    world.settle()
    assert len([message for message in noor.dm.messages if "hello?" not in message.text]) == 1


def test_a_stranger_gets_the_answer_of_somebody_in_no_programme(world: World) -> None:
    """Mira's id in another team is not Mira: what comes from a team that is not ours reaches nobody here."""
    body = a_command("1.1.c") | {"team_id": "T0ELSEWHERE"}
    del body["response_url"]
    answer = world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    assert world.bot.listeners.wait_idle(PATIENCE)
    assert "You are not part of a mentorship programme here yet" in answer.body
    with world.desk.db.reading(Scope(WORKSPACE_ID)) as session:
        assert session.scalars(select(Received)).all() == []


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """Log as a process does at the lowest level; return what gives all that was said."""
    said, root = StringIO(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *logs.QUIET)}
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.AsText())
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name or None).setLevel(logs.QUIET.get(name, logging.DEBUG))
    yield said.getvalue
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name or None).setLevel(level)


def join(house: House, handle: str, name: str, *, started: bool = True) -> None:
    """Let somebody of the lake be a mentee in the programme, which has ``started`` for them."""
    workspace_id = house.row().id
    with house.deps.db.unscoped("look") as session:
        (place,) = [one for one in programmes.everywhere(session) if one.workspace_id == workspace_id]
    scope = Scope(workspace_id, place.programme_id)
    with house.deps.db.writing(scope) as session:
        session.add(people.Person(id=handle, workspace_id=workspace_id, name=name, email=None))
        session.flush()
        session.add(
            people.SlackAccount(
                id=handle,
                workspace_id=workspace_id,
                person_id=handle,
                team_id=LAKE,
                user_id=f"U0{handle.upper()}",
            )
        )
        session.add(
            people.Membership(
                id=handle,
                workspace_id=workspace_id,
                programme_id=place.programme_id,
                person_id=handle,
                role=Role.MENTEE,
                started_at=house.deps.clock.now() if started else None,
            )
        )


def lake_sends(house: House, handle: str, **payload: Any) -> BoltResponse:
    """Let somebody of the lake do something; return what Slack is answered."""
    who: dict[str, Any] = {"team_id": LAKE, "user_id": f"U0{handle.upper()}"}
    if "command" not in payload:
        who = {"team": {"id": LAKE}, "user": {"id": f"U0{handle.upper()}", "team_id": LAKE}}
    answer = house.bot.app.dispatch(BoltRequest(mode="socket_mode", body=who | payload))
    assert house.bot.listeners.wait_idle(PATIENCE)
    return answer


PRESS = {"type": "block_actions", "actions": [{"action_id": "home.programme", "block_id": "b"}]}
FIELD = {"type": "input", "block_id": "note"}
SENT = {
    "type": "view_submission",
    "view": {"id": "V1", "type": "modal", "callback_id": "x", "blocks": [FIELD]},
}


@pytest.fixture
def left_house(house: House) -> House:
    """Where the app was, with a mentee for whom the programme had started, and is no more."""
    house.install()
    join(house, "robin", "Robin Sato")
    house.slack().uninstall()
    house.settle()
    assert house.row().state is WorkspaceState.GONE
    house.skip(minutes=1)  # until then a process may still hold the token it read a moment before
    return house


def test_who_types_where_the_app_was_removed_reads_so(left_house: House) -> None:
    """A command says what happened and whom to ask: a member their leads, the lead and a stranger no name."""
    said = {
        who: str(lake_sends(left_house, who, command="/findmentor", text="x").body)
        for who in ("robin", "wren", "nobody")
    }
    assert all("was removed from this Slack workspace, so nothing was done" in one for one in said.values())
    assert "Ask Wren Okafor whether it comes back" in said["robin"]
    assert "Wren" not in said["wren"] + said["nobody"]


def test_who_sends_a_form_where_the_app_was_removed_keeps_what_they_typed(left_house: House) -> None:
    """The sentence stands under the form's field; a menu is empty; a press on Home is just acknowledged."""
    answer = lake_sends(left_house, "robin", **SENT)
    assert answer.status == 200
    shown = json.loads(answer.body)
    assert shown["response_action"] == "errors"
    assert "Ask Wren Okafor" in shown["errors"]["note"]
    menu = lake_sends(left_house, "robin", type="block_suggestion", action_id="mentors.term", value="x")
    assert (menu.status, json.loads(menu.body)) == (200, {"options": []})
    assert lake_sends(left_house, "robin", **PRESS).status == 200


def test_who_presses_where_the_app_was_removed_reads_so(left_house: House) -> None:
    """A button in a message is answered beside it, through the address Slack gave for that."""
    told: list[dict[str, Any]] = []

    def slack(environ: dict[str, Any], start: Any) -> list[bytes]:
        told.append(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        start("200 OK", [])
        return [b"ok"]

    with make_server("127.0.0.1", 0, slack, handler_class=_Quiet) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/answer"
        assert lake_sends(left_house, "robin", **PRESS, response_url=address).status == 200
    (one,) = told
    assert "Ask Wren Okafor" in one["text"]
    assert one["response_type"] == "ephemeral"
    assert one["replace_original"] is False


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/hooks/SECRET", "nonsense-SECRET"])
@pytest.mark.parametrize("team_id", [LAKE, "T0NOBODYS"])
def test_a_dead_address_is_a_line_in_the_log(
    left_house: House, logged: Callable[[], str], address: str, team_id: str
) -> None:
    """Nobody is where the answer goes, in a team that is gone or never was ours: 200, a line, no address."""
    payload = PRESS | {"team": {"id": team_id}, "response_url": address}
    assert lake_sends(left_house, "robin", **payload).status == 200
    said = logged()
    assert "a press was turned away: common." in said
    assert "a press: an answer could not be shown: " in said
    assert "Traceback" not in said
    assert 'File "' not in said
    assert "SECRET" not in said
    assert "Although" not in said


def test_a_dead_address_of_somebody_served_is_a_line_in_the_log(
    world: World, logged: Callable[[], str]
) -> None:
    """A command of a member whose answer cannot be delivered: acknowledged, told otherwise, no trace."""
    answer = world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=a_command("1.1.d")))
    assert world.bot.listeners.wait_idle(PATIENCE)
    assert answer.status == 200
    said = logged()
    assert "/mentorship: Slack did not take the answer (URLError), reference " in said
    assert 'File "' not in said
    assert "nowhere" not in said


def test_what_nobody_asked_for_is_one_short_line(world: World, logged: Callable[[], str]) -> None:
    """An event or a payload nobody here knows: Bolt's page of advice, with the payload in it, is not said."""
    event = {"type": "pin_added", "user": "U0MIRA", "item": {"text": "CANARY"}}
    bodies = [
        {"type": "event_callback", "team_id": TEAM_ID, "event": event},
        {"type": "event_callback", "team_id": TEAM_ID, "event": event | {"type": "CANARY words"}},
        {"type": "CANARY", "team_id": TEAM_ID, "user": {"id": "U0MIRA"}},
    ]
    found = [world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status for body in bodies]
    assert world.bot.listeners.wait_idle(PATIENCE)
    assert found == [200, 200, 404]
    said = logged()
    assert len([line for line in said.splitlines() if " bolt " in line or "slack_bolt" in line]) == 1, said
    assert "an event nobody here asked for: pin_added" in said
    assert "an event nobody here asked for: of no known type" in said
    assert "a request of a type nobody here knows was left alone" in said
    assert "CANARY" not in said


WORDS = "my supervisor shouts at me"


def fail(*_: Any, **__: Any) -> int:
    """Fail for a reason of another fault, both with somebody's words."""
    try:
        return int(WORDS)
    except ValueError as fault:
        raise RuntimeError(WORDS) from fault


def be_locked(*_: Any, **__: Any) -> int:
    """Fail as SQLite does while another process writes for too long."""
    raise OperationalError(WORDS, {}, sqlite3.OperationalError("database is locked"))


@pytest.mark.parametrize("place", ["beside", "people"])
def test_what_fails_where_nobody_waits_is_told_without_words(
    house: House, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A fault and its cause by type and place, a busy database by its sentence: never what they quote."""
    house.install()
    known = somebody(LAKE)
    for failing, says in ((fail, ("RuntimeError", "ValueError", "in fail")), (be_locked, ("busy",))):
        with monkeypatch.context() as patch:
            patch.setattr("bot.jobs.workspaces.PARTS", (("renewing tokens", failing),))
            patch.setattr("bot.store.accounts.whereabouts", failing)
            before = len(logged())
            if place == "beside":
                assert look_after(house.deps) == 0
            else:
                tell(house, "user_change", known, LAKE)
            said = logged()[before:]
        assert WORDS not in said
        assert all(word in said for word in says), said
