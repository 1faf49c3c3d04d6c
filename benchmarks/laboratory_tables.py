"""From the rows that runs leave to what a page shows: paired differences, tables, plots.

Rows are dicts as short_runs.measured gives them, with `variant` and `seed`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, stdev

from common import Row
from experiments import Variant

from digitrec.insight.plots import BLUE, GREY, ORANGE, figure_of, label, save

LEVEL = 0.95
LARGEST = 10
MOST_HELPFUL = 5
OF_A_THEME = 2
"""How many of the largest effects are of one theme at most, so that ten failures are not one."""


@dataclass(frozen=True)
class Effect:
    """What a variant is worth beside the base.

    Attributes:
        name: of the variant.
        theme: of the variant.
        misses: their mean over the seeds; NaN where no run ended.
        difference: mean of the misses less the base's with the same seed; below 0 is better.
        half: half the width of its 95 % interval, by Student's t; infinite for one pair.
        pairs: runs that could be compared.
        failed: runs whose loss was no longer a number.
        broken: why it could not be built, else nothing.
        seconds: median of a run.
        parameters: of the network, 0 where no run ended.
    """

    name: str
    theme: str
    misses: float = math.nan
    difference: float = math.nan
    half: float = math.inf
    pairs: int = 0
    failed: int = 0
    broken: str = ""
    seconds: float = math.nan
    parameters: int = 0

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return abs(self.difference) > self.half

    @property
    def told(self) -> str:
        """The difference with its interval, and a star where that leaves out 0."""
        if math.isnan(self.difference):
            return "–"
        if not math.isfinite(self.half):
            return f"{self.difference:+.0f}, one run"
        return f"{self.difference:+.0f} ± {self.half:.0f}" + (" \\*" if self.clear else "")

    @property
    def without_effect(self) -> bool:
        """Whether all runs were as the base's: then the knob is likely not in use."""
        return self.pairs > 1 and self.difference == 0 and self.half == 0


def effect(variant: Variant, rows: Iterable[Row], base: Iterable[Row]) -> Effect:
    """What the rows of a variant say beside those of the base."""
    rows = list(rows)
    ended = {row["seed"]: row for row in rows if "misses" in row}
    beside = {row["seed"]: row["misses"] for row in base if "misses" in row}
    differences = [row["misses"] - beside[seed] for seed, row in ended.items() if seed in beside]
    return Effect(
        variant.name,
        variant.theme,
        _mean([row["misses"] for row in ended.values()]),
        _mean(differences),
        half_width(differences),
        len(differences),
        sum("failed" in row for row in rows),
        next((row["broken"] for row in rows if "broken" in row), ""),
        _median([row["seconds"] for row in ended.values()]),
        next((row["parameters"] for row in ended.values()), 0),
    )


def half_width(values: Sequence[float]) -> float:
    """Half of the 95 % interval of a mean, by Student's t; infinite for fewer than two values."""
    if len(values) < 2:
        return math.inf
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, len(values) - 1)) * stdev(values) / math.sqrt(len(values))


