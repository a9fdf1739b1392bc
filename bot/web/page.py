"""The page a person finds who opens the bot's address in a browser."""

from __future__ import annotations

from html import escape

from bot.texts import Say

STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem}"
    "body{color:#1d1c1d}"
    "a{color:#0b5a52}@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}a{color:#7fd4c8}}"
)


def page(say: Say, *, installable: bool) -> bytes:
    """Return the page; with a link to install where this bot can be installed by a link."""
    title = escape(say.plain("web.page.title"))
    words = [escape(say.plain("web.page.what"))]
    if installable:
        link = f'<a href="/slack/install">{escape(say.plain("web.page.install"))}</a>'
        words.append(f"{link} {escape(say.plain('web.page.who_installs'))}")
    words.append(escape(say.plain("web.page.next")))
    body = "".join(f"<p>{one}</p>" for one in words)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style><main><h1>{title}</h1>{body}</main></html>"
    ).encode()
