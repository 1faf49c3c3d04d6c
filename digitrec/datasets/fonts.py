"""Letters and signs of fonts, without those that look like digits."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitrec.errors import needs_extra

SIZE = 64
"""Pixels that a letter is high, about."""

LATIN = "ACDEFGHJKLMNPRTUVWXYadefhkmnprtuvwx"
"""Without B I O Q S Z b c g i j l o q s y z, which may be read as 8 1 0 0 5 2 6 and so on."""

SCRIPTS = (
    *("ΓΔΛΞΠΣΦΨΩλμπψωξφχ", "ЖИЦШЩЮЯДЛФЫжицшщюядлфы"),
    "&@#%?!*+=~$§<>{}[]()^¶£¥€†‡¿",
    "←↑→↓↔↕↖↗∀∂∃∅∆∇∈∑√∞∧∨∩∪∫≈≠≡≤≥⊂⊕□△▽◇★☆☎☺♀♂♠♣♥♦♪♯✓✗✂✈✉✌✏✱➔",
)
"""What Matplotlib's own DejaVu fonts hold beside Latin, by script."""

FOREIGN = (
    "ԱԲԴԵԸԽՃՄՊՌՔաբդեըժխմպռք",
    "אהחמקשת",
    "ლოთტფღ",
    "ⴱⴲⴼⵄⵋⵍⵎⵖⵟⵡⵣⵥ",
    "ກບປມທຜຝພຟຫ",
    "سشصضطظفكثت",
)
"""Armenian, Hebrew, Georgian, Tifinagh, Lao and Arabic, of which `glyph` has none: to measure."""

PLAIN = (
    *("DejaVuSans.ttf", "DejaVuSans-*.ttf", "DejaVuSansMono*.ttf", "DejaVuSerif.ttf"),
    *(
        "DejaVuSerif-*.ttf",
        "STIXGeneral*.ttf",
        "cmr10.ttf",
        "cmb10.ttf",
        "cmss10.ttf",
        "cmtt10.ttf",
    ),
)
ALL_SCRIPTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

LATIN_SHARE = 0.75
HERSHEY_SHARE = 0.15
"""Of the Latin letters: Hershey's fonts are strokes, as a pen makes them, some of them script."""

HERSHEY = (0, 1, 2, 3, 4, 5, 6, 7)
ITALIC = 16


def glyph(random: np.random.Generator) -> NDArray[np.uint8]:
    """A letter or sign that is no digit, (height, width) uint8 of any size, 255 on 0."""
    if random.random() >= LATIN_SHARE:
        script = SCRIPTS[random.integers(len(SCRIPTS))]
        return _of_font(_files(ALL_SCRIPTS), script[random.integers(len(script))], random)
    sign = LATIN[random.integers(len(LATIN))]
    if random.random() < HERSHEY_SHARE:
        return _of_hershey(sign, random)
    return _of_font(_files(PLAIN), sign, random)


def foreign_glyph(random: np.random.Generator) -> NDArray[np.uint8]:
    """A letter of one of the FOREIGN scripts, as `glyph` gives those that are taught."""
    script = FOREIGN[random.integers(len(FOREIGN))]
    return _of_font(_files(ALL_SCRIPTS), script[random.integers(len(script))], random)


def _of_font(files: tuple[Path, ...], sign: str, random: np.random.Generator) -> NDArray[np.uint8]:
    font = _font(files[random.integers(len(files))])
    left, top, right, bottom = font.getbbox(sign)
    paper = Image.new("L", (round(right - left) + 2, round(bottom - top) + 2))
    ImageDraw.Draw(paper).text((1 - left, 1 - top), sign, fill=255, font=font)
    return np.asarray(paper, np.uint8)


def _of_hershey(sign: str, random: np.random.Generator) -> NDArray[np.uint8]:
    paper = np.zeros((2 * SIZE, 2 * SIZE), np.uint8)
    font = HERSHEY[random.integers(len(HERSHEY))] | ITALIC * int(random.integers(2))
    width = int(random.integers(2, 9))
    cv2.putText(paper, sign, (SIZE // 2, 3 * SIZE // 2), font, 2.0, 255, width, cv2.LINE_AA)
    return paper


@cache
def _font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, SIZE)


@cache
def _files(patterns: tuple[str, ...]) -> tuple[Path, ...]:
    """Matplotlib's font files, sorted. Raises MissingExtraError."""
    with needs_extra("train"):
        import matplotlib as mpl
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    return tuple(sorted(path for pattern in patterns for path in folder.glob(pattern)))
