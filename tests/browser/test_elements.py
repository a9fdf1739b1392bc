import pytest
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def looking(alice: Person) -> Person:
    """Alice with the message of all acting elements before her."""
    alice.write("/kit press")
    alice.go("Echo")
    expect(alice.page.get_by_role("button", name="Accept")).to_be_visible()
    return alice


def test_buttons_and_menus_tell_the_app(looking: Person) -> None:
    """A press arrives with the button's value, an overflow menu's with its option."""
    looking.page.get_by_role("button", name="Accept").click()
    looking.sees('accept = "yes"')
    looking.page.get_by_role("button", name="Beside").click()
    looking.sees('accessory = "b"')
    looking.page.get_by_role("button", name="More actions").click()
    looking.page.get_by_role("menuitem", name="Banana").click()
    looking.sees('more = "banana"')


def test_a_confirm_dialog_comes_first(looking: Person) -> None:
    """A button with a confirm dialog does nothing until it is confirmed."""
    decline = looking.page.get_by_role("button", name="Decline", exact=True)
    asked = looking.page.get_by_role("alertdialog", name="Decline?")
    decline.click()
    expect(asked).to_contain_text("This cannot be taken back.")
    asked.get_by_role("button", name="Keep it").click()
    expect(asked).to_have_count(0)
    looking.page.get_by_role("button", name="Accept").click()
    looking.sees('accept = "yes"')
    expect(looking.page.get_by_text("decline =")).to_have_count(0)
    decline.click()
    asked.get_by_role("button", name="Decline it").click()
    looking.sees('decline = "no"')


def test_every_picker_tells_what_was_picked(looking: Person) -> None:
    """Static, several, external, people, channels and conversations: each arrives as its value."""
    page = looking.page

    def picker(name: str) -> None:
        expect(page.get_by_role("combobox", name=name)).to_be_visible()

    picker("Pick a fruit")
    looking.choose(page.get_by_role("combobox", name="Pick a fruit"), "Cherry")
    looking.sees('pick = "cherry"')
    looking.choose(page.get_by_role("combobox", name="Pick fruits"), "Apple")
    looking.sees('picks = ["apple"]')
    looking.choose(page.get_by_role("combobox", name="Pick fruits"), "Cherry")
    looking.sees('picks = ["apple", "cherry"]')
    page.get_by_role("button", name="Remove Apple").click()
    looking.sees('picks = ["cherry"]')
    looking.choose(page.get_by_role("combobox", name="Search a skill"), "statistics", search="stat")
    looking.sees('skill = "statistics"')
    looking.choose(page.get_by_role("combobox", name="Pick a person"), "Bob Tanaka", search="tana")
    looking.sees('person = "U')
    looking.choose(page.get_by_role("combobox", name="Pick a channel"), "#general")
    looking.sees('channel = "C')
    looking.choose(page.get_by_role("combobox", name="Pick a conversation"), "#leads")
    looking.sees('talk = "C')


def test_frames_open_and_what_stands_in_them_works(alice: Person) -> None:
    """Carousel, container, plan, feedback and icon buttons, an input in a message, an old attachment."""
    alice.go("Echo")
    alice.write("/kit frames")
    shown = alice.messages.first
    shown.get_by_role("button", name="See two").click()
    alice.sees('see_two = "two"')
    expect(shown.get_by_text("Inside the container")).to_be_hidden()
    shown.get_by_text("Folded away").click()
    expect(shown.get_by_text("Inside the container")).to_be_visible()
    expect(shown.get_by_text("looked in the directory")).to_be_visible()
    shown.get_by_role("button", name="Helpful", exact=False).first.click()
    alice.sees('helpful = "good"')
    shown.get_by_role("button", name="Drop").click()
    alice.sees("drop =")
    field = shown.get_by_label("In a message")
    field.fill("written here")
    field.press("Enter")
    alice.sees('v = "written here"')
    expect(field).to_have_value("written here")
    expect(shown.get_by_text("of the old kind")).to_be_visible()
    expect(shown.get_by_text("is not drawn here")).to_have_count(0)


def test_a_picker_works_by_keyboard(looking: Person) -> None:
    """Arrows mark, Enter chooses, Escape leaves the choice as it was."""
    field = looking.page.get_by_role("combobox", name="Pick a fruit")
    field.focus()
    field.press("ArrowDown")
    expect(looking.page.get_by_role("option", name="Apple")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    looking.sees('pick = "banana"')
    expect(field).to_have_value("Banana")
    field.press("ArrowDown")
    field.press_sequentially("che")
    expect(looking.page.get_by_role("option")).to_have_count(1)
    field.press("Escape")
    expect(looking.page.get_by_role("option")).to_have_count(0)
    expect(field).to_have_value("Banana")


def test_an_external_menu_waits_for_enough_letters(looking: Person) -> None:
    """Below the least query length the list says what to do; a search that finds nothing says so."""
    field = looking.page.get_by_role("combobox", name="Search a skill")
    field.click()
    looking.sees("Type 2 letters or more to search.")
    field.press_sequentially("zzz")
    looking.sees("Nothing found.")
    field.fill("rna")
    expect(looking.page.get_by_role("option", name="single-cell RNA")).to_be_visible()


def test_dates_ticks_and_radios_tell_the_app(looking: Person) -> None:
    """Day, time and moment (in the person's own zone), ticks and one of several."""
    page = looking.page
    page.get_by_label("Pick a day").fill("2027-03-01")
    looking.sees('day = "2027-03-01"')
    page.get_by_label("Pick a time").fill("09:30")
    looking.sees('hour = "09:30"')
    page.locator("input[type=datetime-local]").fill("2027-01-15T09:00")
    looking.sees("moment = 1800000000")  # nine o'clock in Paris
    page.get_by_role("checkbox", name="Apple").check()
    looking.sees('ticks = ["apple"]')
    page.get_by_role("checkbox", name="Cherry").check()
    looking.sees('ticks = ["apple", "cherry"]')
    page.get_by_role("radio", name="Right").check()
    looking.sees('one = "right"')
