"""Several workspaces in one sandbox: each is a world of its own."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sandbox.state.clock import Clock
from sandbox.state.seed import SeedError, build
from tests.sandbox.server.bolt import Heard, attached, listening
from tests.sandbox.server.installing import manifest, team, teams
from tests.sandbox.server.served import Json, Served, button, modal


@pytest.fixture
def two(slack: Served) -> Json:
    """Two workspaces with the app in both; gives its token in each."""
    return dict(teams(slack, team("north"), team("south"))["bot_tokens"])


def test_a_token_speaks_for_one_workspace(slack: Served, two: Json) -> None:
    """Each installation has a token, a bot user and a bot id of its own."""
    north, south = (slack.api("auth.test", two[one]) for one in ("T0NORTH", "T0SOUTH"))
    assert (north["team_id"], south["team_id"]) == ("T0NORTH", "T0SOUTH")
    assert (north["team"], south["team"]) == ("north team", "south team")
    for name in ("user_id", "bot_id"):
        assert north[name] != south[name]
    assert slack.api("bots.info", two["T0SOUTH"])["bot"]["app_id"] == slack.keys["app_id"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0SOUTH", "text": "hello"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "U0BOBSOUTH", "text": "hello"}, "channel_not_found"),
        ("conversations.info", {"channel": "C0SOUTH"}, "channel_not_found"),
        ("conversations.open", {"users": "U0BOBSOUTH"}, "user_not_found"),
        ("users.info", {"user": "U0BOBSOUTH"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "bob@south.example"}, "users_not_found"),
        ("team.info", {"team": "T0SOUTH"}, "team_not_found"),
        ("views.publish", {"user_id": "U0BOBSOUTH", "view": {}}, "user_not_found"),
    ],
)
def test_nothing_of_another_workspace_is_reached(
    slack: Served, two: Json, method: str, args: Json, error: str
) -> None:
    """What the token's own workspace does not hold is not there."""
    assert slack.api(method, two["T0NORTH"], **args)["error"] == error
    if "view" not in args:
        own = {key: value.replace("SOUTH", "NORTH").replace("south", "north") for key, value in args.items()}
        assert slack.api(method, two["T0NORTH"], **own)["ok"]


def test_lists_hold_one_workspace(slack: Served, two: Json) -> None:
    """People, channels and quiet times come from the token's workspace."""
    people = {one["id"] for one in slack.api("users.list", two["T0SOUTH"])["members"]}
    assert {"U0ALICESOUTH", "U0BOBSOUTH"} < people
    assert not any(one.endswith("NORTH") for one in people)
    channels = {one["id"] for one in slack.api("conversations.list", two["T0SOUTH"])["channels"]}
    assert "C0SOUTH" in channels
    assert "C0NORTH" not in channels
    slack.control("teams/south/people/bob", dnd={"start": "22:00", "end": "08:00"})
    asked = {"users": "U0BOBSOUTH,U0BOBNORTH"}
    assert slack.api("dnd.teamInfo", two["T0SOUTH"], **asked)["users"]["U0BOBSOUTH"]["dnd_enabled"]
    assert list(slack.api("dnd.teamInfo", two["T0NORTH"], **asked)["users"]) == ["U0BOBNORTH"]
    assert not slack.api("dnd.info", two["T0NORTH"], user="U0BOBNORTH")["dnd_enabled"]


def test_people_of_the_same_handle_see_only_their_own(slack: Served, two: Json) -> None:
    """Alice of the north and Alice of the south share no screen; the clock they share."""
    slack.api("chat.postMessage", two["T0SOUTH"], channel="C0SOUTH", text="for the south")
    north = slack.ask("GET", "/control/teams/T0NORTH/people/alice/view")[1]
    south = slack.ask("GET", "/control/teams/south/people/alice/view")[1]
    assert [m["text"] for c in south["channels"] for m in c["messages"]] == ["for the south"]
    assert not any(c["messages"] for c in north["channels"])
    assert slack.view("alice")["team"]["id"] == "T0NORTH"
    assert slack.control("teams/south/clock", skip_seconds=60)["offset_seconds"] == 60
    assert slack.view("alice")["offset_seconds"] == 60


