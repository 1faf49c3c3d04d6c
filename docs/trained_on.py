"""Draws what the shipped model learns from beside MNIST: European forms, and what is no digit.

python docs/trained_on.py          writes docs/pictures/trained_on.png

Needs the train extra, whose Matplotlib brings the fonts. Parts of digits and pairs are made of
drawn digits here, in training of MNIST's.
"""

from pathlib import Path

from digitrec.datasets import background, drawn
from digitrec.datasets.sheet import draw_rows

FILE = Path(__file__).with_name("pictures") / "trained_on.png"
COLUMNS = 16


def main() -> None:
    """One row a form, then one row a kind of background."""
    digits = drawn.digits(300, seed=1)
    rows = [drawn.of_form(form, COLUMNS, seed=1).images for form in drawn.EUROPEAN]
    rows += [background.of_kind(kind, COLUMNS, digits, seed=1) for kind in background.KINDS]
    draw_rows(rows, columns=COLUMNS).save(FILE, optimize=True)


if __name__ == "__main__":
    main()
