"""How well real pictures are read, by kind: the table, then every failure.

    python benchmarks/pictures.py --pictures DIR --mnist-c FILE [--write]

DIR (or $DIGITREC_PICTURES) has single.csv, several.csv, cheque.csv and not_digits.npz beside the
pictures that they name; FILE is an .npz of MNIST-C's corruptions, each of the first test digits.
These pictures measure, they never train. MNIST's validation digits show how many digits are
refused, drawn digits and UCI's (by Turkish writers) how other hands than MNIST's are read. What is
not given is left out of the table. --write puts the table into docs/reading.md. Expect some three
minutes for all of it.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from common import ROOT, put_between_marks  # noqa: E402

from digitrec import Reader, Reading, datasets  # noqa: E402
from digitrec.datasets import drawn  # noqa: E402
from digitrec.datasets.corruptions import file  # noqa: E402
from digitrec.errors import DataError  # noqa: E402
from digitrec.reading.classifier import Classifier  # noqa: E402

EACH_FORM, FORM_SEED = 200, 1000
"""How many of each European form are drawn; a seed that no training draws from."""

PAGE = ROOT / "docs" / "reading.md"
LIKE_DIGITS = ("B", "I")
"""Letters that a digit cannot be told from in some fonts: 8 and 1."""


@dataclass
class Row:
    """One line of the table: how many of how many were right, and what went wrong."""

    name: str
    right: int
    count: int
    failures: list[str] = field(default_factory=list)
    detail: bool = False

    def __str__(self) -> str:
        return f"{self.name:38} {self.right:5} of {self.count:5} {100 * self.share:7.2f} %"

    @property
    def share(self) -> float:
        """How much of it was right, 0 to 1."""
        return self.right / max(self.count, 1)


def main() -> None:
    """Print the table and the failures."""
    options = _parser().parse_args()
    classifier = Classifier(options.model)
    rows: list[Row] = []
    for measure in options.only or MEASURES:
        began = time.perf_counter()
        for row in MEASURES[measure](classifier, options):
            print(row, flush=True)
            rows.append(row)
        print(f"{'':38} {time.perf_counter() - began:.1f} s", file=sys.stderr)
    print("\n".join(["", *(f"{row.name}: {failure}" for row in rows for failure in row.failures)]))
    if options.write:
        put_between_marks("pictures", _table(rows), PAGE)


def _table(rows: Sequence[Row]) -> str:
    """The rows in Markdown, without MNIST-C's single corruptions."""
    lines = ["| what | right | of | |", "|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.right:,} | {row.count:,} | {100 * row.share:.1f} % |"
        for row in rows
        if not row.detail
    ]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    folder = os.environ.get("DIGITREC_PICTURES")
    parser.add_argument("--pictures", type=Path, default=Path(folder) if folder else None)
    parser.add_argument("--mnist-c", type=Path)
    parser.add_argument("--model", help="default: the shipped one")
    parser.add_argument("--write", action="store_true", help="put the table into its page")
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="KIND", help=str(KINDS))
    return parser


def single(classifier: Classifier, options: argparse.Namespace) -> Iterator[Row]:
    """Pictures of one digit, told so and not."""
    if options.pictures is None:
        return
    labels = _labels(options.pictures, "single.csv")
    for name, alone in (("one digit, --single", True), ("one digit", False)):
        reader = Reader(classifier, single=alone)
        texts = [reader.read(options.pictures / row["file"]).text for row in labels]
        failures = [
            f"{row['file']}: {row['digit']} read as {text!r}"
            for row, text in zip(labels, texts, strict=True)
            if text != row["digit"]
        ]
        yield Row(name, len(labels) - len(failures), len(labels), failures)


def several(classifier: Classifier, options: argparse.Namespace) -> Iterator[Row]:
    """Photos of many digits: as they lie, and turned upright beforehand."""
    if options.pictures is None:
        return
    labels = _labels(options.pictures, "several.csv")
    reader = Reader(classifier)
    expected = [row["transcription"].replace("|", "\n") for row in labels]
    texts = [reader.read(options.pictures / row["file"]).text for row in labels]
    names = [row["file"] for row in labels]
    yield _by_digit("several digits, each", names, expected, texts)
    yield _whole("several digits, whole picture", names, expected, texts)
    upright = [_turned(options.pictures, row) for row in labels]
    texts = [reader.read(picture).text for picture in upright]
    yield _by_digit("several, turned upright, each", names, expected, texts)


def cheque(classifier: Classifier, options: argparse.Namespace) -> Iterator[Row]:
    """Amounts on cheques: whole strings, and digit by digit."""
    if options.pictures is None:
        return
    labels = _labels(options.pictures, "cheque.csv")
    reader = Reader(classifier)
    names = [row["file"] for row in labels]
    expected = [row["transcription"] for row in labels]
    texts = [reader.read(options.pictures / name).text for name in names]
    yield _whole("cheque amounts, whole", names, expected, texts)
    yield _by_digit("cheque amounts, each digit", names, expected, texts)


def refused(classifier: Classifier, _: argparse.Namespace) -> Iterator[Row]:
    """Digits of MNIST's validation: how many are right, and how many of these are `ok`."""
    digits = datasets.load("mnist").validation
    readings = list(Reader(classifier, single=True).read_all(digits.images))
    known = zip(readings, digits.labels, strict=True)
    right = [reading for reading, label in known if reading.digits and _best(reading) == str(label)]
    kept = sum(reading.status == "ok" for reading in right)
    yield Row("MNIST validation digits, right", len(right), len(readings))
    yield Row("of the right ones, `ok`", kept, len(right))


