"""Fetches, verifies and shows labelled digits.

    digitrec data fetch                      brings MNIST to the cache: 11.6 MB, checked
    digitrec data verify                     says of each array whether it is MNIST's
    digitrec data show                       writes digits.png, 200 training digits by class
    digitrec data show --augment affine      writes what augmentation makes of ten of them
    digitrec data corrections kept.sqlite    makes a folder of what people corrected

What `show` draws is spread over the classes as the set is; the counts of all parts are printed.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitrec import command, datasets, files
from digitrec.command import Parser
from digitrec.command import options as shared
from digitrec.datasets.digits import PARTS, Digits, Part
from digitrec.datasets.split import some
from digitrec.errors import OptionError, needs_extra
from digitrec.reading.form import SIDE
from digitrec.training.quiet import quiet
from digitrec.training.recipe import AUGMENTATIONS

if TYPE_CHECKING:
    from PIL.Image import Image

    from digitrec.datasets.verify import Checked

COLUMNS = 20
"""Digits a row of a contact sheet."""

SHA256_SHOWN = 12
"""Digits of a right SHA-256 that are printed; of a wrong one all are."""


def parser() -> Parser:
    """The options of `digitrec data` itself: which of its actions to take."""
    own = Parser(
        "data",
        "Fetch, verify and look at digits; each action has a --help of its own.",
        "digitrec data show --output digits.png",
    )
    own.add_argument(
        "action",
        type=command.one_of(ACTIONS),
        metavar="ACTION",
        help="fetch: bring MNIST to this machine; verify: compare a set's arrays with MNIST's; "
        "show: draw digits, and what augmentation makes of them; corrections: make a data set of "
        "what `digitrec serve` has kept",
    )
    return own


def fetch_parser() -> Parser:
    """The options of `digitrec data fetch`: none."""
    return Parser(
        "data fetch",
        "Download MNIST to the cache, unless it is on this machine.",
        "digitrec data fetch",
    )


def verify_parser() -> Parser:
    """The options of `digitrec data verify`."""
    own = Parser(
        "data verify",
        "Say of each array of a set whether it is MNIST's; exit 1 when one should be and is not.",
        "digitrec data verify --data downloads/mnist",
    )
    shared.add_data(own)
    return own


def show_parser() -> Parser:
    """The options of `digitrec data show`."""
    own = Parser(
        "data show",
        "Draw digits by class, or what augmentation makes of them, and print the class counts.",
        "digitrec data show --augment affine --output augmented.png",
    )
    shared.add_data(own)
    shared.add_part(own, "to draw from", PARTS, "train")
    _add_drawing(own)
    return own


def _add_drawing(own: Parser) -> None:
    """The options that say what is drawn, and where."""
    own.add_argument(
        "--count",
        type=command.within(int, 1, 10_000),
        default=200,
        metavar="N",
        help="how many pictures to draw, 1 to 10000 (default: 200)",
    )
    own.add_argument(
        "--seed",
        type=command.within(int, 0, 2**31 - 1),
        default=0,
        metavar="N",
        help="which digits are drawn, and how they are augmented (default: 0)",
    )
    own.add_argument(
        "--augment",
        type=command.one_of(AUGMENTATIONS),
        metavar="NAME",
        help="draw one digit a row, and after it what this augmentation makes of it: "
        f"{', '.join(AUGMENTATIONS)}",
    )
    own.add_argument(
        "--output",
        type=Path,
        default=Path("digits.png"),
        metavar="FILE",
        help="the PNG file to write (default: digits.png)",
    )


def corrections_parser() -> Parser:
    """The options of `digitrec data corrections`."""
    own = Parser(
        "data corrections",
        "Make a folder of the corrections that digitrec serve has kept: one folder a class, as "
        "adapt and train --data read it.",
        "digitrec data corrections kept.sqlite --output corrections",
    )
    own.add_argument("file", type=Path, metavar="FILE", help="the file of serve --corrections")
    own.add_argument(
        "--output",
        type=Path,
        default=Path("corrections"),
        metavar="FOLDER",
        help="the new folder (default: corrections)",
    )
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv

    def act() -> int:
        own, work = ACTIONS[parser().parse_args(arguments[:1]).action]
        return command.run(own(), work, arguments[1:])

    return command.guarded("digitrec data", act)


def _fetch(_: argparse.Namespace) -> int:
    from digitrec.datasets import mnist

    if found := mnist.search(checked=True):
        print(f"MNIST found in {found.place}, verified: nothing to do")
    else:
        print(f"MNIST downloaded to {mnist.download().place}, verified")
    return command.EXIT_OK


def _verify(options: argparse.Namespace) -> int:
    from digitrec.datasets.verify import verify

    verdict = verify(options.data)
    print(verdict.place)
    for array in verdict.arrays:
        print(f"  {_line(array)}")
    return command.EXIT_OK if verdict.right else command.EXIT_FAILED


def _line(array: "Checked") -> str:
    shape = " x ".join(f"{size:,}" for size in array.shape) or "absent"
    start = f"{array.name:18} {shape:18}"
    if array.expected is None:
        return f"{start} SHA-256 {array.digest}"
    if array.right:
        return f"{start} SHA-256 {array.digest[:SHA256_SHOWN]}..., MNIST's"
    return f"{start} expected SHA-256 {array.expected}; received {array.digest or 'nothing'}"


def _show(options: argparse.Namespace) -> int:
    if options.output.suffix.lower() != ".png":
        raise OptionError(f"--output: expected a name that ends in .png; received {options.output}")
    digits = datasets.load(options.data)
    command.note(digits.notes)
    part = digits.part(options.part)
    if options.augment:
        picture = _augmented(part, options.augment, options.count, options.seed)
    else:
        picture = _sheet(part, digits.classes, options.count, options.seed)
    with files.written_whole(options.output) as temporary:
        picture.save(temporary)
    print(_counts(digits))
    print(f"written: {options.output}")
    return command.EXIT_OK


def _corrections(options: argparse.Namespace) -> int:
    from digitrec.service import corrections

    counts = corrections.export(options.file, options.output)
    print(", ".join(f"{label}: {count}" for label, count in counts.items()))
    print(f"written: {options.output}")
    return command.EXIT_OK


def _sheet(part: Part, classes: tuple[str, ...], count: int, seed: int) -> "Image":
    from digitrec.datasets.sheet import contact_sheet

    chosen = some(part, count, seed)
    return contact_sheet(chosen.images, chosen.labels, classes, columns=COLUMNS)


def _augmented(part: Part, kind: str, count: int, seed: int) -> "Image":
    from digitrec.datasets.sheet import draw_rows

    originals = some(part, math.ceil(count / COLUMNS), seed)
    originals = originals.take(originals.labels.argsort(kind="stable"))
    with needs_extra("train"), quiet():
        from digitrec.training.augmentation import augmented

        changed = augmented(originals.images.repeat(COLUMNS - 1, axis=0), kind, seed)
    rows = changed.reshape(-1, COLUMNS - 1, SIDE, SIDE)
    return draw_rows(
        [np.stack([first, *others]) for first, others in zip(originals.images, rows, strict=True)],
        columns=COLUMNS,
    )


def _counts(digits: Digits) -> str:
    """A table: classes in rows, parts in columns, the sums at the foot."""
    labels = [digits.part(name).labels for name in digits.readers]
    counts = np.array([np.bincount(each, minlength=len(digits.classes)) for each in labels])
    names = ("class", *digits.classes, "all")
    width = max(map(len, names))
    heads = "".join(f"{name:>12}" for name in digits.readers)
    rows = [
        f"{name:{width}}" + "".join(f"{count:12,}" for count in row)
        for name, row in zip(names[1:], [*counts.T, counts.sum(axis=1)], strict=True)
    ]
    return "\n".join([f"{names[0]:{width}}{heads}", *rows])


Action = tuple[Callable[[], Parser], Callable[[argparse.Namespace], int]]
ACTIONS: dict[str, Action] = {
    "fetch": (fetch_parser, _fetch),
    "verify": (verify_parser, _verify),
    "show": (show_parser, _show),
    "corrections": (corrections_parser, _corrections),
}
"""Each action's options and its work."""


if __name__ == "__main__":
    sys.exit(main())
