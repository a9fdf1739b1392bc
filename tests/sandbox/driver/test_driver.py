"""The driver with a real Bolt app over real sockets."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.driver import Message, RefusedError, Workspace
from sandbox.process import Running, start
from tests.sandbox.driver.parrot import MANIFEST, PICTURE, TEAM


def test_a_command_is_answered(slack: Workspace) -> None:
    """The answer to a command is the message only this person sees, in words as they read it."""
    alice, bob = slack.person("alice"), slack.person("bob")
    answer = alice.command("/hello")
    assert answer.ok
    assert answer.text == "Hello @Alice Moreau, nice to see you & yours"
    assert answer.ephemeral is not None
    assert answer.ephemeral.fallback.startswith("Hello <@U")
    assert answer.ephemeral.speaker == "parrot"
    alice.sees("nice to  SEE you")
    bob.does_not_see("Hello @Alice")
    with pytest.raises(AssertionError, match="Alice Moreau sees 'nice'"):
        alice.does_not_see("nice")


def test_an_unknown_command_is_refused_as_slack_does(slack: Workspace) -> None:
    """Slack's own refusal is an answer with its error's name, and a notice."""
    alice = slack.person("alice")
    answer = alice.command("/helo")
    assert (answer.ok, answer.error) == (False, "dispatch_unknown_command")
    assert answer.ephemeral is None
    assert answer.text == "/helo is not a valid command."


def test_a_form_is_filled_by_a_person(slack: Workspace, tmp_path: Path) -> None:
    """Every kind of input is filled by its label with labels, names and dates; the app gets Slack's state."""
    alice = slack.person("alice")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Parrot")
    modal = alice.command("/form").modal
    assert modal.title == "A form"
    modal.fill(
        {"What is your name?": "Nobody", "home page": "https://home.example"},
        places=2,
        e_mail="alice@home.example",
        story="Once upon a time",
        best_colour="sky",
        other_colours=["Sea green", "red"],
        planet="Mars",
        more_planets=["Neptune"],
        size="Large",
        extras=["Milk"],
        friend="Bob Okafor",
        friends=["bob", "@carol"],
        room="#general",
        rooms=["general", "leads"],
        day=dt.date(2026, 3, 31),
        hour="09:30",
        moment=dt.datetime(2026, 3, 31, 9, 30, tzinfo=dt.UTC),
        letter=letter,
    )
    assert modal.fields["Best colour"] == "Sky blue"
    assert modal.fields["Letter"] == "letter.txt"
    assert modal.fields["Friends"] == "Bob Okafor, Carol Ito"
    refused = modal.submit()
    assert not refused.ok
    assert refused.errors == modal.errors == {"what_is_your_name_block": "Somebody, please."}
    assert "! Somebody, please." in modal.text
    assert modal.fill(what_is_your_name="Ada").submit().ok
    modal.wait_closed()
    got = json.loads(alice.dm.wait("what_is_your_name_block").fallback)
    bob, carol = slack.person("bob").id, slack.person("carol").id
    general, leads = alice.channel("#general").id, alice.channel("leads").id
    chosen = {block.removesuffix("_block"): _held(entry) for block, entry in got.items()}
    assert chosen == {
        "what_is_your_name": "Ada",
        "places": "2",
        "e-mail": "alice@home.example",
        "home_page": "https://home.example",
        "story": "Once upon a time",
        "best_colour": "blue",
        "other_colours": ["red", "green"],
        "planet": "4",
        "more_planets": ["8"],
        "size": "l",
        "extras": ["milk"],
        "friend": bob,
        "friends": [bob, carol],
        "room": general,
        "rooms": [general, leads],
        "day": "2026-03-31",
        "hour": "09:30",
        "moment": 1774949400,
        "letter": ["letter.txt"],
    }


def _held(entry: dict[str, object]) -> object:
    held = next(value for key, value in entry.items() if key != "type")
    return json.loads(json.dumps(held), object_hook=_plain)


def _plain(found: dict[str, object]) -> object:
    if "elements" in found:
        parts = found["elements"]
        return parts[0] if isinstance(parts, list) else parts
    return next(found[key] for key in ("value", "text", "name") if key in found)


def test_slack_asks_for_what_is_missing_before_it_sends(slack: Workspace) -> None:
    """What is missing or wrong is refused beneath its input before anything is sent to the app."""
    alice = slack.person("alice")
    modal = alice.command("/form").modal.fill(places="12")
    before = len(slack.traffic())
    assert modal.submit().errors == {
        "what_is_your_name_block": "Please complete this required field.",
        "places_block": "Must be 9 or less.",
    }
    assert len(slack.traffic()) == before
    assert alice.has_modal
    alice.modal.close()
    assert not alice.has_modal