def other_hands(classifier: Classifier, _: argparse.Namespace) -> Iterator[Row]:
    """Digits as other people than MNIST's write them."""
    reader = Reader(classifier, single=True)
    rows = [
        _read(_title(form), reader, drawn.of_form(form, EACH_FORM, FORM_SEED))
        for form in drawn.EUROPEAN
    ]
    yield from rows
    right, count = sum(row.right for row in rows), sum(row.count for row in rows)
    yield Row("drawn European 1, 4, 7 and 9", right, count)
    uci = datasets.load("uci").test
    yield _read("UCI test digits, by Turkish writers", reader, uci, detail=False)


def not_digits(classifier: Classifier, options: argparse.Namespace) -> Iterator[Row]:
    """What is no digit and is not read as one with confidence."""
    if options.pictures is not None:
        with np.load(options.pictures / "not_digits.npz") as arrays:
            letters, images = arrays["letters"], arrays["images"]
        among = np.isin(letters, LIKE_DIGITS)
        yield _not_ok("letters but I and B not ok", classifier, images[~among], letters[~among])
        yield _not_ok("letters I and B not ok", classifier, images[among], letters[among])
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    yield _not_ok("noise not ok", classifier, noise, ["noise"] * len(noise))
    blank = np.stack([np.full((28, 28), grey, np.uint8) for grey in range(256)])
    yield _not_ok("blank not ok", classifier, blank, ["blank"] * len(blank))


def corrupted(classifier: Classifier, options: argparse.Namespace) -> Iterator[Row]:
    """MNIST-C: the classifier alone, and the reader with --single."""
    if options.mnist_c is None:
        return
    test = datasets.load("mnist").test
    reader = Reader(classifier, single=True)
    ways: tuple[tuple[str, Callable[[NDArray[np.uint8]], Sequence[str]]], ...] = (
        ("MNIST-C, network alone", lambda images: _names(classifier.probabilities(images))),
        ("MNIST-C, --single", lambda images: [reading.text for reading in reader.read_all(images)]),
    )
    kinds = dict(file.read(options.mnist_c, test))
    for way, texts in ways:
        rows = [_corruption(f"{way}: {name}", part, texts) for name, part in kinds.items()]
        yield from rows
        yield Row(f"{way}: mean", sum(r.right for r in rows), sum(r.count for r in rows))


MEASURES = {
    "single": single,
    "several": several,
    "cheque": cheque,
    "refused": refused,
    "other_hands": other_hands,
    "not_digits": not_digits,
    "mnist_c": corrupted,
}
KINDS = ", ".join(MEASURES)


def _labels(folder: Path, name: str) -> list[dict[str, str]]:
    try:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise DataError(f"{folder / name}: cannot be read ({error.strerror})") from error


def _turned(folder: Path, row: dict[str, str]) -> Image.Image:
    with Image.open(folder / row["file"]) as image:
        upright = ImageOps.exif_transpose(image)
        return upright.rotate(int(row["rotate_ccw"]), expand=True)


def _whole(name: str, files: list[str], expected: list[str], texts: list[str]) -> Row:
    failures = [
        f"{file}: {right!r} read as {text!r}"
        for file, right, text in zip(files, expected, texts, strict=True)
        if text != right
    ]
    return Row(name, len(files) - len(failures), len(files), failures)


def _by_digit(name: str, files: list[str], expected: list[str], texts: list[str]) -> Row:
    """Right digits: as many as there are, less the edit distance of each picture."""
    count = sum(len(right.replace("\n", "")) for right in expected)
    wrong = [edit_distance(right, text) for right, text in zip(expected, texts, strict=True)]
    failures = [
        f"{file}: {distance} edits" for file, distance in zip(files, wrong, strict=True) if distance
    ]
    return Row(name, count - sum(wrong), count, failures)


def edit_distance(one: str, other: str) -> int:
    """Fewest insertions, deletions and replacements between two texts (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for index, sign in enumerate(one, 1):
        before, row[0] = row[0], index
        for place, letter in enumerate(other, 1):
            best = min(row[place] + 1, row[place - 1] + 1, before + (sign != letter))
            before, row[place] = row[place], best
    return row[-1]


def _not_ok(
    name: str, classifier: Classifier, images: NDArray[np.uint8], kinds: Sequence[str]
) -> Row:
    readings = Reader(classifier, single=True).read_all(images)
    passed = [
        f"{kind} number {number} read as {reading.text!r}"
        for number, (kind, reading) in enumerate(zip(kinds, readings, strict=True))
        if reading.status == "ok"
    ]
    return Row(name, len(images) - len(passed), len(images), passed)


def _corruption(
    name: str, part: datasets.Part, texts: Callable[[NDArray[np.uint8]], Sequence[str]]
) -> Row:
    found = zip(texts(part.images), part.labels, strict=True)
    right = sum(text == str(label) for text, label in found)
    return Row(name, right, len(part), detail=True)


def _names(probabilities: NDArray[np.float64]) -> list[str]:
    return [str(best) for best in probabilities.argmax(axis=1)]


def _title(form: drawn.Form) -> str:
    return f"drawn: {form.__name__.replace('_', ' ')}"


def _best(reading: Reading) -> str:
    """The digit of a picture of one, rejected or not."""
    return str(reading.digits[0].digit)


def _read(name: str, reader: Reader, part: datasets.Part, *, detail: bool = True) -> Row:
    texts = [reading.text for reading in reader.read_all(part.images)]
    failures = [
        f"number {number}: {label} read as {text!r}"
        for number, (text, label) in enumerate(zip(texts, part.labels, strict=True))
        if text != str(label)
    ]
    return Row(name, len(part) - len(failures), len(part), failures, detail)


if __name__ == "__main__":
    main()