def effects(variants: Iterable[Variant], rows: Sequence[Row], base: str = "base") -> list[Effect]:
    """The effects of all variants that were run: the best first, last those without a figure."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row["variant"], []).append(row)
    found = [
        effect(variant, by_name[variant.name], by_name.get(base, []))
        for variant in variants
        if variant.name in by_name
    ]
    return sorted(found, key=lambda one: (math.isnan(one.difference), one.difference, one.name))


def largest(found: Sequence[Effect]) -> list[Effect]:
    """The ten largest clear effects, whichever way, at most two of a theme; then the five that
    help most, one of a theme, where they are not among those."""
    clear = [one for one in found if one.clear]
    ten = _parted(sorted(clear, key=lambda one: -abs(one.difference)), OF_A_THEME)[:LARGEST]
    helpful = _parted([one for one in clear if one.difference < 0], 1)[:MOST_HELPFUL]
    return ten + [one for one in helpful if one not in ten]


def _parted(found: Iterable[Effect], most: int) -> list[Effect]:
    """The first `most` of each theme, in their order."""
    kept: list[Effect] = []
    for one in found:
        if sum(other.theme == one.theme for other in kept) < most:
            kept.append(one)
    return kept


def effects_table(found: Sequence[Effect], base: Sequence[Row]) -> str:
    """One row a variant, in Markdown, with a star where the interval leaves out 0."""
    ended = [row for row in base if "misses" in row]
    misses, seconds = (
        _mean([row["misses"] for row in ended]),
        _median([row["seconds"] for row in ended]),
    )
    parameters = next((f"{row['parameters']:,}" for row in ended), "")
    head = ["theme", "variant", "misses", "difference (95 % interval)", "parameters", "seconds"]
    lines = [["", "**the base**", f"{misses:.0f}", "", parameters, f"{seconds:.0f}"]]
    return table(head, lines + [_effect_line(one) for one in found])


def _effect_line(one: Effect) -> list[str]:
    if one.broken:
        why = one.broken.replace("|", "/")
        return [one.theme, one.name, "", f"does not build: {why}", "", ""]
    if not one.pairs:
        return [one.theme, one.name, "", f"loss not a number, {one.failed} of {one.failed}", "", ""]
    notes = f", {one.failed} failed" if one.failed else ""
    notes += ", as the base to the digit" if one.without_effect else ""
    costs = [f"{one.parameters:,}", f"{one.seconds:.0f}"]
    return [one.theme, one.name, f"{one.misses:.0f}", one.told + notes, *costs]


def luck(found: Sequence[Effect]) -> str:
    """What to think of so many intervals."""
    count = sum(math.isfinite(one.half) for one in found)
    starred = sum(one.clear for one in found)
    return (
        f"\\* the interval leaves out 0: {starred} of {count}. Of {count} intervals of 95 % some "
        f"{count * (1 - LEVEL):.0f} miss their true value by luck alone, so a single star close to "
        "0 says little."
    )


def plot_effects(found: Sequence[Effect], path: Path) -> None:
    """Draw each variant's difference and its interval, the best on top; the axis is bent so that
    failures and small gains are seen on one picture."""
    shown = [one for one in found if math.isfinite(one.half)]
    figure = figure_of(8, 1.2 + 0.17 * len(shown))
    axes = figure.add_subplot()
    for place, one in enumerate(reversed(shown)):
        colour = GREY if not one.clear else BLUE if one.difference < 0 else ORANGE
        axes.errorbar(one.difference, place, xerr=one.half, fmt="o", color=colour, markersize=3)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xscale("symlog", linthresh=50)
    axes.set_yticks(range(len(shown)), [one.name for one in reversed(shown)], fontsize=6)
    axes.set_ylim(-0.8, len(shown) - 0.2)
    label(axes, "misses more than the base (mean, 95 % interval)", "")
    save(figure, path)


def grouped(rows: Iterable[Row], *names: str) -> dict[tuple[object, ...], list[Row]]:
    """Rows that agree in all of `names`, in the order of the first of each."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(name) for name in names), []).append(row)
    return found


def beside_base(name: str, rows: Iterable[Row], base: str = "base") -> str:
    """The misses of one variant less those of another, seed by seed."""
    by_name = {key[0]: own for key, own in grouped(rows, "variant").items()}
    return effect(Variant(name, "", {}), by_name.get(name, []), by_name.get(base, [])).told


def spread(values: Sequence[float], form: str = ".0f") -> str:
    """Mean and, of several values, deviation."""
    if not values:
        return "–"
    deviation = f" ± {stdev(values):{form}}" if len(values) > 1 else ""
    return f"{mean(values):{form}}{deviation}"


def misses_of(rows: Iterable[Row]) -> str:
    """Mean and deviation of the misses of some runs, or why there are none."""
    rows = list(rows)
    if broken := [row["broken"] for row in rows if "broken" in row]:
        short = "cannot be had" if "cannot be had" in broken[0] else f"does not run: {broken[0]}"
        return short.replace("|", "/")
    failed = sum("failed" in row for row in rows)
    told = spread([row["misses"] for row in rows if "misses" in row])
    return f"{told} ({failed} failed)" if failed else told


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    cells = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in cells)


def plot_curves(
    curves: Mapping[str, Mapping[float, float]],
    path: Path,
    across: str,
    upwards: str,
    *,
    linear: bool = False,
) -> None:
    """Draw lines through points, the axis upwards logarithmic.

    Args:
        curves: by name, the height at each place.
        path: a .png file.
        across: what the places are.
        upwards: what the heights are.
        linear: whether the axis across is, or else logarithmic as well.
    """
    figure = figure_of(7, 5)
    axes = figure.add_subplot()
    for name, points in curves.items():
        axes.plot(list(points), list(points.values()), "o-", markersize=4, label=name)
    axes.set_xscale("linear" if linear else "log")
    axes.set_yscale("log")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    label(axes, across, upwards)
    save(figure, path)


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else math.nan


def _median(values: Sequence[float]) -> float:
    return median(values) if values else math.nan
