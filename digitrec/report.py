"""Write all that is known of a model on one page, or hold one model against another.

    digitrec report runs/first/model.tflite --output report.html --card README.md
    digitrec report models/digitrec.tflite runs/first/model.tflite

writes one HTML file that needs nothing beside it: accuracy, the worst mistakes as pictures, how
sure the model is, when it had better be silent, what it takes for digits, whom it serves worse, how
it reads digits that are moved, corrupted or changed on purpose, labels that may be wrong, speed and
size, the recipe and the model card. With two models it is a gate: it exits with 1 when the second
is worse by more than luck. Expect a minute a model; `--changed 0` halves that.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.command.complaint import complain
from digitrec.datasets.digits import PARTS
from digitrec.errors import OptionError
from digitrec.reading.classifier import shipped_model

if TYPE_CHECKING:
    from digitrec.insight.report.facts import Facts
    from digitrec.insight.trust.mcnemar import Paired


def parser() -> command.Parser:
    """The options of `digitrec report`."""
    own = command.Parser(
        "report",
        "Write all that is known of a model on one HTML page; with two models, exit with 1 when "
        "the second is worse by more than luck.",
        "digitrec report old.tflite new.tflite --output report.html",
    )
    own.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a .tflite, .onnx, .keras or .h5 file or a SavedModel folder (default: the shipped "
        "model)",
    )
    own.add_argument("other", nargs="?", metavar="OTHER", help="a model to hold against it")
    shared.add_data(own)
    shared.add_part(own, "to measure on", PARTS)
    own.add_argument(
        "--output",
        type=Path,
        default=Path("report.html"),
        metavar="FILE",
        help="where the page is written (default: report.html)",
    )
    own.add_argument(
        "--card",
        type=Path,
        metavar="FILE",
        help="write the model card as well, of two models the second's: Markdown in Hugging "
        "Face's form",
    )
    _add_measures(own)
    shared.add_input_scale(own)
    shared.add_json(own)
    return own


def _add_measures(own: command.Parser) -> None:
    """The options that say what is measured, and what counts."""
    own.add_argument(
        "--cost-wrong",
        type=command.within(float, 0),
        default=100.0,
        metavar="X",
        help="what a wrong answer costs, in any unit (default: 100)",
    )
    own.add_argument(
        "--cost-reject",
        type=command.within(float, 0),
        default=1.0,
        metavar="X",
        help="what it costs to leave a digit to somebody else (default: 1)",
    )
    own.add_argument(
        "--level",
        type=command.within(float, 0, 1),
        default=0.05,
        metavar="P",
        help="of two models: the p-value under which more misses are no luck (default: 0.05)",
    )
    own.add_argument(
        "--changed",
        type=command.within(int, 0),
        default=500,
        metavar="N",
        help="how many digits to move, turn, thicken and corrupt; 0: none (default: 500)",
    )
    own.add_argument(
        "--attacked",
        type=command.within(int, 0),
        default=100,
        metavar="N",
        help="how many digits to change so that they are misread; 0: none (default: 100)",
    )
    own.add_argument(
        "--no-timing",
        action="store_true",
        help="leave out start-up and the time of a digit, which want an idle machine",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    from digitrec.compression.keras_classifier import open_classifiers
    from digitrec.insight.report.facts import Asked, gather
    from digitrec.insight.trust.coverage import Costs

    asked = Asked(
        options.part,
        Costs(options.cost_wrong, options.cost_reject),
        timed=not options.no_timing,
        changed=options.changed,
        attacked=options.attacked,
    )
    paths = _paths(options)
    classifiers = open_classifiers(paths, options.input_scale)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    models = [
        gather(path, classifier, digits, asked, name)
        for path, classifier, name in zip(paths, classifiers, _names(paths), strict=True)
    ]
    if options.card:
        _write_card(models[-1], options.card)
    return _one(models[0], options) if len(models) == 1 else _two(models[0], models[1], options)


def _paths(options: argparse.Namespace) -> list[Path]:
    if options.output == options.card:
        raise OptionError(f"card: expected another file than the page's; received {options.card}")
    first = Path(options.model) if options.model else shipped_model()
    return [first, Path(options.other)] if options.other else [first]


def _names(paths: list[Path]) -> list[str]:
    """The files' names, with their folders where they are alike."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _write_card(facts: "Facts", path: Path) -> None:
    from digitrec.insight.report import model_card

    files.write(path, model_card.text(facts))
    print(f"wrote {path}", file=sys.stderr)


def _one(facts: "Facts", options: argparse.Namespace) -> int:
    from digitrec.insight.report import page, words

    _write(page.of_one(facts), options.output)
    if options.json:
        print(json.dumps(facts.as_dict(), indent=2))
    else:
        print("\n".join(sentence.text for sentence in words.verdict(facts)))
    return command.EXIT_OK


def _two(first: "Facts", second: "Facts", options: argparse.Namespace) -> int:
    from digitrec.insight.report import page, words
    from digitrec.insight.trust.mcnemar import paired

    pair = paired(first.evaluation, second.evaluation)
    _write(page.of_two(first, second, pair, options.level), options.output)
    if options.json:
        models = [first.as_dict(), second.as_dict()]
        print(json.dumps({"models": models, "pair": pair.as_dict(options.level)}, indent=2))
    else:
        print(words.comparison(first, second, pair, options.level).text)
    return _verdict(second, pair, options.level)


def _write(page: str, path: Path) -> None:
    files.write(path, page)
    print(f"wrote {path}", file=sys.stderr)


def _verdict(second: "Facts", pair: "Paired", level: float) -> int:
    from digitrec.insight.text import p_value

    if not pair.is_worse(level):
        return command.EXIT_OK
    complain(
        parser().prog,
        f"{second.path}: expected a model no worse than the first; it misses {pair.more_misses:,} "
        f"more of {pair.agreement.count:,} digits ({p_value(pair.p)}, level {level:g})",
    )
    return command.EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
