"""What the digits look like that are learnt from: how many of each class, how thick, how slanted.

    python benchmarks/data_card.py [--write]

The training parts of MNIST and UCI, and as many drawn digits as the shipped model has seen in an
epoch; no test digit is read. A few seconds. --write puts the tables into docs/data-card.md.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, put_between_marks

from digitrec import datasets
from digitrec.datasets import Part, drawn, measures
from digitrec.training.presets import PRESETS

PAGE = ROOT / "docs" / "data-card.md"
PERCENTILES = (1, 50, 99)
FORMS: Mapping[str, Callable[..., np.ndarray]] = {
    "stroke width, pixels": measures.thickness,
    "slant, sideways a pixel of height": measures.slant,
}


def main() -> None:
    """Measure, print."""
    own = argparse.ArgumentParser(description="What the digits look like that are learnt from.")
    own.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    write = own.parse_args().write
    mnist = datasets.load("mnist").train
    sets = {
        "MNIST": mnist,
        "UCI": datasets.load("uci").train,
        "drawn": drawn.digits(round(PRESETS["best"].drawn * len(mnist))),
    }
    for name, table in {"counts": counts(sets), "looks": looks(sets)}.items():
        print(f"{table}\n")
        if write:
            put_between_marks(name, table, PAGE)


def counts(sets: Mapping[str, Part]) -> str:
    """A row a set: how many of each digit, and in all."""
    head = f"| | {' | '.join(map(str, range(10)))} | all |\n|---|{'---|' * 11}"
    rows = [
        f"| {name} | "
        f"{' | '.join(f'{count:,}' for count in np.bincount(part.labels, minlength=10))} | "
        f"{len(part):,} |"
        for name, part in sets.items()
    ]
    return "\n".join([head, *rows])


def looks(sets: Mapping[str, Part]) -> str:
    """A row a set and a group of digits: percentiles of each measure."""
    head = f"| | | {' | '.join(FORMS)} |\n|---|---|{'---|' * len(FORMS)}"
    rows = [
        f"| {name} | {of} | {' | '.join(spread(measure, some) for measure in FORMS.values())} |"
        for name, part in sets.items()
        for of, some in {
            "all": part.images,
            "1": part.images[part.labels == 1],
            "7": part.images[part.labels == 7],
        }.items()
    ]
    return "\n".join([head, *rows])


def spread(measure: Callable[..., np.ndarray], images: np.ndarray) -> str:
    """The median of a measure, and what 98 % of the digits lie between."""
    shares = np.percentile(measure(images.astype(np.float32)), PERCENTILES)
    low, middle, high = shares.round(2) + 0.0  # which makes 0 of -0
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
