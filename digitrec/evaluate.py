"""Measure a model on labelled digits, through the classifier that users run.

    digitrec evaluate runs/first/model.keras --plots plots

prints accuracy with its 95 % interval and misses, loss, calibration error, precision, recall and
F1 of each class and what is confused, and writes plots/confusion.png, worst.png, reliability.png.
A .tflite or .onnx file is measured without loading TensorFlow.

    digitrec evaluate --corruptions --corruptions-from mnist-c.npz

also measures it on the same digits with noise, blur, fog and the like, by kind and severity.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitrec import command, datasets
from digitrec.command import options as shared
from digitrec.command.complaint import complain
from digitrec.datasets.digits import PARTS, Digits, Part
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier, shipped_model

if TYPE_CHECKING:
    from digitrec.insight.metrics import Evaluation
    from digitrec.insight.robustness import Robustness

ALL = "all"


def parser() -> command.Parser:
    """The options of `digitrec evaluate`."""
    own = command.Parser(
        "evaluate",
        "Measure a model on labelled digits: accuracy, loss, calibration, scores of each class, "
        "confusions, worst mistakes.",
        "digitrec evaluate model.tflite --against model.keras --plots plots",
    )
    own.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a .tflite, .onnx, .keras or .h5 file or a SavedModel folder (default: the shipped "
        "model)",
    )
    shared.add_data(own)
    shared.add_part(own, "to measure on", (*PARTS, ALL))
    own.add_argument(
        "--against", metavar="MODEL", help="measure another model too, and how far both agree"
    )
    own.add_argument(
        "--corruptions",
        action="store_true",
        help="measure on corrupted digits too: noise, blur, fog, stripes and others, each in five "
        "severities",
    )
    own.add_argument(
        "--corruptions-from",
        type=Path,
        metavar="FILE",
        help="measure on others' corruptions of the part's first digits too, as MNIST-C's: an "
        ".npz file with an array (N, 28, 28) a kind",
    )
    own.add_argument(
        "--min-accuracy",
        type=command.within(float, 0, 100),
        metavar="PERCENT",
        help="exit with 1 below this accuracy: 99.5 is 99.5 %%; up to 1 it is a share, so 0.995 "
        "is the same",
    )
    own.add_argument(
        "--plots",
        type=Path,
        metavar="DIR",
        help="write confusion.png, worst.png and reliability.png there",
    )
    shared.add_input_scale(own)
    shared.add_json(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    from digitrec.compression.keras_classifier import open_classifiers
    from digitrec.insight.evaluation import evaluate

    paths = _paths(options)
    classifiers = open_classifiers(paths, options.input_scale)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    part = _part(digits, options.part)
    models = [
        Measured(
            path,
            classifier.card,
            evaluate(classifier, part, digits.classes),
            _robustness(options, classifier, part, digits.classes),
        )
        for path, classifier in zip(paths, classifiers, strict=True)
    ]
    if options.json:
        print(json.dumps(_as_dict(models, digits.name, options.part), indent=2))
    else:
        _report(models, digits.name, options.part)
    if options.plots:
        _plot(models[0].evaluation, part, options.plots)
    return _verdict(models[0].evaluation, options.min_accuracy)


@dataclass(frozen=True)
class Measured:
    """A model file, its card and what was measured of it; corrupted digits by their JSON's name."""

    path: Path
    card: Card
    evaluation: "Evaluation"
    robustness: Mapping[str, "Robustness"]

    def found(self, data: str, part: str) -> dict[str, Any]:
        """What was measured, for JSON."""
        corrupted = {name: one.as_dict() for name, one in self.robustness.items()}
        return {part: {"data": data, **self.evaluation.as_dict()}, **corrupted}

    def run(self) -> dict[str, Any]:
        """What is known of its training. Raises DataError when the run's file is broken."""
        from digitrec.insight.provenance import training_of

        return training_of(self.path, self.card)


def _paths(options: argparse.Namespace) -> list[Path]:
    first = Path(options.model) if options.model else shipped_model()
    return [first, Path(options.against)] if options.against else [first]


def _part(digits: Digits, name: str) -> Part:
    if name != ALL:
        return digits.part(name)
    parts = [digits.part(part) for part in digits.readers]
    return Part(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _robustness(
    options: argparse.Namespace, classifier: CardClassifier, part: Part, classes: Sequence[str]
) -> dict[str, "Robustness"]:
    from digitrec.insight import robustness

    found = {}
    if options.corruptions:
        found["corruptions"] = robustness.on_ours(classifier, part, classes)
    if path := options.corruptions_from:
        found["corruptions_from"] = robustness.on_file(classifier, path, part, classes)
    return found


def _as_dict(models: list[Measured], data: str, part: str) -> dict[str, Any]:
    from digitrec.insight.evaluation import agreement

    first, *others = models
    answer = {
        "model": str(first.path),
        "data": data,
        **first.run(),
        **first.found(data, part),
    }
    for other in others:
        answer["against"] = {
            "model": str(other.path),
            "agreement": agreement(first.evaluation, other.evaluation).as_dict(),
            **other.found(data, part),
        }
    return answer


def _report(models: list[Measured], data: str, part: str) -> None:
    from digitrec.insight import text
    from digitrec.insight.evaluation import agreement

    first, *others = models
    parameters = first.run().get("parameters")
    size = f", {parameters:,} parameters" if isinstance(parameters, int) else ""
    print(f"{first.path}{size}: {part} part of {data}\n\n{text.report(first.evaluation)}")
    _report_corruptions(first)
    for other in others:
        print(
            f"\nagainst {other.path}\n\n{text.summary(other.evaluation)}\n"
            f"{text.agreement_line(agreement(first.evaluation, other.evaluation))}"
        )
        _report_corruptions(other)


def _report_corruptions(model: Measured) -> None:
    from digitrec.insight import robustness

    for found in model.robustness.values():
        print(f"\n{robustness.as_text(found)}")


def _plot(evaluation: "Evaluation", part: Part, folder: Path) -> None:
    from digitrec.insight import plots

    plots.plot_confusion(evaluation.confusion, evaluation.classes, folder / "confusion.png")
    plots.plot_worst(part.images, evaluation.mistakes, folder / "worst.png")
    plots.plot_reliability(evaluation.probabilities, evaluation.labels, folder / "reliability.png")
    print(f"drew {folder}: confusion.png, worst.png, reliability.png", file=sys.stderr)


def _verdict(evaluation: "Evaluation", least: float | None) -> int:
    from digitrec.insight import text

    share = 0 if least is None else least / 100 if least > 1 else least
    if evaluation.accuracy >= share:
        return command.EXIT_OK
    complain(
        parser().prog,
        f"expected an accuracy of at least {text.percent(share)}; received "
        f"{text.percent(evaluation.accuracy)} ({text.misses(evaluation)})",
    )
    return command.EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
