"""Pictures of the way: every stage of a reading as one PNG, or the picture with its boxes."""

import io
import os
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitrec import files
from digitrec.errors import OptionError
from digitrec.reading.reader import Seen
from digitrec.reading.reading import Digit

PANEL = 420
"""Pixels a side that the picture and its ink get at most."""

MARGIN = 16
TILE = 84
"""A digit of 28 pixels three times as large."""

BAR = 12
"""Height of a probability's bar: ten of them beside a digit."""

BARS = 120
"""Length of the bar of a probability of 1."""

CELL = TILE + BARS + 3 * MARGIN

COLUMNS = 4

PAPER, WORDS, PALE = (255, 255, 255), (40, 40, 40), (205, 210, 216)
COLOURS = {"ok": (0, 120, 80), "uncertain": (215, 120, 0), "not_a_digit": (140, 140, 140)}
"""Green, orange and grey, which differ in brightness too."""


def drawer(
    folder: str | os.PathLike[str] | None, file: str | os.PathLike[str] | None
) -> Callable[[Seen], None]:
    """What draws the stages of every picture into a folder, and the first with boxes to a file.

    The function that is given raises OptionError for a second picture when there is a file, and
    OutputError when something cannot be written.
    """
    names: list[str] = []

    def draw(seen: Seen) -> None:
        names.append(_free_name(seen.reading.file, names))
        if folder is not None:
            draw_stages(seen, Path(folder, f"{names[-1]}.png"))
        if file is not None:
            if len(names) > 1:
                raise OptionError("--draw: expected one picture; received more")
            draw_boxes(seen, file)

    return draw


def _free_name(file: str | None, taken: Sequence[str]) -> str:
    """A picture's name without its folder, and a number where it was there before."""
    name = Path(file).name if file else "picture"
    free = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(other for other in free if other not in taken)


def draw_stages(seen: Seen, path: str | os.PathLike[str]) -> None:
    """Write one PNG: the picture with its boxes, the ink, then each digit as the model sees it.

    Beside each digit are the bars of its probabilities; under all are the notes.

    Raises:
        OutputError: it cannot be written.
    """
    panels = [_fitted(_boxed(seen)), _fitted(_ink(seen))]
    digits = seen.reading.digits
    columns = min(max(len(digits), 2), COLUMNS)
    rows = -(-len(digits) // columns)
    width = max(columns * CELL, sum(panel.width for panel in panels) + MARGIN) + 2 * MARGIN
    top = MARGIN + 20
    below = top + max(panel.height for panel in panels) + MARGIN
    cell = max(TILE, BAR * 10) + 2 * MARGIN + 20
    sheet = Image.new("RGB", (width, below + rows * cell + 24 + MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    left = MARGIN
    for name, panel in zip(("picture", "ink"), panels, strict=True):
        pen.text((left, MARGIN), name, WORDS, _font(13))
        sheet.paste(panel, (left, top))
        pen.rectangle((left - 1, top - 1, left + panel.width, top + panel.height), outline=PALE)
        left += panel.width + MARGIN
    for number, (digit, image) in enumerate(zip(digits, seen.images, strict=True)):
        corner = MARGIN + number % columns * CELL, below + number // columns * cell
        _draw_digit(sheet, corner, digit, image)
    pen.text((MARGIN, below + rows * cell), _summary(seen), WORDS, _font(13))
    _save(sheet, path)


def draw_boxes(seen: Seen, path: str | os.PathLike[str]) -> None:
    """Write the picture with a box around each digit and what it was read as above it.

    Raises:
        OutputError: it cannot be written.
    """
    _save(_boxed(seen), path)


def _boxed(seen: Seen) -> Image.Image:
    """The picture as it was decoded, with boxes and digits."""
    image = Image.fromarray(seen.picture.pixels).convert("RGB")
    times = max(PANEL // 2 // max(image.size), 1)
    image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    thick = max(max(image.size) // 400, 1)
    for digit in seen.reading.digits:
        x, y, width, height = (value * times / seen.picture.scale for value in digit.box)
        colour = COLOURS[digit.status]
        frame = (x - thick, y - thick, x + width + thick, y + height + thick)
        pen.rectangle(frame, outline=colour, width=thick)
        font = _font(max(min(height / 2, max(image.size) / 25), 9))
        text = _name(digit)
        room = font.getbbox(text)
        place = (x - thick, max(y - 2 * thick - room[3], 0))
        pen.rectangle((*place, place[0] + room[2] + 4, place[1] + room[3] + 2), fill=colour)
        pen.text((place[0] + 2, place[1]), text, PAPER, font)
    return image


def _ink(seen: Seen) -> Image.Image:
    """The ink as it was found, dark on white; what was left out is pale."""
    strokes = seen.ink.strokes
    shades = np.repeat((255 - strokes)[:, :, None], 3, axis=2)
    used = np.zeros(strokes.shape, bool)
    for place in seen.places:
        piece = place.piece
        rows = slice(max(piece.y - 1, 0), piece.bottom + 1)
        used[rows, max(piece.x - 1, 0) : piece.right + 1] = True
    shades[~used] = 255 - (255 - shades[~used]) * 0.25
    return Image.fromarray(shades.astype(np.uint8))


def _draw_digit(
    sheet: Image.Image, corner: tuple[int, int], digit: Digit, image: NDArray[np.uint8]
) -> None:
    """One digit in MNIST's form, three times as large, its answer, and its probabilities."""
    left, top = corner
    pen = ImageDraw.Draw(sheet)
    colour = COLOURS[digit.status]
    large = Image.fromarray(image).resize((TILE, TILE), Image.Resampling.NEAREST)
    sheet.paste(large, (left, top))
    status = digit.status.replace("_", " ")
    answer = f"{digit.digit}  {100 * digit.confidence:.1f} %  {status}"
    pen.text((left, top + TILE + 2), answer, colour, _font(12))
    ranked: Sequence[int] = np.argsort(digit.probabilities)[::-1][:10].tolist()
    for row, number in enumerate(sorted(ranked)):
        y = top + row * BAR
        x = left + TILE + MARGIN
        length = round(digit.probabilities[number] * (BARS - 24))
        first = digit.probabilities[number] == digit.confidence
        pen.text((x, y - 2), str(number), WORDS, _font(10))
        pen.rectangle((x + 12, y, x + 12 + length, y + BAR - 4), fill=colour if first else PALE)


def _summary(seen: Seen) -> str:
    reading = seen.reading
    answer = " / ".join(reading.text.split("\n")) or "-"
    return "; ".join([f"{reading.status}: {answer}", *reading.notes])


def _name(digit: Digit) -> str:
    return "-" if digit.status == "not_a_digit" else str(digit.digit)


def _fitted(image: Image.Image) -> Image.Image:
    """As large as fits into PANEL; tiny pictures are enlarged, by whole pixels."""
    largest = max(image.size)
    if largest <= PANEL // 2:
        times = PANEL // 2 // largest
        return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    image.thumbnail((PANEL, PANEL))
    return image


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _save(image: Image.Image, path: str | os.PathLike[str]) -> None:
    """In the form that the name's end says, PNG without one; whole or not at all."""
    kind = "JPEG" if Path(path).suffix.lower() in (".jpg", ".jpeg") else "PNG"
    buffer = io.BytesIO()
    image.save(buffer, kind)
    files.write(path, buffer.getvalue())
