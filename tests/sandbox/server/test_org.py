"""An organisation with several workspaces, and an app installed for all of it."""

from urllib.parse import urlencode

import pytest

from tests.sandbox.server.bolt import Heard, attached, listening
from tests.sandbox.server.installing import ORG, decide, install, manifest, query
from tests.sandbox.server.served import Json, Served, button, modal


@pytest.fixture
def token(slack: Served) -> str:
    """The organisation's token, with access to both workspaces."""
    said = slack.control("reset", team=ORG, manifest=manifest(org=True), limits_off="all")
    assert list(said["bot_tokens"]) == ["E0ORG"]
    return str(said["bot_tokens"]["E0ORG"])


def _person(slack: Served, team: str, who: str = "dora") -> Json:
    return dict(slack.ask("GET", f"/control/teams/{team}/people/{who}/view")[1]["me"])


def test_one_token_works_in_every_workspace(slack: Served, token: str) -> None:
    """What is named tells which one is meant; the bot is the same in all of them."""
    for team in ("LAW", "MEDICINE"):
        said = slack.api("chat.postMessage", token, channel=f"C0{team}", text=f"for {team}")
        assert said["message"]["team"] == f"T0{team}"
    law = slack.ask("GET", "/control/teams/law/people/dora/view")[1]
    assert [m["text"] for c in law["channels"] for m in c["messages"]] == ["for LAW"]
    me = slack.api("auth.test", token)
    assert (me["team_id"], me["team"], me["enterprise_id"]) == ("E0ORG", "The University", "E0ORG")
    assert me["is_enterprise_install"] is True
    assert {one["id"] for one in slack.api("auth.teams.list", token)["teams"]} == {"T0LAW", "T0MEDICINE"}


def test_people_have_one_id_in_the_organisation(slack: Served, token: str) -> None:
    """Dora is the same person in both; what the workspaces are is told with her."""
    dora = _person(slack, "law")
    assert dora["id"] == _person(slack, "medicine")["id"]
    user = slack.api("users.info", token, user=dora["id"])["user"]
    assert user["enterprise_user"]["teams"] == ["T0LAW", "T0MEDICINE"]
    assert user["enterprise_user"]["enterprise_id"] == "E0ORG"
    only = _person(slack, "medicine", "medicine")["id"]
    assert slack.api("users.info", token, user=only)["user"]["team_id"] == "T0MEDICINE"
    assert slack.api("users.info", token, user=only, team_id="T0LAW")["error"] == "user_not_found"


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("users.list", {}),
        ("conversations.list", {}),
        ("users.conversations", {}),
        ("dnd.teamInfo", {"users": "U1"}),
    ],
)
def test_a_list_needs_its_workspace(slack: Served, token: str, method: str, args: Json) -> None:
    """Without team_id it is a missing argument; of a workspace without access there is none."""
    assert slack.api(method, token, **args)["error"] == "missing_argument"
    assert slack.api(method, token, team_id="T0ELSEWHERE", **args)["error"] == "team_access_not_granted"
    assert slack.api(method, token, team_id="T0LAW", **args)["ok"]


def test_a_workspaces_own_token_ignores_team_id(slack: Served) -> None:
    """As Slack does."""
    tokens = slack.control("reset", team={**ORG, "enterprise": {**ORG["enterprise"], "installed": False}})
    own = tokens["bot_tokens"]["T0LAW"]
    channels = slack.api("conversations.list", own, team_id="T0MEDICINE")["channels"]
    assert {one["context_team_id"] for one in channels} == {"T0LAW"}
    me = slack.api("auth.test", own)
    assert (me["team_id"], me["enterprise_id"], me["is_enterprise_install"]) == ("T0LAW", "E0ORG", False)


def test_payloads_tell_of_the_organisation(slack: Served, token: str) -> None:
    """Events, commands and acts say which organisation it is and that it is installed for all of it."""
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        slack.control("teams/medicine/people/dora/say", channel="#open", text="hello")
        event = heard.next()
        assert (event["team_id"], event["enterprise_id"]) == ("T0MEDICINE", "E0ORG")
        authorization = event["authorizations"][0]
        assert authorization["is_enterprise_install"] is True
        assert (authorization["enterprise_id"], authorization["team_id"]) == ("E0ORG", "T0MEDICINE")
        slack.control("teams/medicine/people/dora/command", text="/hello")
        command = heard.next()
        assert (command["enterprise_id"], command["enterprise_name"]) == ("E0ORG", "The University")
        assert (command["team_id"], command["is_enterprise_install"]) == ("T0MEDICINE", "true")
        sent = slack.api("chat.postMessage", token, channel="C0LAW", text="press", blocks=[button()])
        assert heard.next()["team_id"] == "T0LAW"
        where = {"channel": "C0LAW", "message_ts": sent["ts"]}
        slack.control("teams/law/people/dora/press", container=where, action_id="go")
        pressed = heard.next()
        assert pressed["team"] is None
        assert pressed["user"]["team_id"] == "T0LAW"
        assert pressed["enterprise"] == {"id": "E0ORG", "name": "The University"}
        assert pressed["is_enterprise_install"] is True
        opened = slack.api("views.open", token, trigger_id=pressed["trigger_id"], view=modal())["view"]
        assert (opened["team_id"], opened["app_installed_team_id"]) == ("T0LAW", "E0ORG")


