"""How corrupted digits are read: by the shipped model, and by one that was trained on such.

    python benchmarks/corruptions.py --mnist-c FILE [--only shipped] [--write]

FILE is an .npz with MNIST-C's corruptions of the first test digits, an array a kind. It only
measures. The shipped model was trained with no corruption of either set; the other one with ours
(`--corrupted`), which have MNIST-C's kinds among them but none of its code, so its figures on
MNIST-C say what knowing the kinds is worth, and not how it takes what nobody foresaw. Its training
takes ten minutes on two cores, measuring a model five.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, digitrec, parser, told, trained, wanted
from laboratory_tables import table

from digitrec import Reader, datasets, files
from digitrec.datasets import Part
from digitrec.datasets.corruptions import KINDS, SEVERITIES, file
from digitrec.training.run_folder import TFLITE

PAGE = ROOT / "docs" / "trust.md"
RUN = ROOT / "runs" / "corrupted"
PRESET, CORRUPTED, EPOCHS = "best", 0.5, 20

MISSING = "not yet measured"


def shipped_model() -> Path:
    """The model that comes with digitrec."""
    return ROOT / "models" / "digitrec.tflite"


def trained_model() -> Path:
    """The model that is trained with our corruptions, unless that is done."""
    return trained(RUN, PRESET, knobs={"corrupted": CORRUPTED, "epochs": EPOCHS}) / TFLITE


MODELS: Mapping[str, Callable[[], Path]] = {"shipped": shipped_model, "trained": trained_model}
TITLES = {"shipped": "shipped model", "trained": f"`--corrupted {CORRUPTED}`"}


def main() -> None:
    """Measure what is missing; print and write the tables."""
    own = parser("How corrupted digits are read.", ())
    own.add_argument(
        "--mnist-c", type=Path, required=True, metavar="FILE", help="MNIST-C's corruptions"
    )
    options = own.parse_args()
    kept = Kept("corruptions")
    rows = {row["model"]: row for row in kept.rows}
    for name in wanted(list(MODELS), options.only):
        model = MODELS[name]()
        rows[name] = kept.once(
            lambda model=model: measured(model, options.mnist_c),
            model=name,
            sha256=files.sha256(model)[:12],
        )
    told("corruptions", tables(rows), options.write, PAGE)


def measured(model: Path, mnist_c: Path) -> Row:
    """Misses of the clean test digits, of ours by kind and severity, of MNIST-C in two ways."""
    options = ["--data=mnist", "--corruptions", f"--corruptions-from={mnist_c}", "--json"]
    found = json.loads(digitrec("evaluate", str(model), *options))
    ours, theirs = (found[name]["kinds"] for name in ("corruptions", "corruptions_from"))
    return {
        "test": found["test"]["errors"],
        "count": found["test"]["count"],
        "ours": {kind: one["errors"] for kind, one in ours.items()},
        "mnist_c": {kind: one["errors"][0] for kind, one in theirs.items()},
        "mnist_c_count": {kind: one["count"] for kind, one in theirs.items()},
        "single": read_singly(model, mnist_c),
    }


def read_singly(model: Path, mnist_c: Path) -> dict[str, int]:
    """Misses of MNIST-C by kind when each image is read as `predict --single` reads pictures."""
    reader = Reader(model, single=True)
    test = datasets.load("mnist").test
    return {kind: misses(reader, part) for kind, part in file.read(mnist_c, test)}


def misses(reader: Reader, part: Part) -> int:
    """Pictures of one digit that are read as another, or not at all."""
    texts = (reading.text for reading in reader.read_all(part.images))
    return sum(text != str(label) for text, label in zip(texts, part.labels, strict=True))


def tables(rows: Mapping[str, Row]) -> str:
    """The means, then our kinds, then MNIST-C's, with columns for each model."""
    mild, hard = SEVERITIES[0] - 1, SEVERITIES[-1] - 1
    means: Lines = {"clean test digits": [lambda row: share(row["test"], row["count"])]}
    for place, severity in enumerate(SEVERITIES):
        means[f"ours, severity {severity}"] = [partial(ours_at, place=place)]
    means["MNIST-C, network alone"] = [partial(theirs, way="mnist_c")]
    means["MNIST-C, `predict --single`"] = [partial(theirs, way="single")]
    kinds: Lines = {
        kind: [partial(ours, kind=kind, place=place) for place in (mild, hard)] for kind in KINDS
    }
    names = list(next(iter(rows.values()))["mnist_c"])
    others: Lines = {
        kind: [partial(theirs, way=way, kind=kind) for way in ("mnist_c", "single")]
        for kind in names
    }
    return "\n\n".join(
        [
            lined("read rightly", [""], means, rows),
            lined("ours", [f"severity {mild + 1}", f"severity {hard + 1}"], kinds, rows),
            lined("MNIST-C", ["network alone", "`--single`"], others, rows),
        ]
    )


Lines = dict[str, list[Callable[[Row], float]]]
"""By the name of a line, what is told of each model."""


def lined(name: str, columns: Sequence[str], lines: Lines, rows: Mapping[str, Row]) -> str:
    """A table with so many columns for each model; what is not measured says so."""
    heads = [f"{title}{', ' * bool(own)}{own}" for title in TITLES.values() for own in columns]
    cells = [
        [line, *(told_of(rows.get(model), say) for model in TITLES for say in says)]
        for line, says in lines.items()
    ]
    return table([name, *heads], cells)


def told_of(row: Row | None, say: Callable[[Row], float]) -> str:
    """A share in percent, where the model was measured."""
    return f"{100 * say(row):.1f} %" if row else MISSING


def ours(row: Row, kind: str, place: int) -> float:
    """The share that is read rightly of one of our kinds, at one severity."""
    return share(row["ours"][kind][place], row["count"])


def ours_at(row: Row, place: int) -> float:
    """The mean over our kinds, at one severity."""
    return fmean(ours(row, kind, place) for kind in row["ours"])


def theirs(row: Row, way: str, kind: str | None = None) -> float:
    """The share that is read rightly of one of MNIST-C's kinds, or the mean over all."""
    kinds = [kind] if kind else list(row[way])
    return fmean(share(row[way][kind], row["mnist_c_count"][kind]) for kind in kinds)


def share(errors: int, count: int) -> float:
    """Of the digits, those that are read rightly."""
    return 1 - errors / count


if __name__ == "__main__":
    main()