def test_a_field_that_is_not_there_is_named_with_those_that_are(slack: Workspace) -> None:
    """A wrong or ambiguous label and a wrong option are answered with what there is."""
    alice = slack.person("alice")
    modal = alice.command("/form").modal
    with pytest.raises(
        AssertionError, match=r"'shoe' is no field of the modal[\s\S]*\[Places\] \(number_input"
    ):
        modal.fill(shoe="42")
    with pytest.raises(AssertionError, match=r"'planets_or_colours' is no field"):
        modal.fill(planets_or_colours="x")
    with pytest.raises(AssertionError, match=r"'pink' is not among the options[\s\S]*Dark red \(red\)"):
        modal.fill(best_colour="pink")
    with pytest.raises(AssertionError, match=r"'M' means several options[\s\S]*Mars \(4\)\n  Mercury \(1\)"):
        modal.fill(planet="M")
    with pytest.raises(AssertionError, match="nobody here is called 'dora'"):
        modal.fill(friend="dora")
    modal.close()


def test_cards_are_pressed_by_what_stands_beside_the_button(slack: Workspace) -> None:
    """Two buttons of one label need near= or nth=; menus and overflows are chosen from by label."""
    bob = slack.person("bob")
    answer = bob.command("/cards")
    message = answer.ephemeral
    assert message is not None
    assert message.buttons == ["Request", "Request", "Delete"]
    assert message.image.alt == "A parrot on a branch"
    with pytest.raises(AssertionError, match="several are called 'Request'; say near= or nth="):
        message.button("Request")
    assert message.button("request", near="Grace").click().text == "request: Grace"
    assert message.button("Request", nth=0).click().text == "request: Ada"
    assert message.select("Favourite colour").options == ["Dark red", "Sky blue", "Sea green"]
    assert message.select("colour").choose("Sky blue").text == "colour: blue"
    assert message.select("more").choose("Report").text == "more: report"
    delete = message.button("Delete")
    assert delete.style == "danger"
    assert delete.back_out() == "Sure?\nIt is gone then.\nYes\nNo"
    assert delete.click().text == "delete: None"
    with pytest.raises(AssertionError, match="asks nothing"):
        message.button("Request", nth=0).back_out()


def test_cards_read_as_a_person_reads_them(slack: Workspace) -> None:
    """Blocks are read as text: marks gone, buttons in brackets, pictures by their alt text."""
    message = slack.person("bob").command("/cards").ephemeral
    assert message is not None
    assert message.text == (
        "Two people\n"
        "Ada\n2 places open\n[Request]\n"
        "---\n"
        "Grace\n2 places open\n[Request]\n"
        "Favourite colour\n[choose ▾]\n"
        "(picture: A parrot on a branch)\n"
        "[… Hide | Report] [Delete]"
    )


def test_a_direct_message_is_answered_and_its_button_pressed(slack: Workspace) -> None:
    """What one says to the app comes back with a button; pressing it changes the very message."""
    carol = slack.person("carol")
    carol.say("hello there")
    said = carol.dm.wait("You said: hello there")
    assert said == carol.dm.last
    assert said.fallback == "You said something"
    said.button("Accept").click()
    said.wait("Accepted")
    assert said.buttons == []
    assert "DM with parrot" in carol.transcript()
    assert "You said" not in carol.transcript(since=said.ts)


def test_home_opens_and_its_buttons_work(slack: Workspace) -> None:
    """Opening Home shows what the app publishes, each time anew, and a press changes it."""
    carol = slack.person("carol")
    assert carol.home.text == "Opened 1 times\n[Again]"
    home = carol.home
    assert home.text == "Opened 2 times\n[Again]"
    home.button("Again").click()
    home.wait("Opened 3 times")


def test_modals_stack_and_close(slack: Workspace) -> None:
    """A pushed modal lies on top; clearing closes all; a closed one tells the app where it asked to know."""
    alice = slack.person("alice")
    assert alice.command("/stack").modal.submit().ok
    top = alice.modal_saying("Two")
    assert top.title == "Second"
    assert top.submit().ok
    top.wait_closed()
    assert not alice.has_modal
    alice.command("/stack").modal.close(all=True)
    alice.sees('{"closed": "first"}')


