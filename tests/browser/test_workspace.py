import re

import pytest
from playwright.sync_api import BrowserContext, expect

from sandbox.process import Running
from tests.browser.conftest import TEAM, look_as
from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_nobody_chosen_shows_everybody(slack: Running, context: BrowserContext) -> None:
    """Without a name in the address the page asks who one is; the search narrows, Enter chooses."""
    page = context.new_page()
    page.goto(slack.address)
    search = page.get_by_role("searchbox", name="Search people")
    expect(search).to_be_focused()
    expect(page.get_by_role("link", name="Alice Moreau")).to_be_visible()
    search.fill("tokyo")
    expect(page.get_by_role("link", name="Alice Moreau")).to_be_hidden()
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"\?as=bob$"))
    expect(page.get_by_role("button", name="Bob Tanaka")).to_be_visible()


def test_switching_the_person_changes_the_address(alice: Person) -> None:
    """The list of people is searchable, and the address can be kept for next time."""
    alice.page.get_by_role("button", name="Alice Moreau").click()
    dialog = alice.page.get_by_role("dialog", name="Act as")
    dialog.get_by_role("searchbox").fill("carol")
    dialog.get_by_role("link", name="Carol Adeyemi").click()
    expect(alice.page).to_have_url(re.compile(r"\?as=carol"))
    expect(alice.page.get_by_role("button", name="Carol Adeyemi")).to_be_visible()
    expect(alice.page.get_by_role("navigation").get_by_role("link", name="leads")).to_have_count(0)


def test_home_is_drawn_and_works(alice: Person) -> None:
    """Home, its buttons and pickers, and the way back to the messages; About names the commands."""
    alice.go("Echo")
    page = alice.page
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()
    page.get_by_role("button", name="Press me").click()
    expect(page.get_by_text("Pressed 1 times")).to_be_visible()
    alice.choose(page.get_by_role("combobox", name="Home fruit"), "Cherry")
    expect(page.get_by_text("Picked: cherry")).to_be_visible()
    page.get_by_role("tab", name="Home").press("ArrowRight")
    expect(page.get_by_role("tab", name="About")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("Shows one thing")).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    alice.write("hello app")
    alice.sees("You said: hello app")


def test_a_global_shortcut_opens_its_modal(alice: Person) -> None:
    """The shortcuts menu lists what apps offer anywhere."""
    alice.page.get_by_role("button", name="Shortcuts").click()
    alice.page.get_by_role("menuitem", name="Note something").click()
    alice.modal_called("Floor 1")


def test_time_is_skipped_for_everybody(alice: Person, slack: Running) -> None:
    """A week later the clock says so, and new messages stand under their day."""
    before = slack.workspace.clock.now
    clock = alice.page.get_by_role("button", name="The sandbox's clock")
    clock.click()
    alice.page.get_by_role("menuitem", name="A week").click()
    expect(alice.page.get_by_role("status")).to_contain_text("It is now")
    assert (slack.workspace.clock.now - before).days == 7
    alice.go("general")
    alice.write("a week later")
    expect(alice.last).to_contain_text("a week later")
    clock.click()
    alice.page.get_by_role("menuitem", name="To Monday 9:00").click()
    expect(clock).to_contain_text(re.compile(r"Mon \d+ \w+,? 09:00"))


def test_what_the_app_called_is_listed(alice: Person) -> None:
    """The drawer names each method with its answer, newest first."""
    alice.write("/kit show")
    alice.page.get_by_role("button", name="What the app called").click()
    drawer = alice.page.get_by_role("complementary", name="What the app called")
    expect(drawer.get_by_text("chat.postMessage").first).to_be_visible()
    expect(drawer.get_by_text("ok", exact=True).first).to_be_visible()


def test_a_name_nobody_has_leads_to_the_list(slack: Running, context: BrowserContext) -> None:
    """An old bookmark is answered with who is here; once that person comes, the page is theirs."""
    page = context.new_page()
    page.goto(f"{slack.address}/?as=dora")
    expect(page.get_by_text("There is no dora here.")).to_be_visible()
    expect(page.get_by_role("link", name="Alice Moreau")).to_be_visible()
    slack.workspace.add_person("dora", "Dora Lind")
    expect(page.get_by_role("button", name="Dora Lind")).to_be_visible()


def test_a_workspace_begun_anew_shows_at_once(alice: Person, slack: Running) -> None:
    """A reset under an open window leaves nothing of the old world on it."""
    alice.go("general")
    alice.write("from the old world")
    expect(alice.last).to_contain_text("from the old world")
    slack.reset(TEAM, None, "all")
    expect(alice.page.get_by_text("from the old world")).to_have_count(0)
    alice.write("in the new one")
    expect(alice.last).to_contain_text("in the new one")


def test_a_permalink_leads_to_its_message(alice: Person, slack: Running) -> None:
    """The address an app puts into its messages opens the conversation at that message."""
    alice.go("general")
    alice.write("the one that is meant")
    message = alice.messages.filter(has_text="the one that is meant")
    ts = message.get_attribute("data-ts") or ""
    channel = alice.page.url.partition("#")[2]
    alice.go("leads")
    alice.page.goto(f"{slack.address}/archives/{channel}/p{ts.replace('.', '')}?as=alice")
    expect(alice.page.get_by_role("heading", level=1, name="#general")).to_be_visible()
    expect(message).to_have_class(re.compile("wanted"))


def test_a_public_channel_can_be_joined(bob: Person, slack: Running) -> None:
    """Outside a channel one can neither read nor write; joining opens both."""
    slack.workspace.channel("#journal-club", create=True)
    bob.go("journal-club")
    expect(bob.box).to_be_disabled()
    bob.page.get_by_role("button", name="Join").click()
    expect(bob.box).to_be_enabled()
    bob.write("here I am")
    expect(bob.last).to_contain_text("here I am")


def test_dark_and_narrow_still_hold_together(slack: Running, context: BrowserContext) -> None:
    """At 900 pixels, in the dark, nothing is wider than the window."""
    person = look_as("alice", slack, context)
    person.page.set_viewport_size({"width": 900, "height": 700})
    person.page.emulate_media(color_scheme="dark")
    person.write("/kit press")
    person.go("Echo")
    expect(person.page.get_by_role("button", name="Accept")).to_be_visible()
    wide = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert wide is False
    ground = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(21, 24, 26)"
    person.nothing_went_wrong()
