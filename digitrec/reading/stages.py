"""Pictures of the way: every stage of a reading as one PNG, or the picture with its boxes."""

import os
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitrec.errors import OptionError
from digitrec.reading.drawing import (
    FAINT,
    OF_STATUS,
    PALE,
    PAPER,
    TEXT,
    WORDS,
    Colour,
    answer,
    below_each_other,
    beside_each_other,
    boxed,
    fitted,
    font,
    named,
    save,
    shortened,
    wrapped,
)
from digitrec.reading.form import DIGIT_NAMES, SIDE
from digitrec.reading.reader import Seen
from digitrec.reading.reading import Digit

WIDTH = 1000
"""Pixels, of every sheet, without its margin."""

MARGIN, GAP = 24, 20

TITLE, ANSWER, SMALL = 30, 22, 11
"""Heights of the words beside TEXT."""

PANEL = 320
"""Pixels a side, at most, of the picture, its ink and its boxes when they stand side by side."""

TITLES = {"picture": "picture", "ink": "ink; what is left out is red", "boxes": "boxes"}
"""Of the panels."""

STRIP = 2.5
"""Width by height from which they stand below each other, each as wide as the sheet."""

LEAST_DRAWN = 200
"""Pixels a side that a picture is enlarged to, or nearly, before boxes are drawn on it."""

TILE = 4 * SIDE
"""A digit in MNIST's form, four times as large."""

COLUMNS = 4
CELL = WIDTH // COLUMNS, TILE + 48
"""Width and height of what is shown of one digit."""

BARS = 10
"""Classes whose probabilities are shown: all ten digits, or the likeliest of more classes."""

BAR = 11
"""Pixels from one bar to the next: ten are as high as a tile."""

LONGEST_BAR = 76
"""Of a probability of 1."""

WRITTEN_OUT = 0.01
"""Probabilities from this on are written beside their bars."""

MOST_DIGITS = 100
"""Shown on one sheet: of a page full of digits the sheet stays 4000 pixels high."""

INKS: tuple[Colour, Colour] = ((20, 22, 26), (20, 84, 168))
"""Neighbouring digits take turns, so that it can be seen where touching ones were split."""

LEFT_OUT: Colour = (232, 160, 150)
"""Ink that belongs to no digit."""


def drawer(
    folder: str | os.PathLike[str] | None, file: str | os.PathLike[str] | None
) -> Callable[[Seen], None]:
    """What draws the stages of every picture into a folder, and the only one with boxes to a file.

    The function that is given raises OptionError for a second picture when there is a file, and
    OutputError when something cannot be written.
    """
    names: list[str] = []

    def draw(seen: Seen) -> None:
        names.append(_free_name(seen.reading.file, names))
        if file is not None and len(names) > 1:
            raise OptionError("--draw: expected one picture; received more")
        if folder is not None:
            draw_stages(seen, Path(folder, f"{names[-1]}.png"))
        if file is not None:
            draw_boxes(seen, file)

    return draw


def draw_stages(seen: Seen, path: str | os.PathLike[str]) -> None:
    """Write one PNG: the picture, its ink, its boxes, then each digit as the network sees it.

    Beside each digit are the bars of its probabilities; above all are the answer and the notes.

    Raises:
        OutputError: it cannot be written.
    """
    save(sheet(seen), path)


def draw_boxes(seen: Seen, path: str | os.PathLike[str]) -> None:
    """Write the picture with a box around each digit and what it was read as.

    A large picture is drawn as it was shrunk to be read, a tiny one enlarged.

    Raises:
        OptionError: the name ends neither like a PNG's nor like a JPEG's.
        OutputError: it cannot be written.
    """
    image = Image.fromarray(seen.picture.pixels)
    side = max(*image.size, LEAST_DRAWN)
    save(with_boxes(seen, fitted(image, side, side)), path)


def sheet(seen: Seen) -> Image.Image:
    """All stages of a reading, from the answer down to the probabilities."""
    return below_each_other([head(seen), _panels(seen), *_cells(seen)], GAP, MARGIN)


def _free_name(file: str | None, taken: Sequence[str]) -> str:
    """A picture's name without its folder, and a number where it was there before."""
    name = Path(file).name if file else "picture"
    free = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(other for other in free if other not in taken)


def head(seen: Seen) -> Image.Image:
    """The answer, the status in its colour, the file's name, and the notes."""
    reading = seen.reading
    text = " / ".join(reading.text.split("\n")) or "nothing to read"
    notes = wrapped("; ".join(reading.notes), TEXT, WIDTH, most=3)
    head = Image.new("RGB", (WIDTH, TITLE + 12 + (TEXT + 6) * (1 + len(notes))), PAPER)
    pen = ImageDraw.Draw(head)
    pen.text((0, 0), shortened(text, TITLE, WIDTH), WORDS, font(TITLE))
    status = reading.status.replace("_", " ")
    y = TITLE + 12
    pen.text((0, y), status, OF_STATUS[reading.status], font(TEXT))
    left = font(TEXT).getlength(f"{status}   ")
    name = shortened(Path(reading.file or "").name, TEXT, WIDTH - left)
    pen.text((left, y), name, FAINT, font(TEXT))
    for line in notes:
        y += TEXT + 6
        pen.text((0, y), line, WORDS, font(TEXT))
    return head


