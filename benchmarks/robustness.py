"""What attacks leave of the shipped model, and of one that was trained against them.

    python benchmarks/robustness.py --write

trains a network with the preset `robust` (`digitrec train`, runs/robust), attacks both with
`digitrec attack` on the first 1,000 test digits, and writes tables into docs/trust.md and
docs/trust/epsilon.png. The second table asks whether the robust model only hides its gradients.
Expect two hours on two cores; what is finished is not repeated.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, digitrec, parser, told, trained, wanted
from laboratory_tables import table

from digitrec import files
from digitrec.insight.plots import BLUE, FAINT, ORANGE, figure_of, label, save
from digitrec.training.run_folder import NETWORK

PAGE = ROOT / "docs" / "trust.md"
PLOT = ROOT / "docs" / "trust" / "epsilon.png"
SHIPPED = ROOT / "models" / "digitrec.keras"
ROBUST = ROOT / "runs" / "robust"
PRESET = "robust"
MODELS = ("shipped", "robust")

STRONGEST = "--kind pgd --steps 100 --restarts 10"
ATTACKS: Mapping[str, str] = {
    "FGSM, 0.3": "--kind fgsm --epsilon 0.3",
    "PGD-40, 0.1": "--kind pgd --steps 40 --epsilon 0.1",
    "PGD-40, 0.2": "--kind pgd --steps 40 --epsilon 0.2",
    "PGD-100, 10 restarts, 0.3": f"{STRONGEST} --epsilon 0.3",
    "square, 5,000 queries, 0.3": "--kind square --epsilon 0.3",
    "PGD-40, L2, 2.0": "--kind pgd --norm 2 --epsilon 2 --steps 40",
    "turned 30 degrees, shifted 3 pixels": "--kind moves",
}
"""By what the table calls them: what is typed."""

FIRST = 200
"""Digits of the checks that take long."""
CHECKS: Mapping[str, str] = {
    "one step (FGSM)": "--kind fgsm --epsilon 0.3",
    "40 steps": "--kind pgd --steps 40 --epsilon 0.3",
    "1,000 steps": f"--kind pgd --steps 1000 --epsilon 0.3 --limit {FIRST}",
    "100 steps, 10 restarts": f"{STRONGEST} --epsilon 0.3",
    "the same, for the margin": f"{STRONGEST} --goal margin --epsilon 0.3",
    "answers only (square)": "--kind square --epsilon 0.3",
    "40 steps at 0.4": "--kind pgd --steps 40 --epsilon 0.4",
    "40 steps at 0.5, where any digit can be made grey": "--kind pgd --steps 40 --epsilon 0.5",
}
"""The same of the robust model alone."""

CURVE: Mapping[str, str] = {
    f"{epsilon:g}": f"--kind pgd --steps 40 --epsilon {epsilon} --limit 500"
    for epsilon in (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
}
"""By the distance, what is plotted against it."""

NOT_YET = "not yet measured"


def main() -> None:
    """Attack what has not been attacked yet; print and write the tables."""
    options = parser("What attacks leave of a model.", ()).parse_args()
    models = {name: network(name) for name in wanted(MODELS, options.only)}
    attacks, checks, curve = Kept("attacks"), Kept("masking"), Kept("epsilon")
    for name, path in models.items():
        measure(attacks, path, ATTACKS, model=name)
        measure(curve, path, CURVE, model=name)
    if "robust" in models:
        measure(checks, models["robust"], CHECKS)
    told("attacks", as_table(attacks.rows), options.write, PAGE)
    told("masking", as_checks(checks.rows), options.write, PAGE)
    if options.write:
        plot(curve.rows)


def network(model: str) -> Path:
    """The file of a model, which is trained unless it is there."""
    return SHIPPED if model == "shipped" else trained(ROBUST, PRESET) / NETWORK


def measure(kept: Kept, path: Path, attacks: Mapping[str, str], **key: str) -> None:
    """Attack a model in each way in which this very file has not been attacked."""
    for name, words in attacks.items():
        kept.once(
            lambda w=words: attacked(path, w), **key, sha256=files.sha256(path)[:12], attack=name
        )


@cache
def attacked(path: Path, words: str) -> Row:
    """What is left of a model after one attack; some of the checks are attacks done before."""
    found = json.loads(digitrec("attack", str(path), "--data=mnist", "--json", *words.split()))
    return {
        "clean": found["clean"]["errors"],
        "left": found["count"] - found["attacked"]["errors"],
        "count": found["count"],
        "interval": found["attacked"]["interval"],
        "seconds": found["seconds"],
    }


def as_table(rows: Sequence[Row]) -> str:
    """One row an attack, one column a model, in Markdown."""
    clean = [_share_of(rows, model) for model in MODELS]
    lines = [["none", *clean]]
    for name in ATTACKS:
        found = [_row(rows, model=model, attack=name) for model in MODELS]
        lines.append([name, *(told_row(one) if one else NOT_YET for one in found)])
    return table(["attack", *MODELS], lines)


def as_checks(rows: Sequence[Row]) -> str:
    """One row a check, in Markdown."""
    if not rows:
        return NOT_YET.capitalize() + "."
    found = [(name, _row(rows, attack=name)) for name in CHECKS]
    lines = [[name, told_row(row), f"{row['count']:,}"] for name, row in found if row]
    return table(["attack on the robust model", "still read rightly", "digits"], lines)


def plot(rows: Sequence[Row]) -> None:
    """What is left by PGD against how far pixels may change, a line a model that was measured."""
    figure = figure_of(6, 3.6)
    axes = figure.add_subplot()
    for model, colour in zip(MODELS, (BLUE, ORANGE), strict=True):
        found = [(name, _row(rows, model=model, attack=name)) for name in CURVE]
        points = {float(name): 100 * row["left"] / row["count"] for name, row in found if row}
        if points:
            clean = _row(rows, model=model)
            points = {0.0: 100 * (1 - clean["clean"] / clean["count"]), **points}
            axes.plot(list(points), list(points.values()), "o-", color=colour, label=model)
    axes.set_ylim(0, 102)
    axes.grid(color=FAINT)
    axes.legend()
    label(axes, "epsilon: how far a pixel may change, of 0 to 1", "read rightly after PGD-40 (%)")
    save(figure, PLOT)


def told_row(row: Row) -> str:
    """The share that is left, with its interval."""
    low, high = row["interval"]
    return f"{row['left'] / row['count']:.1%} ({100 * low:.1f} to {100 * high:.1f})"


def _share_of(rows: Sequence[Row], model: str) -> str:
    row = _row(rows, model=model)
    return f"{1 - row['clean'] / row['count']:.1%}" if row else NOT_YET


def _row(rows: Sequence[Row], **key: str) -> Row | None:
    """The newest with a key."""
    return next((row for row in reversed(rows) if row.items() >= key.items()), None)


if __name__ == "__main__":
    main()
