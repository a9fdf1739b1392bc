import base64

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox.process import Running
from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_a_message_reaches_everybody_in_the_channel(alice: Person, bob: Person) -> None:
    """What one person writes stands on the other's screen, with her name, without a reload."""
    alice.go("general")
    bob.go("general")
    alice.write("Good morning :wave: <b>all</b> & everyone")
    expect(bob.last).to_contain_text("Alice Moreau")
    expect(bob.last).to_contain_text("Good morning 👋 <b>all</b> & everyone")
    assert bob.last.locator("b").count() == 0


def test_a_private_channel_is_not_on_the_others_list(alice: Person, bob: Person) -> None:
    """Who is not in a private channel does not see that it exists."""
    expect(alice.page.get_by_role("link", name="leads")).to_be_visible()
    expect(bob.page.get_by_role("link", name="general")).to_be_visible()
    expect(bob.page.get_by_role("link", name="leads")).to_have_count(0)


def test_every_showing_block_is_drawn(alice: Person) -> None:
    """Headers, styled words, lists, tables, pictures from elsewhere: each as itself, and none as markup."""
    alice.write("/kit show")
    alice.go("Echo")
    shown = alice.last
    expect(shown.get_by_role("heading", name="The header ✨")).to_be_visible()
    for tag, text in (
        ("strong", "Bold"),
        ("em", "italic"),
        ("s", "gone"),
        ("code", "code"),
        ("blockquote", "quoted line"),
        ("pre", "let kept = '*as is*';"),
        ("strong", "Rich bold"),
        ("li", "step two"),
        ("td", "Amara"),
    ):
        expect(shown.locator(tag).get_by_text(text, exact=True).first).to_be_visible()
    expect(shown).to_contain_text("<script>alert(1)</script>")
    expect(shown).to_contain_text("@Alice Moreau")
    expect(shown).to_contain_text("#general")
    expect(shown).to_contain_text("@channel")
    expect(shown).to_contain_text("2026-01-01")
    expect(shown).to_contain_text("snake_case_word and 2*3*4")
    expect(shown.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.org/a")
    expect(shown).to_contain_text("A picture from elsewhere")
    assert shown.locator("img").count() == 0  # nothing is loaded from outside this machine


def test_figures_are_told_without_colour_too(alice: Person) -> None:
    """A chart has its figures in a table below; a data table has pages and an order to choose."""
    alice.write("/kit figures")
    alice.go("Echo")
    shown = alice.last
    expect(shown.get_by_role("img", name="Mentors by place")).to_be_visible()
    shown.get_by_text("Figures", exact=True).first.click()
    expect(shown.get_by_role("rowheader", name="Paris")).to_be_visible()
    table = shown.get_by_role("table", name="Open places")
    expect(table.get_by_role("row")).to_have_count(3)
    table.get_by_role("button", name="How many").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("Amara")
    shown.get_by_role("button", name="Next page").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("Bo")
    expect(shown.get_by_role("heading", name="A heading")).to_be_visible()
    shown.get_by_role("button", name="Request").click()
    alice.sees('card_request = "amara"')


def test_a_command_is_offered_and_its_answer_is_for_me_only(alice: Person, bob: Person) -> None:
    """Typing / offers the commands; the answer is marked as visible to me and nobody else has it."""
    alice.go("general")
    bob.go("general")
    alice.box.press_sequentially("/kitt")
    offered = alice.page.get_by_role("listbox", name="Commands").get_by_role("option")
    expect(offered).to_have_count(1)
    alice.box.press("Backspace")
    expect(offered).to_have_count(1)  # /kit itself needs no completing
    alice.box.fill("/k")
    expect(offered).to_have_count(2)
    alice.box.press("Enter")
    expect(alice.box).to_have_value("/kit ")
    alice.box.press_sequentially("what")
    alice.box.press("Enter")
    expect(alice.last).to_contain_text("Only visible to you")
    expect(alice.last).to_contain_text("I can do show, press and form.")
    alice.write("after that")
    expect(bob.last).to_contain_text("after that")
    expect(bob.page.get_by_text("I can do")).to_have_count(0)


def test_an_unknown_command_says_so_and_keeps_what_was_typed(alice: Person) -> None:
    """A wrong command is answered in a passing line, and the words stay to be mended."""
    alice.write("/nope at all")
    expect(alice.page.get_by_role("status")).to_contain_text("/nope is not a valid command")
    expect(alice.box).to_have_value("/nope at all")


def test_a_reply_stands_under_what_it_answers(alice: Person) -> None:
    """The message menu answers in a thread, reacts, and runs the app's own entries."""
    alice.go("general")
    alice.write("first of all")
    alice.write("second thing")
    first = alice.messages.filter(has_text="first of all")
    first.hover()
    first.get_by_role("button", name="More about this message").click()
    alice.page.get_by_role("menuitem", name="Reply in a thread").click()
    alice.write("an answer to the first")
    expect(alice.messages.nth(-2)).to_contain_text("an answer to the first")
    first.hover()
    first.get_by_role("button", name="More about this message").click()
    alice.page.get_by_role("menuitem", name="React 🎉").click()
    expect(first.get_by_role("button", name="tada, 1")).to_be_visible()
    first.get_by_role("button", name="tada, 1").click()
    expect(first.get_by_role("button", name="tada, 1")).to_have_count(0)
    first.hover()
    first.get_by_role("button", name="More about this message").click()
    alice.page.get_by_role("menuitem", name="Thank the writer").click()
    alice.sees("Thanked for: first of all")


ODD = {
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "<javascript:alert(1)|press me>": "press me",
    "<!date^never^{date}|some day>": "some day",
    "<!date^99999999999999^{date}|too far>": "too far",
    "``` never closed": "``` never closed",
    "`": "`",
    "* not bold * and 2 < 3": "* not bold * and 2 < 3",
    "&amp;lt;b&amp;gt;": "&lt;b&gt;",
    ":not_an_emoji: :tada:": ":not_an_emoji: 🎉",
    "<@U0NOBODY> <#C0NOWHERE>": "@U0NOBODY a channel you are not in",
}


def test_odd_and_hostile_words_stay_words(alice: Person, slack: Running) -> None:
    """Whatever an app posts, the page shows it and goes on: no markup, no address that runs something."""
    alice.go("general")
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    for text, shown in ODD.items():
        client.chat_postMessage(channel="#general", text=text)
        expect(alice.last.locator(".message-body")).to_have_text(shown)
    assert alice.page.locator("#messages a").count() == 0
    assert alice.page.locator("#messages script").count() == 0


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_picture_the_app_uploads_is_shown(alice: Person, slack: Running) -> None:
    """With its words for those who do not see it, in the message it was sent with and in a block."""
    alice.go("general")
    channel = alice.page.url.partition("#")[2]
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    said = client.files_upload_v2(
        channel=channel, filename="weeks.png", title="The weeks", alt_txt="A line going up", content=PIXEL
    )
    shown = alice.last.get_by_role("img", name="A line going up")
    expect(shown).to_have_js_property("naturalWidth", 1)
    block = {"type": "image", "slack_file": {"id": said["file"]["id"]}, "alt_text": "The same line"}
    client.chat_postMessage(channel=channel, text="again", blocks=[block])
    expect(alice.last.get_by_role("img", name="The same line")).to_have_js_property("naturalWidth", 1)


def test_unread_messages_are_counted_until_they_are_looked_at(alice: Person, bob: Person) -> None:
    """A message in a conversation that is not open raises its badge; opening it takes the badge away."""
    alice.go("Echo")
    bob.go("general")
    bob.write("one")
    bob.write("two")
    general = alice.page.get_by_role("navigation").get_by_role("link", name="general")
    expect(general.get_by_label("2 unread")).to_be_visible()
    alice.page.get_by_role("button", name="Switch").click()
    carol = alice.page.get_by_role("dialog").get_by_role("link", name="Carol")
    expect(carol.get_by_label("2 unread")).to_be_visible()
    alice.page.keyboard.press("Escape")
    alice.go("general")
    expect(general.get_by_label("unread")).to_have_count(0)