def panels(seen: Seen) -> dict[str, Image.Image]:
    """The picture, its ink (what is left out of it is red) and its boxes, in one size."""
    picture = Image.fromarray(seen.picture.pixels)
    small = fitted(picture, WIDTH - 2 if _is_strip(picture) else PANEL, PANEL)
    ink = fitted(_ink(seen), *small.size).resize(small.size)
    return {"picture": small, "ink": ink, "boxes": with_boxes(seen, small)}


def _is_strip(picture: Image.Image) -> bool:
    return picture.width >= STRIP * picture.height


def _panels(seen: Seen) -> Image.Image:
    """The panels side by side, or below each other where they are wide."""
    titled = [named(TITLES[name], panel) for name, panel in panels(seen).items()]
    if _is_strip(Image.fromarray(seen.picture.pixels)):
        return below_each_other(titled, GAP)
    return beside_each_other(titled, (WIDTH - 3 * (PANEL + 2)) // 2)


def with_boxes(seen: Seen, image: Image.Image) -> Image.Image:
    """The picture, as large as `image` is of it, with its digits' boxes."""
    whole = seen.picture.pixels.shape[1] * seen.picture.scale
    return boxed(image, seen.reading.digits, image.width / whole)


def _ink(seen: Seen) -> Image.Image:
    """The ink as it was found on white; neighbouring digits differ in colour."""
    strokes = seen.ink.strokes
    owner = np.zeros(strokes.shape, np.uint8)
    for number, place in enumerate(seen.places):
        piece = place.piece
        owner[piece.y : piece.bottom, piece.x : piece.right][piece.mask] = 1 + number % 2
    owner = np.asarray(cv2.dilate(owner, np.ones((3, 3), np.uint8)))  # with the strokes' soft edge
    colours = np.array([LEFT_OUT, *INKS], np.float32)[owner]
    return Image.fromarray((255 - (255 - colours) * (strokes[:, :, None] / 255)).astype(np.uint8))


def _cells(seen: Seen) -> list[Image.Image]:
    """The digits in rows, and how many more there are."""
    digits = seen.reading.digits
    cells = [
        cell(digit, image) for digit, image in zip(digits[:MOST_DIGITS], seen.images, strict=False)
    ]
    rows = [
        beside_each_other(cells[start : start + COLUMNS], 0)
        for start in range(0, len(cells), COLUMNS)
    ]
    if len(digits) > MOST_DIGITS:
        more = Image.new("RGB", (WIDTH, TEXT + 6), PAPER)
        text = f"and {len(digits) - MOST_DIGITS} more"
        ImageDraw.Draw(more).text((0, 0), text, FAINT, font(TEXT))
        rows.append(more)
    return [below_each_other(rows, 0)] if rows else []


def cell(digit: Digit, image: NDArray[np.uint8]) -> Image.Image:
    """One digit: its answer, itself as the network sees it, and its probabilities."""
    cell = Image.new("RGB", CELL, PAPER)
    pen = ImageDraw.Draw(cell)
    colour = OF_STATUS[digit.status]
    name = shortened(answer(digit), ANSWER, TILE)
    pen.text((0, 0), name, colour, font(ANSWER))
    status = "" if digit.status == "ok" else f"   {digit.status.replace('_', ' ')}"
    sure = f"{100 * digit.confidence:.1f} %{status}"
    pen.text((font(ANSWER).getlength(name) + 10, 6), sure, colour, font(TEXT))
    large = Image.fromarray(image).resize((TILE, TILE), Image.Resampling.NEAREST)
    cell.paste(large, (0, ANSWER + 8))
    _bars(pen, TILE + 10, ANSWER + 8, digit)
    return cell


def _bars(pen: ImageDraw.ImageDraw, left: int, top: int, digit: Digit) -> None:
    """A bar for each class, the likeliest in the status's colour; what counts is written out."""
    shares = digit.probabilities
    ranked: list[int] = np.argsort(shares)[::-1][:BARS].tolist()
    digits = len(shares) == len(DIGIT_NAMES) and digit.digit == ranked[0]
    for row, number in enumerate(sorted(ranked)):
        y = top + row * BAR
        colour = OF_STATUS[digit.status] if number == ranked[0] else PALE
        if digits:
            pen.text((left, y - 1), DIGIT_NAMES[number], WORDS, font(SMALL))
        x = left + 12
        end = x + round(LONGEST_BAR * shares[number])
        pen.rectangle((x, y + 1, end, y + BAR - 3), fill=colour)
        if shares[number] >= WRITTEN_OUT:
            pen.text((end + 5, y - 1), f"{100 * shares[number]:.0f}", FAINT, font(SMALL))