def test_access_to_a_workspace_comes_and_goes(slack: Served, token: str) -> None:
    """Without access the workspace is closed to the token; the other is not."""
    slack.control("teams/law", access=False)
    refused = slack.api("conversations.list", token, team_id="T0LAW")
    assert refused["error"] == "team_access_not_granted"
    assert slack.api("chat.postMessage", token, channel="C0LAW", text="x")["error"] == "channel_not_found"
    assert [one["id"] for one in slack.api("auth.teams.list", token)["teams"]] == ["T0MEDICINE"]
    slack.control("teams/law", access=True)
    assert slack.api("conversations.list", token, team_id="T0LAW")["ok"]
    slack.control("teams/law", deactivated=True)
    assert slack.api("users.list", token, team_id="T0LAW")["error"] == "team_access_not_granted"
    assert slack.api("users.list", token, team_id="T0MEDICINE")["ok"]


def test_a_reset_without_a_manifest_keeps_the_organisations_token(slack: Served, token: str) -> None:
    """As it keeps a workspace's."""
    assert slack.control("reset")["bot_tokens"] == {"E0ORG": token}
    assert slack.api("users.list", token, team_id="T0LAW")["ok"]


# -- installing for the organisation -------------------------------------------------------------------


@pytest.fixture
def open_org(slack: Served) -> Served:
    """The organisation, with the app installed nowhere."""
    inside = [{**one, "installed": False} for one in ORG["enterprise"]["teams"]]
    seed = {"enterprise": {**ORG["enterprise"], "installed": False, "teams": inside}}
    slack.control("reset", team=seed, manifest=manifest(org=True, rotates=True), limits_off="all")
    return slack


def test_an_admin_installs_for_the_organisation(open_org: Served) -> None:
    """The answer has no team; the token opens the workspaces that were chosen."""
    page = open_org.ask("GET", f"/oauth/v2/authorize?{urlencode(query(open_org))}")[1]["raw"].decode()
    assert "Install for the whole of The University" in page
    said = install(open_org, "T0LAW/dora", org="1", access=["T0MEDICINE"])
    assert (said["team"], said["is_enterprise_install"]) == (None, True)
    assert said["enterprise"] == {"id": "E0ORG", "name": "The University"}
    token = said["access_token"]
    assert token.startswith("xoxe.xoxb-1-")
    assert [one["id"] for one in open_org.api("auth.teams.list", token)["teams"]] == ["T0MEDICINE"]
    assert open_org.api("users.list", token, team_id="T0LAW")["error"] == "team_access_not_granted"
    # What is installed for all is not installed once more for one; for all it is, and access only grows.
    assert "cannot_install_an_org_installed_app" in decide(open_org, "T0LAW/dora")[2]
    install(open_org, "T0LAW/dora", org="1", access=["T0LAW"])
    assert len(open_org.api("auth.teams.list", token)["teams"]) == 2


def test_only_an_admin_and_only_an_app_made_for_it(open_org: Served) -> None:
    """Anybody else is refused on the page."""
    assert "org_install_not_allowed" in decide(open_org, "T0LAW/law", org="1")[2]
    open_org.control("reset", manifest=manifest(org=False))
    assert "org_install_not_allowed" in decide(open_org, "T0LAW/dora", org="1")[2]


def test_leaving_ends_it_everywhere(open_org: Served) -> None:
    """An uninstallation in one workspace of the organisation ends the token for all of them."""
    said = install(open_org, "T0LAW/dora", org="1", access=["T0LAW", "T0MEDICINE"])
    open_org.control(f"teams/law/apps/{said['app_id']}", uninstall=True)
    for team in ("T0LAW", "T0MEDICINE"):
        assert open_org.api("users.list", said["access_token"], team_id=team)["error"] == "account_inactive"
    again = install(open_org, "T0MEDICINE/dora", org="1", access=["T0MEDICINE"])
    assert again["bot_user_id"] == said["bot_user_id"]
    assert open_org.api("users.list", again["access_token"], team_id="T0MEDICINE")["ok"]
