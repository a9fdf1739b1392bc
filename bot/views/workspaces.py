"""Installing: the pages in the browser, and the message with what to do next."""

from __future__ import annotations

from html import escape

from bot.domain.workspaces import Installed, Welcome
from bot.texts import Say
from bot.views.blocks import Message, context, section
from bot.views.reader import Reader

STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.25rem}"
    "h1{font-size:1.5rem}a.go{display:inline-block;background:#1f3d3a;color:#fff;padding:.6rem 1.1rem;"
    "border-radius:.4rem;text-decoration:none}a.go:focus{outline:3px solid #d98e04}"
)


def install_page(address: str, programme: str, erase_after_days: int, say: Say) -> str:
    """Return the page that says what is installed, and leads to Slack."""
    return _page(
        say.plain("workspaces.install.title"),
        [
            say.plain("workspaces.install.what", programme=programme),
            say.plain("workspaces.install.who"),
            say.plain("workspaces.install.leaving", n=erase_after_days),
        ],
        (address, say.plain("workspaces.install.go")),
    )


def success_page(installed: Installed, address: str, say: Say) -> str:
    """Return the page after an installation: who leads, and what comes next."""
    kind = "again" if installed.again else "done"
    lines = [say.plain(f"workspaces.{kind}.what", programme=installed.programme)]
    if installed.leads:
        lines += [
            say.plain("workspaces.done.lead", programme=installed.programme),
            say.plain("workspaces.done.quiet"),
            say.plain("workspaces.done.next"),
        ]
    else:
        lines.append(say.plain("workspaces.again.same"))
    return _page(say.plain(f"workspaces.{kind}.title"), lines, (address, say.plain("workspaces.done.go")))


def failure_page(reason: str, install_path: str, say: Say) -> str:
    """Return the page after an installation that did not work: why, and what to do."""
    return _page(
        say.plain("workspaces.failed.title"),
        [say.plain(f"workspaces.failed.{reason}")],
        (install_path, say.plain("workspaces.failed.go")),
    )


def welcome(outcome: Welcome, to: Reader) -> Message:
    """Return what the first lead is told: what to do next, and that nobody has been written to."""
    text = to.say("workspaces.welcome.text", programme=outcome.programme)
    return Message(
        text=to.say("workspaces.welcome.notification"),
        blocks=[
            section(text),
            section(to.say("workspaces.welcome.steps")),
            context(to.say("workspaces.welcome.small", n=outcome.erase_after_days)),
        ],
    )


def _page(title: str, lines: list[str], link: tuple[str, str]) -> str:
    address, label = link
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{paragraphs}"
        f'<p><a class="go" href="{escape(address)}">{escape(label)}</a></p></main></body></html>'
    )