def test_shortcuts_are_used_by_name(slack: Workspace) -> None:
    """A global shortcut opens a modal; one on a message sees the message."""
    alice = slack.person("alice")
    modal = alice.shortcut("Ask Parrot").modal
    assert modal.title == "Ask"
    modal.close()
    alice.say("To be or not to be", to="#general")
    quoted = alice.channel("#general").wait("To be or not")
    assert quoted.speaker == "Alice Moreau"
    assert quoted.shortcut("Quote this").text == "Quote: To be or not to be"
    with pytest.raises(AssertionError, match="there is no shortcut 'Sing'; there is Ask Parrot, Quote"):
        alice.shortcut("Sing")


def test_threads_and_reactions(slack: Workspace) -> None:
    """People answer in threads and react."""
    alice, bob = slack.person("alice"), slack.person("bob")
    alice.say("Lunch?", to="leads")
    asked = bob.channel("leads").wait("Lunch?")
    asked.reply("Yes")
    asked.react(":pizza:")
    reply = alice.channel("leads").wait("Yes")
    assert reply.thread_ts == asked.ts
    assert [one.text for one in asked.replies] == ["Yes"]
    assert [one["name"] for one in asked.raw["reactions"]] == ["pizza"]


def test_waiting_in_vain_shows_what_there_is(slack: Workspace) -> None:
    """A text that never comes is an AssertionError with everything this person sees."""
    alice = slack.person("alice")
    alice.patience = 0.05
    alice.command("/hello")
    with pytest.raises(
        AssertionError, match=r"Alice Moreau waited in vain for 'thunder'[\s\S]*nice to see you"
    ):
        alice.sees("thunder")
    message = alice.sees("nice to see you")
    assert isinstance(message, Message)
    with pytest.raises(AssertionError, match=r"there is no button 'Accept'\. There is\n  nothing"):
        message.button("Accept")


def test_a_command_that_says_nothing_is_an_empty_answer(slack: Workspace) -> None:
    """Nothing came: no message, no text, no error."""
    alice = slack.person("alice")
    alice.patience = 0.05
    answer = alice.command("/quiet")
    assert (answer.ok, answer.ephemeral, answer.text) == (True, None, "")


def test_the_clock_skips_and_messages_follow(slack: Workspace) -> None:
    """A skipped week is in the clock and in the time of the next message."""
    carol = slack.person("carol")
    before = slack.clock.now
    assert slack.clock.skip(days=7) - before >= dt.timedelta(days=7)
    carol.say("a week later", to="#general")
    ts = carol.channel("general").wait("a week later").ts
    assert float(ts) >= (before + dt.timedelta(days=7)).timestamp()
    with pytest.raises(ValueError, match="time zone"):
        slack.clock.skip_to(dt.datetime(2100, 1, 1))  # noqa: DTZ001 - the missing zone is what is refused
    assert slack.clock.skip_to(before + dt.timedelta(days=8)) >= before + dt.timedelta(days=8)


def test_people_come_go_and_change(slack: Workspace) -> None:
    """Somebody new can act at once; who left cannot; a wrong name is answered with the right ones."""
    dora = slack.add_person("dora", "Dora Lind", tz="Europe/Oslo")
    assert dora.name == "Dora Lind"
    dora.join("#general")
    assert "Dora Lind" in dora.channel("general").members
    dora.leave("#general")
    dora.change(deleted=True)
    with pytest.raises(AssertionError, match="has left"):
        dora.say("still here?", to="#general")
    with pytest.raises(AssertionError, match="there is no 'eve'; there are alice, bob, carol"):
        slack.person("eve")


def test_faults_and_traffic(slack: Workspace) -> None:
    """A fault strikes as often as ordered, and every call is on record without its token."""
    since = slack.traffic()[-1]["n"] if slack.traffic() else 0
    slack.fault("chat.postMessage", "error_after")
    carol = slack.person("carol")
    carol.say("once more")
    carol.dm.wait("You said: once more")
    slack.no_faults()
    calls = slack.calls("chat.postMessage", since)
    assert calls[0]["status"] == 500
    assert "xoxb-" not in json.dumps(calls)


def test_the_apps_are_listed(slack: Workspace) -> None:
    """One sees which apps are there and that they are connected."""
    (app,) = slack.apps
    assert app["name"] == "Parrot"
    assert app["sockets"] >= 1


def test_a_picture_can_be_looked_at(slack: Workspace) -> None:
    """An uploaded picture has its words and its bytes; one at a foreign address is not fetched."""
    bob = slack.person("bob")
    bob.command("/picture")
    shown = bob.dm.wait("A green parrot").image
    assert (shown.alt, shown.read()) == ("A green parrot", PICTURE)
    foreign = bob.command("/cards").message.image
    with pytest.raises(AssertionError, match="is not in the sandbox but at https://pictures"):
        foreign.read()
    with pytest.raises(AssertionError, match="shows no picture"):
        _ = bob.command("/hello").message.image


