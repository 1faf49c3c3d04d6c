"""Which trials of a search nothing else beats: their front, as a table and as a picture."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from digitrec.insight.plots import BLUE, GREY, figure_of, label, save
from digitrec.training.trial import FINISHED, OBJECTIVES, Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 10
"""Trials in the table of a search for accuracy alone."""

COSTS = {"parameters": "parameters", "multiply_adds": "multiply-adds"}
"""Objectives beside accuracy, and what a person calls them."""


def front(points: Sequence[Sequence[float]]) -> list[int]:
    """Places of the points that no other point beats, in rising order; small is good.

    One point beats another when it is nowhere worse and somewhere better. Of points that are
    alike all are kept.

    Args:
        points: each with as many figures.
    """
    return [
        place
        for place, point in enumerate(points)
        if not any(_beats(other, point) for other in points)
    ]


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def best(trials: Sequence[Trial], objectives: Sequence[str]) -> list[Trial]:
    """The finished trials worth a look, the fewest misses first.

    With several objectives those of the front; for accuracy alone the first ten.
    """
    finished = [trial for trial in trials if trial.state == FINISHED]
    ranked = sorted(finished, key=lambda trial: (trial.misses, trial.multiply_adds, trial.number))
    if len(objectives) == 1:
        return ranked[:SHOWN]
    kept = front([_figures(trial, objectives) for trial in ranked])
    return [ranked[place] for place in kept]


def _figures(trial: Trial, objectives: Sequence[str]) -> list[float]:
    return [getattr(trial, OBJECTIVES[name]) for name in objectives]


def as_text(trials: Sequence[Trial]) -> str:
    """A table for a terminal: misses, costs and the knobs, one line a trial."""
    head = f"{'trial':>5}  {'misses':>6}  {'parameters':>10}  {'multiply-adds':>13}  knobs\n"
    return head + "".join(
        f"{trial.number:>5}  {trial.misses:>6,}  {trial.parameters:>10,}  "
        f"{trial.multiply_adds:>13,}  {knobs_line(trial.knobs)}\n"
        for trial in trials
    )


def as_markdown(trials: Sequence[Trial], count: int) -> str:
    """The same for a page; `count` are the digits that trials were scored on."""
    head = f"| trial | misses of {count:,} | parameters | multiply-adds | knobs |\n"
    return f"{head}|---|---|---|---|---|\n" + "".join(
        f"| {trial.number} | {trial.misses:,} | {trial.parameters:,} | {trial.multiply_adds:,} "
        f"| {knobs_line(trial.knobs)} |\n"
        for trial in trials
    )


def as_csv(trials: Sequence[Trial]) -> str:
    """Every trial, with a column a knob."""
    knobs = list(dict.fromkeys(name for trial in trials for name in trial.knobs))
    figures = [name for name in Trial.__dataclass_fields__ if name != "knobs"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*figures, *knobs])
    for trial in trials:
        values = [getattr(trial, name) for name in figures]
        writer.writerow([*values, *(trial.knobs.get(name) for name in knobs)])
    return text.getvalue()


def from_csv(text: str) -> list[Trial]:
    """The trials that `as_csv` wrote down."""
    figures = [name for name in Trial.__dataclass_fields__ if name != "knobs"]
    rows = list(csv.DictReader(io.StringIO(text)))
    return [
        Trial(
            **{name: _value(row[name]) for name in figures if name != "reason"},
            reason=row["reason"] or None,
            knobs={name: _value(row[name]) for name in row if name not in figures and row[name]},
        )
        for row in rows
    ]


def _value(written: str) -> Any:
    """What a field of the file says: a number, None where it is empty, or words."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(written)
    return written or None


def as_toml(recipes: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of knobs by the name of the recipe, as `digitrec compare FILE.toml` reads them."""
    return "\n".join(
        f"[{name}]\n" + "".join(f"{knob} = {json.dumps(value)}\n" for knob, value in knobs.items())
        for name, knobs in recipes.items()
    )


def knobs_line(knobs: Mapping[str, Any]) -> str:
    """Such as `depth=2, learning_rate=0.00312`, in the order that they were chosen in."""
    return ", ".join(
        f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in knobs.items()
    )


def plot(trials: Sequence[Trial], objectives: Sequence[str], path: str | os.PathLike[str]) -> None:
    """Draw the misses of all finished trials against each cost, or against their number.

    Trials that others beat in all objectives are grey. The line joins those that nothing beats
    in the two figures that are drawn.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    finished = [trial for trial in trials if trial.state == FINISHED]
    costs = {name: COSTS[name] for name in objectives if name in COSTS} or {"number": "trial"}
    chosen = best(trials, objectives) if len(objectives) > 1 else []
    figure = figure_of(6.5 * len(costs), 4.5)
    panels = figure.subplots(1, len(costs), squeeze=False)[0]
    for axes, (cost, called) in zip(panels, costs.items(), strict=True):
        _draw(axes, finished, chosen, cost)
        label(axes, called, f"misses of {finished[0].count:,}" if finished else "misses")
    save(figure, path)


def _draw(axes: "Axes", trials: Sequence[Trial], chosen: Sequence[Trial], cost: str) -> None:
    points = [(getattr(trial, cost), trial.misses or 0) for trial in trials]
    line = sorted(points[place] for place in front(points))
    chosen_points = [(getattr(trial, cost), trial.misses or 0) for trial in chosen] or line
    called = "the best so far" if cost == "number" else "no trial is better in all"
    axes.plot(*_columns(points), "o", color=GREY, alpha=0.6, label="other trials")
    axes.step(*_columns(line), where="post", color=BLUE, linewidth=1)
    axes.plot(*_columns(chosen_points), "o", color=BLUE, label=called)
    axes.set_yscale("symlog", linthresh=1)  # a logarithm that has room for no miss at all
    if cost != "number":
        axes.set_xscale("log")
    _plain_numbers(axes, [misses for _, misses in points])
    axes.legend()


def _plain_numbers(axes: "Axes", misses: Sequence[int]) -> None:
    """Misses written out at places that part them, where powers of ten alone would be too few."""
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    steps = [digit * 10**power for power in range(6) for digit in (1, 2, 3, 5, 7)]
    low, high = min(misses, default=0), max(misses, default=1)
    axes.set_ylim(0.8 * low if low else -0.3, 1.25 * high + 1)
    axes.yaxis.set_major_locator(FixedLocator([0, *steps]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [across for across, _ in points], [upwards for _, upwards in points]
