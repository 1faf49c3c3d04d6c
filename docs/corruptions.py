"""Draws one digit in every kind of corruption and every severity, by a program's pen.

python docs/corruptions.py          writes docs/pictures/corruptions.png
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from digitrec.datasets import Images, drawn
from digitrec.datasets.corruptions import KINDS, SEVERITIES, corrupt
from digitrec.datasets.sheet import draw_rows
from digitrec.reading.drawing import PAPER, WORDS, font

FILE = Path(__file__).with_name("pictures") / "corruptions.png"
SEED = 2
TEXT, NAMES = 17, 150
"""Height of a name and room for all of them, in pixels."""


def main() -> int:
    """Write the picture; return the exit status."""
    shown = list(zip(KINDS, drawn.digits(len(KINDS), SEED).images, strict=True))
    halves = [half(shown[: len(shown) // 2]), half(shown[len(shown) // 2 :])]
    sheet = Image.new("L", (sum(one.width for one in halves), halves[0].height), PAPER[0])
    sheet.paste(halves[0], (0, 0))
    sheet.paste(halves[1], (halves[0].width, 0))
    sheet.save(FILE, optimize=True)
    return 0


def half(shown: list[tuple[str, Images]]) -> Image.Image:
    """Some kinds below each other, each with its name, the severities from left to right."""
    rows = [
        np.concatenate([corrupt(digit[None], kind, severity) for severity in SEVERITIES])
        for kind, digit in shown
    ]
    picture = draw_rows(rows, columns=len(SEVERITIES))
    named = Image.new("L", (NAMES + picture.width, picture.height), PAPER[0])
    named.paste(picture, (NAMES, 0))
    pen = ImageDraw.Draw(named)
    for row, (kind, _) in enumerate(shown):
        middle = (row + 0.5) * picture.height / len(shown)
        pen.text((NAMES - 8, middle), kind, WORDS[0], font(TEXT), anchor="rm")
    return named


if __name__ == "__main__":
    sys.exit(main())
