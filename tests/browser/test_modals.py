import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def _fill(person: Person, modal: Locator) -> None:
    modal.get_by_label("Your name").fill("Alice")
    modal.get_by_label("Your story").fill("A longer story\nin two lines")
    person.choose(modal.get_by_role("combobox", name="One fruit"), "Banana")
    person.choose(modal.get_by_role("combobox", name="Some fruits"), "Apple", "Cherry")
    person.choose(modal.get_by_role("combobox", name="A skill"), "statistics", search="st")
    person.choose(modal.get_by_role("combobox", name="Some skills"), "teaching", search="te")
    person.choose(modal.get_by_role("combobox", name="A person"), "Bob Tanaka")
    person.choose(modal.get_by_role("combobox", name="Some people"), "Carol Adeyemi")
    person.choose(modal.get_by_role("combobox", name="A channel"), "#general")
    person.choose(modal.get_by_role("combobox", name="Some channels"), "#general")
    person.choose(modal.get_by_role("combobox", name="A conversation"), "#leads")
    person.choose(modal.get_by_role("combobox", name="Some conversations"), "#leads")
    modal.get_by_label("A day").fill("2027-03-01")
    modal.get_by_label("An hour").fill("09:30")
    modal.get_by_label("A moment").fill("2027-01-15T09:00")
    modal.get_by_role("group", name="Ticks").get_by_label("Cherry").check()
    modal.get_by_role("radiogroup", name="Just one").get_by_label("Banana").check()
    modal.get_by_label("Your mail").fill("alice@riverside.example")
    modal.get_by_label("Your page").fill("https://riverside.example/alice")
    modal.get_by_label("How many").fill("4")
    modal.get_by_label("Rich words").fill("Rich enough")
    modal.get_by_label("A file").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"what we said"}
    )
    expect(modal.get_by_role("button", name="Remove notes.txt")).to_be_visible()


def test_every_input_kind_reaches_the_app(alice: Person) -> None:
    """A person fills each kind of input; the app receives each value as Slack would send it."""
    alice.go("Echo")
    alice.write("/kit form")
    modal = alice.modal_called("Every input")
    expect(modal.get_by_label("Your name")).to_be_focused()
    _fill(alice, modal)
    modal.get_by_role("button", name="Send it").click()
    expect(alice.modal).to_have_count(0)
    expect(alice.last.locator("pre")).to_be_visible()
    told = json.loads(alice.last.locator("pre").inner_text())
    assert len(told.pop("file")) == 1
    ids = {key: told.pop(key) for key in ("who", "whos", "where", "wheres", "talk", "talks")}
    assert told == {
        "name": "Alice",
        "story": "A longer story\nin two lines",
        "fruit": "banana",
        "fruits": ["apple", "cherry"],
        "skill": "statistics",
        "skills": ["teaching"],
        "day": "2027-03-01",
        "hour": "09:30",
        "moment": 1800000000,
        "ticks": ["cherry"],
        "one": "banana",
        "mail": "alice@riverside.example",
        "page": "https://riverside.example/alice",
        "count": "4",
        "rich": "Rich enough",
    }
    assert [key for key, value in ids.items() if not value] == []
    assert [ids["where"]] == ids["wheres"]
    assert [ids["talk"]] == ids["talks"]
    assert ids["who"] != ids["whos"][0]


def test_what_is_missing_or_refused_stands_under_its_field(alice: Person) -> None:
    """The client's own checks and the app's errors name the field; what was typed stays."""
    alice.go("Echo")
    alice.write("/kit form")
    modal = alice.modal_called("Every input")
    modal.get_by_label("Your story").fill("abc")
    modal.get_by_label("How many").fill("many")
    modal.get_by_role("button", name="Send it").click()
    name = modal.get_by_label("Your name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(modal.get_by_text("Please complete this required field.").first).to_be_visible()
    expect(modal.get_by_text("Must be at least 5 characters.")).to_be_visible()
    expect(modal.get_by_text("Must be a number.")).to_be_visible()
    expect(modal.get_by_label("Your story")).to_have_value("abc")
    _fill(alice, modal)
    name.fill("bad")
    modal.get_by_role("button", name="Send it").click()
    expect(modal.get_by_text("That is not a name.")).to_be_visible()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(0)
    expect(name).to_have_value("bad")
    expect(modal.get_by_label("Rich words")).to_have_value("Rich enough")
    name.fill("Alice")
    name.press("Enter")
    expect(alice.modal).to_have_count(0)


def test_closing_tells_the_app_how(alice: Person) -> None:
    """The cross and Escape close everything, the button closes this one; the app is told which."""
    alice.go("Echo")
    alice.write("/kit form")
    alice.modal_called("Every input").get_by_role("button", name="Not now").click()
    alice.sees("You closed it by its button.")
    expect(alice.modal).to_have_count(0)
    alice.write("/kit form")
    alice.modal_called("Every input")
    alice.page.keyboard.press("Escape")
    alice.sees("You closed it all at once.")
    expect(alice.modal).to_have_count(0)


def test_a_stack_of_modals_keeps_what_lies_below(alice: Person) -> None:
    """Each floor remembers what was typed in it; the trail says where one is; clear closes all."""
    alice.write("/kit stack")
    modal = alice.modal_called("Floor 1")
    modal.get_by_label("Note 1").fill("on the first")
    modal.get_by_role("button", name="Deeper").click()
    alice.modal_called("Floor 2").get_by_label("Note 2").fill("on the second")
    modal.get_by_role("button", name="Deeper").click()
    alice.modal_called("Floor 3")
    expect(modal).to_contain_text("Floor 1 \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} Floor 2")
    modal.get_by_role("button", name="Back").click()
    alice.modal_called("Floor 2")
    expect(modal.get_by_label("Note 2")).to_have_value("on the second")
    modal.get_by_role("button", name="Back").click()
    alice.modal_called("Floor 1")
    expect(modal.get_by_label("Note 1")).to_have_value("on the first")
    modal.get_by_role("button", name="Deeper").click()
    alice.modal_called("Floor 2")
    modal.get_by_role("button", name="Clear all").click()
    expect(alice.modal).to_have_count(0)


def test_a_refresh_by_the_app_does_not_disturb_typing(alice: Person) -> None:
    """While the app redraws the view at each word, the field keeps its words, its cursor and the focus."""
    alice.write("/kit live")
    modal = alice.modal_called("Live")
    field = modal.get_by_label("Type here")
    field.press_sequentially("hello")
    expect(modal.get_by_text("You wrote hello; you chose apple.").first).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("hello")
    field.press("Home")
    field.press_sequentially("oh ")
    expect(modal.get_by_text("You wrote oh hello; you chose apple.").first).to_be_visible()
    expect(field).to_have_value("oh hello")
    alice.choose(modal.get_by_role("combobox", name="Choose here"), "Cherry")
    expect(modal.get_by_text("You wrote oh hello; you chose cherry.").first).to_be_visible()
    expect(modal.get_by_role("combobox", name="Choose here")).to_have_value("Cherry")
    expect(field).to_have_value("oh hello")


def test_a_long_page_opens_at_its_top(alice: Person) -> None:
    """Whoever opens something to read begins at its beginning, also when the first button is at its end."""
    alice.go("Echo")
    alice.write("/kit long")
    modal = alice.modal_called("A long page")
    expect(modal.get_by_role("button", name="End", exact=True)).to_be_focused()
    expect(modal.get_by_text("Line 0 of a long page")).to_be_in_viewport()
