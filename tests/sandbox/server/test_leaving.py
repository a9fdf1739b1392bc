"""How an installation ends: by a person, by the app itself, by its tokens; and what the app is told."""

from queue import Empty

import pytest

from tests.sandbox.server.bolt import Heard, attached, listening
from tests.sandbox.server.installing import install, manifest, team, teams
from tests.sandbox.server.served import Json, Served

GONE = "app_uninstalled"
REVOKED = "tokens_revoked"


@pytest.fixture
def two(slack: Served) -> Json:
    """Two workspaces with the app in both; gives its token in each."""
    return dict(teams(slack, team("north"), team("south"))["bot_tokens"])


@pytest.mark.parametrize("order", [[GONE, REVOKED], [REVOKED, GONE], [GONE], [REVOKED], []])
def test_the_app_is_told_in_any_order(slack: Served, two: Json, order: list[str]) -> None:
    """Slack promises none, and may send only one; what comes second waits for the answer to the first."""
    heard = Heard()
    app = slack.keys["app_id"]
    bot = slack.api("auth.test", two["T0SOUTH"])["user_id"]
    with attached(slack, listening(slack, heard)):
        slack.control(f"teams/south/apps/{app}", uninstall=True, order=order)
        told = [heard.next() for _ in order]
        assert [body["event"]["type"] for body in told] == order
        assert {body["team_id"] for body in told} <= {"T0SOUTH"}
        for body in told:
            if body["event"]["type"] == REVOKED:
                assert body["event"]["tokens"] == {"bot": [bot], "oauth": []}
        with pytest.raises(Empty):
            heard.bodies.get_nowait()
    assert slack.api("auth.test", two["T0SOUTH"])["error"] == "account_inactive"
    assert slack.api("auth.test", two["T0NORTH"])["ok"]


def test_what_is_not_installed_hears_and_does_nothing(slack: Served, two: Json) -> None:
    """No events, commands, shortcuts or acts reach it any more; a person sees that it did not work."""
    app = slack.keys["app_id"]
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        slack.control(f"teams/south/apps/{app}", uninstall=True, order=[])
        slack.control("teams/south/people/bob/say", channel="#open", text="anybody?")
        said = slack.control("teams/south/people/bob/command", text="/hello")
        assert said["error"] == "dispatch_unknown_command"
        slack.control("people/bob/say", channel="#open", text="here")
        assert heard.next()["team_id"] == "T0NORTH"
    status, said, _ = slack.ask("POST", f"/control/teams/south/apps/{app}", {"uninstall": True})
    assert (status, said["error"]) == (400, "not_installed")
    assert slack.ask("POST", f"/control/apps/{app}", {"uninstall": True, "order": ["x"]})[0] == 400
    assert slack.api("auth.test", two["T0NORTH"])["ok"]


def test_a_person_takes_the_app_out(slack: Served, two: Json) -> None:
    """Anybody of the workspace may; the bot is gone from its channels, and is a deactivated user."""
    assert slack.control("teams/south/people/bob/uninstall")["app"]["uninstalled"]
    assert slack.api("auth.test", two["T0SOUTH"])["error"] == "account_inactive"
    view = slack.ask("GET", "/control/teams/south/people/bob/view")[1]
    [bot] = [person for person in view["people"] if person["is_bot"]]
    assert bot["deleted"]
    assert not any(bot["id"] in channel["members"] for channel in view["channels"])


def test_an_app_uninstalls_itself(slack: Served, two: Json) -> None:
    """With its id and secret, from where the token is from."""
    keys = {name: slack.keys[name] for name in ("client_id", "client_secret")}
    south = two["T0SOUTH"]
    wrong = keys | {"client_secret": "guess"}
    assert slack.api("apps.uninstall", south, **wrong)["error"] == "bad_client_secret"
    assert slack.api("apps.uninstall", south, **(keys | {"client_id": "1"}))["error"] == "invalid_client_id"
    other = slack.control("apps", manifest=manifest())
    foreign = {name: other[name] for name in keys}
    assert slack.api("apps.uninstall", south, **foreign)["error"] == "client_id_token_mismatch"
    assert slack.api("apps.uninstall", south, **keys)["uninstalled"]
    assert slack.api("apps.uninstall", south, **keys)["error"] == "account_inactive"
    assert slack.api("auth.test", two["T0NORTH"])["ok"]


def test_revoking_the_last_token_is_leaving(slack: Served, two: Json) -> None:
    """auth.revoke ends the token; as it was the only one the app hears both events and is uninstalled."""
    heard = Heard()
    south = two["T0SOUTH"]
    with attached(slack, listening(slack, heard)):
        assert slack.api("auth.revoke", south, test=True) == {"ok": True, "revoked": False}
        assert slack.api("auth.revoke", south)["revoked"]
        assert [heard.next()["event"]["type"] for _ in range(2)] == [REVOKED, GONE]
    assert slack.api("auth.test", south)["error"] == "token_revoked"
    listed = {one["id"]: one["installed"] for one in slack.ask("GET", "/control/teams")[1]["teams"]}
    assert listed == {"T0NORTH": [slack.keys["app_id"]], "T0SOUTH": []}


def test_one_of_several_tokens_is_not_the_end(slack: Served) -> None:
    """While another token lives the app stays; the people whose tokens ended are named."""
    teams(slack, team("north", installed=False))
    said = install(slack, "T0NORTH/bob", user_scope="search:read", scope="chat:write")
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        slack.api("auth.revoke", said["authed_user"]["access_token"])
        assert heard.next()["event"]["tokens"] == {"bot": [], "oauth": ["U0BOBNORTH"]}
        assert slack.api("auth.test", said["access_token"])["ok"]
        assert slack.control(f"apps/{said['app_id']}", revoke=True)["app"]["uninstalled"]
        assert heard.next()["event"]["tokens"]["bot"] == [said["bot_user_id"]]
        assert heard.next()["event"]["type"] == GONE
    assert slack.api("auth.test", said["access_token"])["error"] == "token_revoked"


def test_a_token_revoked_as_a_fault_comes_back(slack: Served, two: Json) -> None:
    """It is a fault of one workspace, and ends with the faults."""
    slack.control("teams/south/faults", kind="revoke_token")
    assert slack.api("auth.test", two["T0SOUTH"])["error"] == "token_revoked"
    assert slack.api("auth.test", two["T0NORTH"])["ok"]
    slack.ask("DELETE", "/control/faults")
    assert slack.api("auth.test", two["T0SOUTH"])["ok"]
