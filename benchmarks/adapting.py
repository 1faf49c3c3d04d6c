"""What twenty samples of a hand are worth: the shipped model before and after `digitrec adapt`.

    python benchmarks/adapting.py --write

Two kinds of hands, none of them MNIST's. Drawn ones: a program's pen with one slant, one width and
one form of each digit. UCI's: stretches of 138 of its 1,797 digits, which thirteen people wrote one
after the other, so that a stretch is of one or two of them. Twenty digits of a hand, two of each
class where there are so many, are what the model is fitted to; all others of the hand are scored.
Expect a minute a hand.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from time import monotonic

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, digitrec, measured_on, parser, told, wanted
from laboratory_tables import table
from PIL import Image

from digitrec import datasets
from digitrec.datasets import Part, drawn, pen, uci
from digitrec.datasets.split import cut_in_three

MODEL = ROOT / "models" / "digitrec.keras"
SAMPLES_A_CLASS = 2
DRAWN_HANDS, DRAWN_DIGITS = 5, 320
UCI_HANDS, STRETCH = 6, 138


def main() -> None:
    """Measure what is missing; print and write the table."""
    options = parser("What twenty samples of a hand are worth.", (0,)).parse_args()
    kept = Kept("adapting")
    for name in wanted(list(HANDS), options.only):
        kept.once(lambda name=name: measured(HANDS[name]()), variant=name)
    told("adapting", table(HEAD, [line(row) for row in kept.rows]), options.write)


HEAD = ("hand", "others of it", "misses before", "after", "validation misses before", "after", "s")


def line(row: Row) -> list[str]:
    """One hand's row."""
    figures = ("count", "before", "after", "validation_before", "validation_after", "seconds")
    return [row["variant"], *(str(row[name]) for name in figures)]


def measured(hand: Part) -> Row:
    """The shipped model's misses before and after it was adapted to a hand."""
    samples, others = parted(hand)
    with tempfile.TemporaryDirectory() as folder:
        shown, scored = Path(folder, "samples"), Path(folder, "others")
        write(samples, shown)
        write(others, scored)
        adapted, seconds = adapt(shown, Path(folder, "adapted.keras"))
        return {
            "count": len(others),
            "before": measured_on(MODEL, "all", scored)["errors"],
            "after": measured_on(adapted, "all", scored)["errors"],
            "validation_before": measured_on(MODEL, "validation")["errors"],
            "validation_after": measured_on(adapted, "validation")["errors"],
            "seconds": seconds,
        }


def adapt(samples: Path, output: Path) -> tuple[Path, float]:
    """The adapted model, or the shipped one where that was better; the seconds it took."""
    begun = monotonic()
    digitrec("adapt", str(MODEL), str(samples), f"--output={output}")
    return (output if output.exists() else MODEL), round(monotonic() - begun, 1)


def parted(hand: Part) -> tuple[Part, Part]:
    """The first samples of each class, and all others."""
    first = np.concatenate(
        [np.flatnonzero(hand.labels == label)[:SAMPLES_A_CLASS] for label in range(10)]
    )
    return hand.take(first), hand.take(np.setdiff1d(np.arange(len(hand)), first))


def write(part: Part, folder: Path) -> None:
    """Pictures, dark on light, one folder a class."""
    for number, (image, label) in enumerate(zip(part.images, part.labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - image).save(folder / str(label) / f"{number}.png")


def drawn_hand(seed: int) -> Part:
    """Digits of one hand of the program's: all classes in turn."""
    random = np.random.default_rng(seed)
    writer = pen.hand(random)
    forms = [forms[random.integers(len(forms))] for forms in drawn.FORMS]
    labels = np.arange(DRAWN_DIGITS) % len(forms)
    images = [pen.drawn(forms[label](random), random, writer) for label in labels]
    return Part(np.stack(images), labels)


def uci_hand(number: int) -> Part:
    """One stretch of the UCI digits."""
    return uci_in_order().take(np.arange(number * STRETCH, (number + 1) * STRETCH))


@cache
def uci_in_order() -> Part:
    """All UCI digits in the order in which they were written."""
    from sklearn.datasets import load_digits

    labels = load_digits(return_X_y=True)[1].astype(np.int64)
    places = cut_in_three(labels, uci.VALIDATION, uci.TEST)
    images, digits = np.zeros((len(labels), 28, 28), np.uint8), datasets.load("uci")
    for name, place in places.items():
        images[place] = digits.part(name).images
    return Part(images, labels)


HANDS: Mapping[str, Callable[[], Part]] = {
    **{f"drawn {seed}": partial(drawn_hand, seed) for seed in range(DRAWN_HANDS)},
    **{f"UCI {number}": partial(uci_hand, number) for number in range(UCI_HANDS)},
}


if __name__ == "__main__":
    main()
