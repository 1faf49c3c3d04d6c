"""What twenty samples of a hand are worth: the shipped model before and after `digitrec adapt`.

    python benchmarks/adapting.py --write

Two kinds of hands, none of them MNIST's. UCI's: stretches of 138 of its 1,797 digits, which
thirteen people wrote one after the other, so that a stretch is of one or two of them. Drawn ones: a
program's pen that leans further than any it has shown the model, with one form of each digit. Two
digits of each class are what the model is fitted to; all others of the hand are scored. Expect ten
minutes on two cores.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from time import monotonic

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, digitrec, parser, told, wanted
from laboratory_tables import table
from PIL import Image

from digitrec import datasets
from digitrec.compression.keras_classifier import open_classifier
from digitrec.datasets import Part, drawn, pen, uci
from digitrec.datasets.split import cut_in_three
from digitrec.insight.evaluation import evaluate

MODEL = ROOT / "models" / "digitrec.keras"
EXIT_REFUSED = 1

SAMPLES_A_CLASS = 2
UCI_HANDS, STRETCH = 8, 138
DRAWN_HANDS, DRAWN_DIGITS = 3, 320
LEANING = np.array([[1.0, 0.0], [-0.9, 1.0]])
"""Slanted as no digit is that the shipped model was trained on."""


def main() -> None:
    """Measure what is missing; print and write the table."""
    options = parser("What twenty samples of a hand are worth.", (0,)).parse_args()
    kept = Kept("adapting")
    for name in wanted(list(HANDS), options.only):
        for head in HEADS:
            kept.once(lambda name=name, head=head: measured(name, head), variant=name, head=head)
    told("adapting", table(HEAD_LINE, [line(row) for row in kept.rows]), options.write)


HEADS = ("logits", "prototypes")
HEAD_LINE = (
    "hand", "`--head`", "misses of the others of it", "after", "misses of 5,000 of validation",
    "after", "seconds",
)  # fmt: skip


def line(row: Row) -> list[str]:
    """One hand's row, with one kind of head."""
    before, after = (f"{row[name]} of {row['count']}" for name in ("before", "after"))
    kept = str(row["validation_after"]) if row["kept"] else "would suffer: not kept"
    cells = [before, after, row["validation_before"], kept, row["seconds"]]
    return [row["variant"], row["head"], *map(str, cells)]


def measured(name: str, head: str) -> Row:
    """The shipped model's misses before and after it was adapted to a hand."""
    samples, others = parted(HANDS[name]())
    validation = datasets.load("mnist").validation
    with tempfile.TemporaryDirectory() as folder:
        write(samples, Path(folder, "samples"))
        begun = monotonic()
        adapted = adapt(Path(folder, "samples"), Path(folder, "adapted.keras"), head)
        seconds = round(monotonic() - begun, 1)
        return {
            "count": len(others),
            "before": misses(MODEL, others),
            "after": misses(adapted, others),
            "validation_before": misses(MODEL, validation),
            "validation_after": misses(adapted, validation),
            "kept": adapted != MODEL,
            "seconds": seconds,
        }


def misses(model: Path, part: Part) -> int:
    """Digits of a part that a model misreads."""
    return evaluate(open_classifier(model), part).errors


def adapt(samples: Path, output: Path, head: str) -> Path:
    """The adapted model; the shipped one where that would read MNIST worse, which is refused."""
    options = [f"--output={output}", f"--head={head}", "--data=mnist"]
    try:
        digitrec("adapt", str(MODEL), str(samples), *options)
    except subprocess.CalledProcessError as error:
        if error.returncode != EXIT_REFUSED:
            raise
        return MODEL
    return output


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
    """Digits of one leaning hand of the program's: all classes in turn."""
    random = np.random.default_rng(seed)
    writer = (pen.hand(random) @ LEANING).astype(np.float32)
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
    **{f"leaning {seed}": partial(drawn_hand, seed) for seed in range(DRAWN_HANDS)},
    **{f"UCI {number}": partial(uci_hand, number) for number in range(UCI_HANDS)},
}


if __name__ == "__main__":
    main()
