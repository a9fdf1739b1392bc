"""``python -m story.pictures``: the README's pictures, taken of the local Slack while the story is played.

Needs what the tests need (playwright, Pillow) and a Chromium; nothing of it is imported by the bot.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from bot.settings import REPOSITORY
from story import caring, finding, looking
from story.stage import Stage, set_up
from story.telling import Narrator

FOLDER = REPOSITORY / "docs" / "pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # containers run as root, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTH, HEIGHT = 1000, 1500
SCALE = 1.5
COLOURS = 96
MOST_BYTES = 200_000
GENERAL = "general"
BOT = "mentorbot"


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a Chromium; the environment variable CHROMIUM may name one. Raises SystemExit where none is."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise SystemExit(f"No Chromium: set CHROMIUM or install one of {', '.join(CHROMIUM)}.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


class Camera:
    """Looks at the page as one person after the other and keeps what it sees."""

    def __init__(self, stage: Stage, seen_by: Browser, folder: Path) -> None:
        self._stage = stage
        self._browser = seen_by
        self._folder = folder

    @contextmanager
    def looking_as(self, handle: str, place: str | None = None) -> Iterator[Page]:
        """Open a window as somebody, at a conversation or the app where named."""
        page = self._browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=SCALE,
            color_scheme="light",
            locale="en-GB",
            reduced_motion="reduce",
        )
        page.goto(f"{self._stage.address}/?as={handle}")
        if place is not None:
            page.get_by_role("navigation").get_by_role("link", name=place).first.click()
            expect(page.get_by_role("heading", level=1)).to_contain_text(place)
        yield page
        page.close()

    def take(self, name: str, parts: Sequence[Locator], *, most: float = HEIGHT) -> None:
        """Keep what ``parts`` cover together, at most ``most`` pixels high, as ``name``.png."""
        for part in parts:
            part.wait_for()
        parts[-1].scroll_into_view_if_needed()
        page = parts[0].page
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        boxes = [box for part in parts if (box := part.bounding_box()) is not None]
        left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
        right = max(box["x"] + box["width"] for box in boxes)
        bottom = min(max(box["y"] + box["height"] for box in boxes), top + most)
        clip: FloatRect = {
            "x": left,
            "y": top,
            "width": right - left,
            "height": bottom - top,
        }
        path = self._folder / f"{name}.png"
        path.write_bytes(small(page.screenshot(clip=clip, animations="disabled")))
        size = path.stat().st_size
        click.echo(f"{path.name}: {size // 1000} kB")
        if size > MOST_BYTES:
            raise SystemExit(f"{path.name} has {size} bytes; {MOST_BYTES} are the most.")


def small(png: bytes) -> bytes:
    """Return the picture with a palette of its own, which is enough for a page and a fraction in size."""
    with Image.open(io.BytesIO(png)) as picture:
        palette = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    palette.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main() -> None:
    """Play the story and write every picture of the README."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="mentorbot-pictures-") as folder,
        set_up(Path(folder) / "stage", limits_off="all") as stage,
        browser() as seen_by,
    ):
        stage.bot.start(beating=False)
        take_all(Narrator(stage, lambda _: None), Camera(stage, seen_by, FOLDER))


def take_all(told: Narrator, camera: Camera) -> None:
    """Play the story as far as it is needed, and stop for each picture."""
    milan = told.person("milan")
    finding.set_up(told)
    milan.command("/findmentor single cell rna")
    told.stage.settle()
    with camera.looking_as("milan", GENERAL) as page:
        camera.take("findmentor", [page.locator("#messages article").last])
    finding.find(told)
    finding.ask(told)
    milan.dm.last.button("Fill in the agreement").click()
    told.stage.settle()
    with camera.looking_as("milan") as page:
        camera.take("agreement", [page.locator("dialog.modal[open]")], most=900)
    milan.modal.close(all=True)
    finding.agree(told)
    caring.month(told)
    milan.open_home().button("Something is wrong").click()
    told.stage.settle()
    with camera.looking_as("milan") as page:
        camera.take("concern", [page.locator("dialog.modal[open]")])
    milan.modal.close(all=True)
    with camera.looking_as("milan", BOT) as page:
        page.get_by_role("tab", name="Home").click()
        camera.take("home", [page.locator("#main")], most=556)
    looking.digest(told)
    with camera.looking_as("lena", BOT) as page:
        picture = page.locator("#messages article.reply").last
        picture.get_by_role("img").wait_for()
        message = page.locator("#messages article").filter(has_text="Your week in mentorship").last
        camera.take("digest", [message, picture])


if __name__ == "__main__":
    main()
