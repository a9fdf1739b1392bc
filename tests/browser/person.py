"""What a person does with the page: looks, types, presses. Everything waits by playwright's expect."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect


class Person:
    """Somebody before a window of the page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self._address = address
        self._wrong: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", self._thrown)
        page.on("request", self._called)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._wrong.append(f"{message.type}: {message.text}")

    def _thrown(self, error: Error) -> None:
        self._wrong.append(f"thrown: {error}")

    def _called(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self._wrong.append(f"called {request.url}")

    def nothing_went_wrong(self) -> None:
        """The browser reported no error, and the page called no other address."""
        assert self._wrong == []

    @property
    def box(self) -> Locator:
        """Where messages are written."""
        return self.page.get_by_role("combobox", name="Message", exact=True)

    @property
    def messages(self) -> Locator:
        """The messages of the open conversation."""
        return self.page.locator("#messages article")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.messages.last

    @property
    def modal(self) -> Locator:
        """The open modal."""
        return self.page.locator("dialog.modal[open]")

    def write(self, text: str) -> None:
        """Write a message or a command and send it."""
        self.box.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def go(self, name: str) -> None:
        """Open a conversation or an app on the left."""
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)

    def sees(self, text: str) -> None:
        """The words are on the page."""
        expect(self.page.get_by_text(text).last).to_be_visible()

    def modal_called(self, title: str) -> Locator:
        """Wait for a modal with that title; gives it."""
        expect(self.modal.get_by_role("heading", name=title)).to_be_visible()
        return self.modal

    def choose(self, field: Locator, *labels: str, search: str = "") -> None:
        """Open a picker, search where asked, and press the options."""
        field.click()
        if search:
            field.press_sequentially(search)
        for label in labels:
            self.page.get_by_role("option", name=label).click()
        field.blur()
