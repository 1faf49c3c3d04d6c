"""What the pictures of a reading are drawn with: boxes, words, colours, sizes, files."""

import io
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from digitrec import files
from digitrec.errors import OptionError
from digitrec.reading.reading import Digit

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
WORDS: Colour = (38, 42, 48)
FAINT: Colour = (118, 124, 132)
PALE: Colour = (214, 218, 224)

OF_STATUS: dict[str, Colour] = {
    "ok": (0, 122, 84),
    "uncertain": (200, 98, 0),
    "not_a_digit": (128, 132, 138),
    "empty": (128, 132, 138),
}
"""Green, orange and grey, on which white can be read (contrast 4 to 1 and more)."""

TEXT = 14
"""Height of the words that explain something."""

MOST_TIMES = 8
"""Tiny pictures are enlarged by whole pixels, at most so many times."""

KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""The forms that a picture is written in, by how its name ends."""


@cache
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so many pixels high."""
    return ImageFont.load_default(max(size, 8))


def shortened(text: str, size: float, width: float) -> str:
    """The text on one line, or as much of its beginning as `width` pixels hold, and three dots."""
    text = " ".join(text.encode("utf-8", "replace").decode().split())
    face = font(size)
    length = face.getlength(text)
    if length <= width:
        return text
    text = text[: int(len(text) * width / length) + 9]
    while text and face.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text}..."


def wrapped(text: str, size: float, width: float, most: int) -> list[str]:
    """The text in at most so many lines of at most `width` pixels; the last may be shortened."""
    face = font(size)
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width or len(lines) == most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, size, width) for line in lines]


def fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    """The picture as large as fits: shrunk smoothly, or enlarged by whole pixels."""
    room = min(width / image.width, height / image.height)
    if room >= 1:
        times = min(int(room), MOST_TIMES)
        size = image.width * times, image.height * times
        return image.resize(size, Image.Resampling.NEAREST)
    size = max(round(image.width * room), 1), max(round(image.height * room), 1)
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def boxed(image: Image.Image, digits: Sequence[Digit], times: float) -> Image.Image:
    """A picture with a frame around each digit, and on the frame what the digit was read as.

    Args:
        image: in mode RGB.
        digits: with boxes in the picture's own pixels.
        times: pixels of `image` for one of the picture's.
    """
    drawn = image.copy()
    pen = ImageDraw.Draw(drawn)
    thick = max(max(image.size) // 400, 1)
    for digit in digits:
        colour = OF_STATUS[digit.status]
        x, y, width, height = (value * times for value in digit.box)
        frame = (x - 1 - thick, y - 1 - thick, x + width + thick, y + height + thick)
        pen.rectangle(frame, outline=colour, width=thick)
        _label(pen, answer(digit), frame, colour, max(image.size) / 25)
    return drawn


def named(name: str, panel: Image.Image) -> Image.Image:
    """A panel in a thin frame with its name above it."""
    top = TEXT + 8
    named = Image.new("RGB", (panel.width + 2, panel.height + 2 + top), PAPER)
    pen = ImageDraw.Draw(named)
    pen.text((0, 0), name, FAINT, font(TEXT))
    pen.rectangle((0, top, named.width - 1, named.height - 1), outline=PALE)
    named.paste(panel, (1, top + 1))
    return named


def beside_each_other(images: Sequence[Image.Image], gap: int) -> Image.Image:
    """Images in a row, their upper edges on one line."""
    width = sum(image.width for image in images) + gap * (len(images) - 1)
    whole = Image.new("RGB", (width, max(image.height for image in images)), PAPER)
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width + gap
    return whole


def below_each_other(images: Sequence[Image.Image], gap: int, margin: int = 0) -> Image.Image:
    """Images in a column, their left edges on one line."""
    height = sum(image.height for image in images) + gap * (len(images) - 1)
    width = max(image.width for image in images)
    whole = Image.new("RGB", (width + 2 * margin, height + 2 * margin), PAPER)
    top = margin
    for image in images:
        whole.paste(image, (margin, top))
        top += image.height + gap
    return whole


def answer(digit: Digit) -> str:
    """What a digit was read as; a dash where there is none."""
    return "-" if digit.status == "not_a_digit" else str(digit.digit)


def save(image: Image.Image, path: str | os.PathLike[str]) -> None:
    """Write a PNG or JPEG, whole or not at all.

    Raises:
        OptionError: the name ends like neither.
        OutputError: it cannot be written.
    """
    buffer = io.BytesIO()
    image.save(buffer, kind_of(path), quality=90)
    files.write(path, buffer.getvalue())


def kind_of(path: str | os.PathLike[str]) -> str:
    """The form that a name's end says.

    Raises:
        OptionError: it is none that we write.
    """
    kind = KINDS.get(Path(path).suffix.lower())
    if kind is None:
        raise OptionError(f"expected a name that ends in {', '.join(KINDS)}; received {path}")
    return kind


def _label(
    pen: ImageDraw.ImageDraw,
    text: str,
    frame: tuple[float, float, float, float],
    colour: Colour,
    most: float,
) -> None:
    """The text in white on its colour, above the frame, or inside where there is no room."""
    left, top, _, bottom = frame
    face = font(round(max(min((bottom - top) / 2, most), 10)))
    _, _, right, low = face.getbbox(text)
    y = top - low - 3 if top > low + 3 else top
    pen.rectangle((left, y, left + right + 4, y + low + 3), fill=colour)
    pen.text((left + 2, y), text, PAPER, face)
