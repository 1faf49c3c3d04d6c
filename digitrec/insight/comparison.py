"""Several recipes, each trained with several seeds or on several folds, beside each other."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

from digitrec import files
from digitrec.errors import needs_extra
from digitrec.insight.plots import BLUE, GREY, figure_of, label, save

ALL_ALIKE = 1e-9
"""Accuracies that differ by less are the same but for rounding."""


@dataclass(frozen=True)
class Row:
    """What came of one recipe.

    Attributes:
        name: of the recipe.
        errors: validation digits read wrongly, one number a seed or fold.
        accuracies: 0 to 1, one a seed or fold.
        seconds: of the fit, one a seed or fold.
        parameters: of the network.
        p: how likely the differences from the baseline, seed by seed or fold by fold, would be by
            luck alone (Student's paired t-test, two-sided); None for the baseline and where there
            are under two. Of folds, which share most of their training digits, it is too small
            (Dietterich, "Approximate Statistical Tests ...", 1998).
    """

    name: str
    errors: tuple[int, ...]
    accuracies: tuple[float, ...]
    seconds: tuple[float, ...]
    parameters: int
    p: float | None = None


def compare(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Row]:
    """One row a recipe; the first is the baseline.

    Args:
        runs: by name of the recipe, the metrics.json of its runs, in the order of their seeds or
            folds.
    """
    rows: list[Row] = []
    for name, metrics in runs.items():
        accuracies = tuple(one["validation"]["accuracy"] for one in metrics)
        row = Row(
            name,
            tuple(one["validation"]["errors"] for one in metrics),
            accuracies,
            tuple(one["seconds"] for one in metrics),
            metrics[0]["parameters"],
            paired_p(rows[0].accuracies, accuracies) if rows else None,
        )
        rows.append(row)
    return rows


def paired_p(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The paired t-test's p-value; None for under two pairs, 1 where no pair differs.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    if len(first) < 2:
        return None
    differences = np.subtract(second, first)
    if not differences.any():
        return 1.0
    if np.ptp(differences) < ALL_ALIKE:
        return 0.0
    with needs_extra("train"):
        from scipy.stats import ttest_rel
    return float(ttest_rel(second, first).pvalue)


def as_markdown(rows: Sequence[Row], count: int) -> str:
    """A table; `count` are the validation digits, of folds those of the largest."""
    lines = [
        (
            f"| recipe | validation accuracy | misses of {count:,} | better than {rows[0].name} "
            "| p | parameters | fit, seconds |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ahead = mean(row.accuracies) - mean(rows[0].accuracies)
        lines.append(
            f"| {row.name} | {mean(row.accuracies):.2%}{_spread(row)} "
            f"| {', '.join(map(str, row.errors))} "
            f"| {'' if row is rows[0] else f'{100 * ahead:+.2f} points'} "
            f"| {'' if row.p is None else f'{row.p:.2g}'} "
            f"| {row.parameters:,} | {mean(row.seconds):.0f} |"
        )
    return "\n".join(lines) + "\n"


def _spread(row: Row) -> str:
    return f" ± {stdev(row.accuracies):.2%}" if len(row.accuracies) > 1 else ""


def as_csv(rows: Sequence[Row]) -> str:
    """One line a run: recipe, the seed's or fold's place, errors, accuracy, seconds, parameters."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["recipe", "run", "errors", "accuracy", "seconds", "parameters"])
    for row in rows:
        for run, found in enumerate(zip(row.errors, row.accuracies, row.seconds, strict=True)):
            writer.writerow([row.name, run, *found, row.parameters])
    return text.getvalue()


def as_dict(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for JSON, with mean and deviation of the accuracies."""
    return [
        {
            **vars(row),
            "mean": mean(row.accuracies),
            "deviation": stdev(row.accuracies) if len(row.accuracies) > 1 else None,
        }
        for row in rows
    ]


def plot(rows: Sequence[Row], path: str | os.PathLike[str]) -> None:
    """Draw each run's accuracy as a point, each recipe's mean and deviation as a bar.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(7, 1.2 + 0.45 * len(rows))
    axes = figure.add_subplot()
    for place, row in enumerate(reversed(rows)):
        percent = 100 * np.array(row.accuracies)
        axes.plot(percent, [place] * len(percent), "o", color=GREY, markersize=4, alpha=0.7)
        spread = percent.std(ddof=1) if len(percent) > 1 else 0.0
        axes.errorbar(percent.mean(), place, xerr=spread, fmt="s", color=BLUE, capsize=4)
    axes.set_yticks(range(len(rows)), [row.name for row in reversed(rows)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    label(axes, "validation accuracy (%): runs, mean, deviation", "")
    save(figure, path)


def write(rows: Sequence[Row], count: int, folder: str | os.PathLike[str]) -> str:
    """Write comparison.md, .csv, .json and .png into a folder; return the Markdown.

    Raises:
        OutputError: one cannot be written.
    """
    base = Path(folder) / "comparison"
    text = as_markdown(rows, count)
    files.write(base.with_suffix(".md"), text)
    files.write(base.with_suffix(".csv"), as_csv(rows))
    files.write_json(base.with_suffix(".json"), as_dict(rows))
    plot(rows, base.with_suffix(".png"))
    return text