def test_a_group_message_is_seen_by_its_members_only(slack: Workspace) -> None:
    """A group is named by who is in it; others do not see it."""
    alice, bob, carol = (slack.person(name) for name in ("alice", "bob", "carol"))
    alice.command(f"/group {bob.id}")
    group = bob.group("alice")
    assert group.wait("You three should talk").speaker == "parrot"
    assert group.name == "DM with Alice Moreau, parrot"
    assert set(group.members) == {"Alice Moreau", "Bob Okafor", "parrot"}
    group.say("Hello, Alice")
    alice.sees("Hello, Alice")
    carol.does_not_see("You three should talk")


def test_a_channel_can_be_closed(slack: Workspace) -> None:
    """An archived channel takes no more messages, as in Slack."""
    slack.channel("#attic", create=True, add=["carol"])
    carol = slack.person("carol")
    carol.say("dusty here", to="#attic")
    slack.channel("#attic", archived=True)
    with pytest.raises(RefusedError, match="archived"):
        carol.say("anybody?", to="#attic")


def test_two_apps_are_told_apart(running: Running, slack: Workspace) -> None:
    """With several apps a person says which one is meant."""
    with start(team=TEAM, manifest=MANIFEST) as other:
        other.workspace.add_app({**MANIFEST, "display_information": {"name": "Owl"}})
        zoe = other.workspace.person("alice")
        with pytest.raises(AssertionError, match="say which app; there is Parrot, Owl"):
            _ = zoe.dm
    assert [app["name"] for app in slack.apps] == ["Parrot"]
    assert running.address == slack.address


def test_limits_are_switched_by_name(slack: Workspace) -> None:
    """Rate limits go off for one method, some or all."""
    slack.limits_off("chat.postMessage")
    slack.limits_off(["chat.postMessage", "views.open"])
    slack.limits_off()


def test_news_tells_what_came_since_the_last_time(slack: Workspace) -> None:
    """Each thing is told once, a changed message again and marked so."""
    dan = slack.add_person("dan", "Dan Whitfield")
    assert dan.received == []
    dan.news()
    dan.say("good morning")
    dan.dm.wait("You said: good morning")
    told = dan.news()
    assert "DM with parrot · Dan Whitfield\n    good morning" in told
    assert "You said: good morning\n    [Accept]" in told
    assert dan.news() == ""
    assert dan.received == [dan.dm.last]
    assert dan.dm.texts == ["good morning", "You said: good morning\n[Accept]"]
    dan.dm.last.button("Accept").click()
    dan.dm.wait("Accepted")
    assert dan.news().endswith("parrot (changed)\n    Accepted")
    modal = dan.shortcut("Ask Parrot").modal
    assert dan.news() == "[open now] modal\n    Ask\n    Question (optional): ____\n    [Cancel] [Send]"
    modal.close()
    assert "Opened 1 times" in dan.home.text
    assert dan.news() == "[Home] Parrot\n    Opened 1 times\n    [Again]"


def test_a_modal_answers_while_it_is_open(slack: Workspace) -> None:
    """Buttons, menus and inputs that report at once change the modal, which stays the same one."""
    alice = slack.person("alice")
    modal = alice.command("/live").modal
    assert modal.button("Add").click().modal == modal
    modal.wait("live_add: []")
    assert modal.select("Your colour").choose("Sky blue").modal.text.startswith("Live\nlive_colour: blue")
    assert modal.select("your colour").chosen == ["Sky blue"]
    modal.select("live_days").choose("Dark red", "Sea green")
    modal.wait("live_days: ['red', 'green']")
    modal.fill(search="owls")
    modal.wait("search_action: owls")
    assert modal.fields == {
        "Your colour": "Sky blue",
        "live_days": "Dark red, Sea green",
        "Search": "owls",
    }
    modal.close()
    assert modal.gone
    with pytest.raises(AssertionError, match=r"the modal is gone\. Alice Moreau sees"):
        _ = modal.text


def test_many_people_act_at_once(slack: Workspace) -> None:
    """Threads may share a workspace; each person gets their own answer, and no connection is left open."""
    people = [slack.person(name) for name in ("alice", "bob", "carol")] * 4
    with ThreadPoolExecutor(len(people)) as crowd:
        answers = list(crowd.map(lambda person: person.command("/hello").text, people))
    assert [answer.split(",")[0] for answer in answers] == [f"Hello @{person.name}" for person in people]
    slack.close()
    assert slack.person("alice").name == "Alice Moreau"
