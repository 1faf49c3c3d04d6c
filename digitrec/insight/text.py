"""An evaluation in words and tables, for people."""

from digitrec.insight.evaluation import Agreement
from digitrec.insight.metrics import BINS, Evaluation, Scores, confusable_pairs, frequent_confusions

CONFUSIONS = 5
PAIRS = 5
MISTAKES = 5
"""How many of the most frequent confusions, pairs and of the surest mistakes are listed."""

LEAST_P = 1e-6
"""That a person wants to know."""

HEAD = "true"
CELL = 4
MOST_COLUMNS = 12
"""With more classes than these the confusion matrix is too wide for a terminal."""


def report(evaluation: Evaluation) -> str:
    """Every figure of an evaluation, on 21 lines for ten classes."""
    return "\n\n".join(filter(None, (summary(evaluation), _table(evaluation), _wrong(evaluation))))


def summary(evaluation: Evaluation) -> str:
    """Accuracy, loss and calibration error, one a line."""
    return (
        f"accuracy  {percent(evaluation.accuracy)}, {misses(evaluation)} "
        f"(95 % interval {span(evaluation.interval)})\n"
        f"loss      {evaluation.loss:.4f} nats\n"
        f"ECE       {percent(evaluation.ece)} over {BINS} bins"
    )


def misses(evaluation: Evaluation) -> str:
    """Such as `32 misses of 10,000`."""
    noun = "miss" if evaluation.errors == 1 else "misses"
    return f"{evaluation.errors:,} {noun} of {evaluation.count:,}"


def percent(share: float) -> str:
    """A share from 0 to 1 with two decimals, such as `99.68 %`."""
    return f"{100 * share:.2f} %"


def span(interval: tuple[float, float]) -> str:
    """Such as `99.54 to 99.77 %`."""
    return f"{100 * interval[0]:.2f} to {percent(interval[1])}"


def p_value(p: float) -> str:
    """Such as `p = 0.012`; of the least ones only that they are little."""
    return f"p = {p:.2g}" if p >= LEAST_P else f"p under {LEAST_P:f}"


def agreement_line(agreement: Agreement) -> str:
    """How alike two models read, and which is right where they do not."""
    return (
        f"{percent(agreement.share)} of {agreement.count:,} digits read alike; "
        f"only this one right: {agreement.only_first_right:,}, "
        f"only the other: {agreement.only_second_right:,}"
    )


def _table(evaluation: Evaluation) -> str:
    """One row a class: its scores in percent, then its row of the confusion matrix."""
    names = evaluation.classes
    averages = {"macro": evaluation.macro, "weighted": evaluation.weighted}
    width = max(map(len, (*names, *averages, HEAD)))
    cells = [_counts(evaluation, row) for row in range(len(names))]
    return "\n".join(
        [
            f"{HEAD:{width}}  precision %  recall %    F1 %  digits{_columns(names)}",
            *(
                _row(name, scores, width) + counts
                for name, scores, counts in zip(names, evaluation.per_class, cells, strict=True)
            ),
            *(_row(name, scores, width) for name, scores in averages.items()),
        ]
    )


def _row(name: str, scores: Scores, width: int) -> str:
    return (
        f"{name:{width}}  {100 * scores.precision:11.2f}  {100 * scores.recall:8.2f}  "
        f"{100 * scores.f1:6.2f}  {scores.support:6,}"
    )


def _columns(names: tuple[str, ...]) -> str:
    if len(names) > MOST_COLUMNS:
        return ""
    return "   read as" + "".join(f" {name:>{CELL}}" for name in names)


def _counts(evaluation: Evaluation, row: int) -> str:
    if len(evaluation.classes) > MOST_COLUMNS:
        return ""
    cells = evaluation.confusion[row].tolist()
    widths = [max(CELL, len(name)) for name in evaluation.classes]
    return " " * len("   read as") + "".join(
        f" {count or '.':>{width}}" for count, width in zip(cells, widths, strict=True)
    )


def _wrong(evaluation: Evaluation) -> str:
    confusions = [
        f"{found.true} as {found.predicted}: {found.count:,}"
        for found in frequent_confusions(evaluation, CONFUSIONS)
    ]
    pairs = [
        f"{'-'.join(pair.classes)}: {pair.count:,}" for pair in confusable_pairs(evaluation)[:PAIRS]
    ]
    mistakes = [
        f"no. {mistake.index}: {mistake.true} as {mistake.predicted} ({mistake.confidence:.2f})"
        for mistake in evaluation.mistakes[:MISTAKES]
    ]
    if not mistakes:
        return ""
    return "\n".join(
        (
            f"most often confused  {', '.join(confusions)}",
            f"confusable pairs     {', '.join(pairs)}",
            f"surest mistakes      {', '.join(mistakes)}",
        )
    )
