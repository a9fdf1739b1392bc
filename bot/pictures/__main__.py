"""The child: a chart as JSON in, a PNG out."""

from __future__ import annotations

import json
import sys

from bot.pictures import Bar, Chart, Tile
from bot.pictures.bars import png

if __name__ == "__main__":
    given = json.load(sys.stdin)
    chart = Chart(
        title=given["title"],
        bars=tuple(Bar(**bar) for bar in given["bars"]),
        tiles=tuple(Tile(**tile) for tile in given["tiles"]),
    )
    sys.stdout.buffer.write(png(chart))
