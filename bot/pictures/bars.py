"""Drawing bars and figures. Only the child process imports this."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.pictures import Bar, Chart, Tile

WIDTH, HEIGHT = 1200, 720
MARGIN = 48
BARS_TOP, BARS_BOTTOM = 150, 470
TILES_TOP = 548

# A page of its own with a border reads the same on a light and a dark screen; no meaning lies in colour only:
# every bar carries its number, a withheld one is hatched, the present one is outlined and its label bold.
PAPER = "#ffffff"
BORDER = "#8a9299"
INK = "#1d1c1d"
PALE_INK = "#4d5257"
BAR = "#5b8f8b"
PRESENT = "#1f3d3a"
HATCH = "#7b8187"

# Signs that Pillow's own font has no shape for, and what is drawn instead.
LACKING = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HORIZONTAL ELLIPSIS}": "..."})

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=16)
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def png_of(given: dict[str, Any]) -> bytes:
    """Return the chart that was written down as plain data (``dataclasses.asdict``) as PNG."""
    bars = tuple(Bar(**bar) for bar in given["bars"])
    return png(Chart(given["title"], bars, tuple(Tile(**tile) for tile in given["tiles"])))


def png(chart: Chart) -> bytes:
    """Return the chart as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((2, 2, WIDTH - 3, HEIGHT - 3), radius=18, outline=BORDER, width=3)
    pen.text(
        (MARGIN, MARGIN),
        _fitting(pen, chart.title.translate(LACKING), WIDTH - 2 * MARGIN, 36),
        font=_font(36),
        fill=INK,
    )
    _bars(pen, chart.bars)
    _tiles(pen, chart)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _bars(pen: ImageDraw.ImageDraw, bars: tuple[Bar, ...]) -> None:
    most = max([bar.n for bar in bars if bar.n is not None], default=0) or 1
    step = (WIDTH - 2 * MARGIN) / max(len(bars), 1)
    thickness = min(step * 0.62, 110)
    for place, bar in enumerate(bars):
        middle = MARGIN + step * (place + 0.5)
        left, right = middle - thickness / 2, middle + thickness / 2
        top = BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP - 40) * ((bar.n or 0) / most)
        present = place == len(bars) - 1
        if bar.n is None:
            top = BARS_BOTTOM - 44
            _hatched(pen, (left, top, right, BARS_BOTTOM))
        elif bar.n > 0:
            pen.rectangle((left, top, right, BARS_BOTTOM), fill=PRESENT if present else BAR)
        pen.text((middle, top - 10), bar.shown, font=_font(30), fill=INK, anchor="mb")
        pen.text(
            (middle, BARS_BOTTOM + 14),
            bar.label,
            font=_font(26),
            fill=INK if present else PALE_INK,
            anchor="mt",
            stroke_width=1 if present else 0,
            stroke_fill=INK,
        )
    pen.line((MARGIN, BARS_BOTTOM, WIDTH - MARGIN, BARS_BOTTOM), fill=INK, width=3)


def _hatched(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    height = bottom - top
    start = left - height
    while start < right:
        from_x, to_x = max(start, left), min(start + height, right)
        pen.line((from_x, bottom - (from_x - start), to_x, bottom - (to_x - start)), fill=HATCH, width=3)
        start += 18
    pen.rectangle(box, outline=HATCH, width=3)


def _tiles(pen: ImageDraw.ImageDraw, chart: Chart) -> None:
    if not chart.tiles:
        return
    step = (WIDTH - 2 * MARGIN) / len(chart.tiles)
    for place, tile in enumerate(chart.tiles):
        left = MARGIN + step * place
        wide = int(step - 24)
        pen.line((left, TILES_TOP, left + wide, TILES_TOP), fill=BORDER, width=2)
        for text, size, below, ink in (
            (tile.label.translate(LACKING), 26, 14, PALE_INK),
            (tile.shown, 44, 48, INK),
            (tile.note.translate(LACKING), 24, 104, PALE_INK),
        ):
            fitted = _fitted_size(pen, text, wide, size)
            pen.text((left, TILES_TOP + below + (size - fitted) // 2), text, font=_font(fitted), fill=ink)


def _fitted_size(pen: ImageDraw.ImageDraw, text: str, wide: int, size: int) -> int:
    while size > 12 and pen.textlength(text, font=_font(size)) > wide:  # noqa: PLR2004 - the smallest that can be read
        size -= 1
    return size


def _fitting(pen: ImageDraw.ImageDraw, text: str, wide: int, size: int) -> str:
    while text and pen.textlength(text, font=_font(size)) > wide:
        text = text[:-1]
    return text
