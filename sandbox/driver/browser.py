"""A browser without a window: follows redirects, keeps cookies, and answers whether an app may come in."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

AUTHORIZE = "/oauth/v2/authorize"
SECONDS = 30.0
MOST_STEPS = 10  # redirects and links on the way to the page that asks


@dataclass(frozen=True)
class Page:
    """What a browser shows: the address it ended on, status, headers (lower case) and text."""

    address: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def ok(self) -> bool:
        """Whether it is no error page."""
        return self.status < http.client.BAD_REQUEST

    @property
    def query(self) -> dict[str, str]:
        """The parameters of its address."""
        return dict(parse_qsl(urlsplit(self.address).query, keep_blank_values=True))


@dataclass(frozen=True)
class Decision:
    """What a person decides: `who` is "team/person", `access` the teams an organisation's app may enter."""

    who: str
    allow: bool = True
    org: bool = False
    access: tuple[str, ...] = ()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect by itself."""

    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """Cookies are kept as a browser keeps them; on this machine also those that want a secure connection."""

    def __init__(self) -> None:
        policy = DefaultCookiePolicy(secure_protocols=("https", "http"))
        self.cookies = CookieJar(policy)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies), _Stay()
        )

    def open(self, address: str, form: list[tuple[str, str]] | None = None) -> Page:
        """Ask for one address, or send a form to it; a redirect is given, not followed."""
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ValueError(f"a browser opens web pages, not {address!r}")
        data = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(address, data)  # noqa: S310 - the scheme is checked above
        try:
            with self._opener.open(request, timeout=SECONDS) as response:
                return _page(address, response.status, response.headers, response.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return _page(address, answer.code, answer.headers, answer.read())

    def follow(self, page: Page) -> Page:
        """Follow redirects to where they end."""
        for _ in range(MOST_STEPS):
            target = _target(page)
            if target is None:
                return page
            page = self.open(target)
        raise AssertionError(f"it redirects for ever, lately to {page.address}")


def authorize(browser: Browser, slack: str, address: str, decision: Decision) -> Page:
    """Go from an app's install page, or from the authorise page itself, through the question and back.

    Gives the page the app ends on. Raises AssertionError where the question is not reached or is refused.
    """
    page = _question(browser, slack, address)
    form = [*parse_qsl(urlsplit(page.address).query, keep_blank_values=True), ("who", decision.who)]
    form.append(("decision", "allow" if decision.allow else "cancel"))
    if decision.org:
        form += [("org", "1"), *(("access", team) for team in decision.access)]
    answer = browser.open(f"{slack}{AUTHORIZE}", form)
    if _target(answer) is None:
        raise AssertionError(f"the installation was refused ({answer.status}): {_words(answer.text)}")
    return browser.follow(answer)


def _question(browser: Browser, slack: str, address: str) -> Page:
    page = browser.open(address)
    for _ in range(MOST_STEPS):
        if page.address.startswith(f"{slack}{AUTHORIZE}"):
            if not page.ok:
                raise AssertionError(f"the installation was refused ({page.status}): {_words(page.text)}")
            return page
        links = _Links()
        links.feed(page.text)
        onward = (urljoin(page.address, one) for one in links.found)
        target = _target(page) or next((one for one in onward if AUTHORIZE in one), None)
        if target is None:
            break
        page = browser.open(target)
    raise AssertionError(
        f"{address} does not lead to the authorise page; it ends on {page.address}: {page.text}"
    )


def _target(page: Page) -> str | None:
    if http.client.MULTIPLE_CHOICES <= page.status < http.client.BAD_REQUEST and "location" in page.headers:
        return urljoin(page.address, page.headers["location"])
    return None


def _page(address: str, status: int, headers: Message, body: bytes) -> Page:
    lower = {name.lower(): value for name, value in headers.items()}
    return Page(address, status, lower, body.decode(errors="replace"))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(data.strip())


def _words(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    return " ".join(reader.parts)