def test_events_and_acts_name_their_workspace(slack: Served, two: Json) -> None:
    """One connection hears of all workspaces; each payload says which and with whose authorisation."""
    heard = Heard()
    app = listening(slack, heard)
    with attached(slack, app):
        slack.control("teams/south/people/bob/say", channel="#open", text="hello")
        event = heard.next()
        assert event["team_id"] == event["event"]["team"] == "T0SOUTH"
        bot = slack.api("auth.test", two["T0SOUTH"])["user_id"]
        assert event["authorizations"] == [
            {
                "enterprise_id": None,
                "team_id": "T0SOUTH",
                "user_id": bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ]
        slack.control("teams/south/people/bob/command", text="/hello")
        command = heard.next()
        assert (command["team_id"], command["team_domain"]) == ("T0SOUTH", "south")
        assert command["user_id"] == "U0BOBSOUTH"
        sent = slack.api(
            "chat.postMessage", two["T0SOUTH"], channel="C0SOUTH", text="press", blocks=[button()]
        )
        assert heard.next()["team_id"] == "T0SOUTH"
        slack.control(
            "teams/south/people/bob/press",
            container={"channel": "C0SOUTH", "message_ts": sent["ts"]},
            action_id="go",
        )
        pressed = heard.next()
        assert (pressed["team"]["id"], pressed["user"]["team_id"]) == ("T0SOUTH", "T0SOUTH")
    # What the act allows is allowed in that workspace only.
    view = modal()
    refused = slack.api("views.open", two["T0NORTH"], trigger_id=pressed["trigger_id"], view=view)
    assert refused["error"] == "invalid_trigger_id"
    assert slack.api("views.open", two["T0SOUTH"], trigger_id=pressed["trigger_id"], view=view)["ok"]
    path = pressed["response_url"].removeprefix(slack.box.address)
    assert slack.ask("POST", path, {"text": "answered", "response_type": "in_channel"})[0] == 200
    south = slack.ask("GET", "/control/teams/south/people/alice/view")[1]
    assert "answered" in [m["text"] for c in south["channels"] for m in c["messages"]]


def test_limits_faults_and_traffic_belong_to_a_workspace(slack: Served, two: Json) -> None:
    """Too many calls of one workspace leave the other alone, a fault too; the traffic says whose it was."""
    slack.control("teams/south/limits", off=[])
    south = [slack.api("users.list", two["T0SOUTH"]).get("error") for _ in range(21)]
    assert south[-1] == "ratelimited"
    assert slack.api("users.list", two["T0NORTH"])["ok"]
    slack.control("limits", off=["all"])
    slack.control("teams/south/faults", method="*", kind="refused", error="team_access_not_granted", times=1)
    assert slack.api("auth.test", two["T0NORTH"])["ok"]
    assert slack.api("auth.test", two["T0SOUTH"])["error"] == "team_access_not_granted"
    assert slack.api("auth.test", two["T0SOUTH"])["ok"]
    last = slack.ask("GET", "/control/traffic")[1]["calls"][-1]
    assert (last["method"], last["team"]) == ("auth.test", "T0SOUTH")
    north = slack.ask("GET", "/control/teams/north/traffic")[1]["calls"]
    assert {call["team"] for call in north} == {"T0NORTH"}


def test_a_closed_workspace_and_an_archived_channel(slack: Served, two: Json) -> None:
    """No token works in a workspace that was closed, until it is open again; an archived channel is full."""
    assert slack.control("teams/south", deactivated=True)["team"]["deactivated"]
    assert slack.api("auth.test", two["T0SOUTH"])["error"] == "account_inactive"
    assert slack.api("auth.test", two["T0NORTH"])["ok"]
    said = slack.control("teams/south/people/bob/say", channel="#open", text="locked out")
    assert said["error"] == "team_deactivated"
    slack.control("teams/south", deactivated=False)
    slack.control("teams/south/channels/open", archived=True)
    post = {"channel": "C0SOUTH", "text": "anybody?"}
    assert slack.api("chat.postMessage", two["T0SOUTH"], **post)["error"] == "is_archived"


def test_a_reset_begins_all_of_them_anew(slack: Served, two: Json) -> None:
    """Without a manifest each workspace keeps its bot and token; with one they are new."""
    slack.api("chat.postMessage", two["T0SOUTH"], channel="C0SOUTH", text="old")
    assert slack.control("reset")["bot_tokens"] == two
    assert not slack.api("conversations.history", two["T0SOUTH"], channel="C0SOUTH")["messages"]
    again = slack.control("reset", manifest=manifest())["bot_tokens"]
    assert set(again) == set(two)
    assert not set(again.values()) & set(two.values())
    assert slack.api("auth.test", two["T0NORTH"])["error"] == "invalid_auth"


@pytest.mark.usefixtures("two")
def test_who_looks_at_the_second_workspace_sees_it_begin_anew(slack: Served) -> None:
    """A look that waits over a reset is answered with the new workspace, or told that it is gone."""
    path = "/control/teams/T0SOUTH/people/alice/view"

    def look() -> Future[tuple[int, Json, dict[str, str]]]:
        rev = slack.ask("GET", path)[1]["rev"]
        looking = pool.submit(slack.ask, "GET", f"{path}?since={rev}&wait=20")
        while not slack.box.watch.waiting("U0ALICESOUTH"):
            slack.view("alice")
        return looking

    with ThreadPoolExecutor(1) as pool:
        looking = look()
        slack.control("teams/south/people/bob/say", channel="#open", text="old")
        assert looking.result(10)[1]["channels"][1]["messages"]
        looking = look()
        slack.control("reset")
        assert not any(channel["messages"] for channel in looking.result(10)[1]["channels"])
        looking = look()
        slack.control("reset", team=team("north"))
        assert looking.result(10)[1]["error"] == "team_not_found"


@pytest.mark.usefixtures("two")
def test_a_workspace_that_is_gone_is_named(slack: Served) -> None:
    """A workspace that is there no more is named as such."""
    slack.control("reset", team=team("north"))
    status, said, _ = slack.ask("GET", "/control/teams/south/people/alice/view")
    assert (status, said["error"]) == (404, "team_not_found")
    assert "T0NORTH (north)" in said["say"]


def test_many_workspaces_cost_little(slack: Served) -> None:
    """Three hundred workspaces, each with its people and a token that works."""
    tokens = teams(slack, *(team(f"n{n}") for n in range(300)))["bot_tokens"]
    assert len(set(tokens.values())) == 300
    assert slack.api("auth.test", tokens["T0N299"])["team_id"] == "T0N299"
    listed = slack.ask("GET", "/control/teams")[1]["teams"]
    assert len(listed) == 300
    assert listed[7] | {"installed": []} == {
        "id": "T0N7",
        "name": "n7 team",
        "domain": "n7",
        "enterprise_id": None,
        "deactivated": False,
        "installed": [],
        "people": 2,
    }


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        ({"teams": [team("a"), team("a")]}, "two have the id"),
        ({"teams": {"north": {}}}, "list"),
        ({"teams": [{"people": [{"name": "x"}, {"name": "x"}]}]}, "two are called"),
        ({"enterprise": ["north"]}, "object"),
        ({"enterprise": {"name": "Empty"}}, "at least one team"),
    ],
)
def test_a_bad_seed_of_several_says_where(seed: Json, says: str) -> None:
    """Each mistake is named."""
    with pytest.raises(SeedError, match=says):
        build(seed, manifest(), Clock())
