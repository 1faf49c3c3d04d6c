"""A contact sheet: many digits on one picture, to be looked at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from digitrec.datasets.digits import Images, Labels
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    from PIL.Image import Image

ENLARGED = 2
GAP = 2
GAP_GREY = 96
CELL = SIDE * ENLARGED + GAP


def contact_sheet(
    images: Images, labels: Labels, classes: Sequence[str], *, columns: int = 20
) -> "Image":
    """Draw digits in rows, each class beginning a row of its own, in the order of `classes`.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) class numbers below len(classes).
        classes: the classes' names.
        columns: digits a row.

    Returns:
        A grey picture, each digit twice its size, with thin grey lines between them.
    """
    rows = [
        members[start : start + columns]
        for members in (np.flatnonzero(labels == number) for number in range(len(classes)))
        for start in range(0, len(members), columns)
    ]
    return draw_rows([images[row] for row in rows], columns=columns)


def draw_rows(rows: Sequence[Images], *, columns: int) -> "Image":
    """Draw rows of at most `columns` digits, each (N, 28, 28) uint8, as a grey picture."""
    from PIL import Image

    sheet = np.full((len(rows), columns, CELL, CELL), GAP_GREY, np.uint8)
    for cells, images in zip(sheet, rows, strict=True):
        enlarged = images.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
        cells[: len(images), GAP:, GAP:] = enlarged
    height, width = len(rows) * CELL, columns * CELL
    # (rows, columns, height, width) -> (rows x height, columns x width), closed at the far ends
    picture = sheet.swapaxes(1, 2).reshape(height, width)
    return Image.fromarray(np.pad(picture, (0, GAP), constant_values=GAP_GREY))
