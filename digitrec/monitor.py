"""Say whether readings have drifted from what they were when all was well.

    digitrec predict scans/ --json > readings.jsonl
    digitrec monitor readings.jsonl --plot drift.png

compares the mix of digits, their statuses and their confidence with what validation's readings
were like (the model's card has that) or with an earlier log (--reference), by the Population
Stability Index and Kolmogorov and Smirnov's distance; says what a drift may mean and what to do.
The exit status is 1 when something has drifted, so that a timer can tell.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitrec import command
from digitrec.command import options as shared
from digitrec.errors import ModelError, OptionError
from digitrec.insight.drift import Limits
from digitrec.reading import card as cards
from digitrec.reading.classifier import shipped_model

if TYPE_CHECKING:
    from digitrec.insight.drift import Compared
    from digitrec.insight.reading_log import Log
    from digitrec.reading.reference import Reference

PLOT = ".png"


def parser() -> command.Parser:
    """The options of `digitrec monitor`."""
    own = command.Parser(
        "monitor",
        "Say whether readings have drifted: their confidence, what was doubted, the mix of digits. "
        "Exits with 1 when they have.",
        "digitrec monitor readings.jsonl --plot drift.png",
    )
    own.add_argument(
        "logs",
        nargs="+",
        metavar="LOG",
        help="a file with a JSON object a line, as predict --json and serve --log-readings write "
        "them, or - for stdin; lines of other records are left out",
    )
    shared.add_model(own)
    own.add_argument(
        "--reference",
        metavar="LOG",
        help="compare with an earlier log instead of with the readings in the model's card",
    )
    own.add_argument(
        "--watch",
        type=command.within(float, 0),
        default=Limits.watch,
        metavar="PSI",
        help="Population Stability Index from which to watch a thing (default: %(default)s)",
    )
    own.add_argument(
        "--drift",
        type=command.within(float, 0),
        default=Limits.drift,
        metavar="PSI",
        help="Population Stability Index from which a thing has drifted (default: %(default)s)",
    )
    own.add_argument(
        "--p-value",
        type=command.within(float, 1e-9, 0.5),
        default=Limits.p_value,
        metavar="P",
        help="how rarely luck alone may make a difference that counts (default: %(default)s)",
    )
    own.add_argument(
        "--least",
        type=command.within(int, 1),
        default=Limits.least,
        metavar="N",
        help="digits; of fewer nothing is said (default: %(default)s)",
    )
    own.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw the shares then and now as a .png file"
    )
    shared.add_json(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status, 1 when something has drifted."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    from digitrec.insight import drift, drift_report

    limits = _limits(options)
    name, reference = _reference(options)
    log = _read(options.logs)
    compared = drift.compare(reference, log.readings, limits)
    beside = f"{len(log.digits):,} digits beside {reference.found:,} of {name}"
    if options.json:
        print(json.dumps(_as_dict(name, reference, log, compared), indent=2))
    else:
        print(f"{beside}; {_pictures(log)}\n\n{drift_report.as_text(compared)}")
        print("".join(f"\n{line}" for line in drift_report.advice(compared)))
    verdict = drift.worst(compared)
    if options.plot:
        drift_report.plot(compared, f"{verdict}: {beside}", options.plot)
    return command.EXIT_FAILED if verdict == drift.DRIFT else command.EXIT_OK


def _limits(options: argparse.Namespace) -> Limits:
    if options.watch > options.drift:
        raise OptionError(
            f"watch: expected at most --drift, {options.drift:g}; received {options.watch:g}"
        )
    if options.plot and options.plot.suffix.lower() != PLOT:
        raise OptionError(
            f"plot: expected a file name that ends in {PLOT}; received {options.plot}"
        )
    return Limits(options.watch, options.drift, options.p_value, options.least)


def _reference(options: argparse.Namespace) -> "tuple[str, Reference]":
    """What is compared with, and what to call it."""
    if options.reference and options.model:
        raise OptionError("expected --model or --reference; received both")
    if options.reference:
        log = _read([options.reference])
        return options.reference, log.readings.reference(sorted(set(log.digits)))
    model = Path(options.model) if options.model else shipped_model()
    card = cards.read(model)
    if card is None or card.reference is None:
        raise ModelError(
            f"{model}: expected a card with a reference of validation's readings; received "
            f"{'none' if card is None else 'one without'}: convert it anew, or give --reference LOG"
        )
    return f"{card.name}'s validation", card.reference


def _read(names: list[str]) -> "Log":
    """Some logs; of lines that are left out is told."""
    from digitrec.insight import reading_log

    log = reading_log.read(names)
    if log.others:
        print(f"note: left out {log.others:,} lines of other records", file=sys.stderr)
    if log.broken:
        where = f"{log.broken[0]}{' and others' * bool(log.broken[1:])}"
        told = f"left out {len(log.broken):,} lines that are no readings: {where}"
        print(f"note: {told}", file=sys.stderr)
    return log


def _pictures(log: "Log") -> str:
    return f"{log.pictures:,} pictures, {log.empty:,} empty, {log.unopened:,} not opened"


def _as_dict(
    name: str, reference: "Reference", log: "Log", compared: "list[Compared]"
) -> dict[str, Any]:
    from digitrec.insight import drift, drift_report

    return {
        "verdict": drift.worst(compared),
        "digits": len(log.digits),
        "pictures": log.pictures,
        "empty": log.empty,
        "unopened": log.unopened,
        "others": log.others,
        "broken": log.broken,
        "reference": {"name": name, "digits": reference.found},
        "compared": {one.name: one.as_dict() for one in compared},
        "advice": drift_report.advice(compared),
    }


if __name__ == "__main__":
    sys.exit(main())
