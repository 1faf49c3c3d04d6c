"""Say and show why a picture is read as it is, and what a network has learnt to see.

    digitrec explain seven.png

prints what was looked at, what it would be without which stroke, and what its strokes say, and
writes seven-sheet.png: each digit, its probabilities, and maps laid over the picture itself.

    digitrec explain seven.png --show features --layer conv2d
    digitrec explain --show embedding --data mnist
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec import command
from digitrec.command import options as shared
from digitrec.command.complaint import on_one_line
from digitrec.datasets.digits import PARTS
from digitrec.errors import OptionError, PictureError, expect_one_of
from digitrec.insight.maps.methods import METHODS
from digitrec.insight.words import counted

if TYPE_CHECKING:
    from digitrec.datasets.digits import Part
    from digitrec.insight.explanation import Explanation
    from digitrec.insight.strokes.tree import StrokeTree
    from digitrec.reading.classifier import CardClassifier
    from digitrec.reading.reader import Seen

SHEET, FEATURES, ATTENTION = "sheet", "features", "attention"
OF_A_PICTURE = (SHEET, FEATURES, ATTENTION)
FILTERS, LIKED, EMBEDDING = "filters", "liked", "embedding"
OF_A_MODEL = (FILTERS, LIKED, EMBEDDING)
"""What can be shown of how a picture is read, and of a model alone."""

MOST_DIGITS = 12
"""Of a picture, on one sheet."""

POINTS = 2000
"""Digits of an embedding, unless told otherwise: t-SNE takes ten seconds for so many."""

PNG = ".png"


def parser() -> command.Parser:
    """The options of `digitrec explain`."""
    own = command.Parser(
        "explain",
        "Say and show why a picture is read as it is: maps of what speaks for it, the strokes that "
        "decide, rules in words; or what a network has learnt.",
        "digitrec explain seven.png",
    )
    own.add_argument("file", nargs="?", metavar="FILE", help="a picture with one digit or more")
    own.add_argument(
        "--show",
        type=command.one_of((*OF_A_PICTURE, *OF_A_MODEL)),
        default=SHEET,
        metavar="WHAT",
        help="of a picture: sheet (all of it), features (what --layer answers) or attention; of a "
        "model alone: filters (of its first layer), liked (what each class, or each filter of "
        "--layer, would like best) or embedding (digits as points, alike near each other) "
        f"(default: {SHEET})",
    )
    own.add_argument(
        "--model",
        metavar="MODEL",
        help="a .keras, .h5, .tflite or .onnx file or a SavedModel folder (default: the shipped "
        "model, its .keras file where Keras is installed)",
    )
    own.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help=f"the {PNG} file to write (default: such as seven-{SHEET}{PNG}, in this folder)",
    )
    _add_choice(own)
    own.add_argument("--single", action="store_true", help="read the picture whole, as one digit")
    shared.add_polarity(own)
    shared.add_input_scale(own)
    shared.add_json(own)
    return own


def _add_choice(own: command.Parser) -> None:
    """The options that say of which digit, class, layer or digits it shows what."""
    own.add_argument(
        "--digit",
        type=command.within(int, 1),
        metavar="N",
        help=f"only the Nth digit of the picture (default: the first {MOST_DIGITS})",
    )
    own.add_argument(
        "--method",
        type=command.one_of(METHODS, several=True),
        metavar="NAMES",
        help=f"the maps on the sheet, with commas between them: {', '.join(METHODS)} (default: "
        "all that fit the model)",
    )
    own.add_argument(
        "--target",
        metavar="CLASS",
        help="let the maps show what speaks for this class (default: the one that is read)",
    )
    own.add_argument(
        "--layer",
        metavar="NAME",
        help="the layer that features, liked, grad-cam and layer-cam are of",
    )
    shared.add_data(own)
    shared.add_part(own, "of an embedding", PARTS)
    own.add_argument(
        "--limit",
        type=command.within(int, 1),
        default=POINTS,
        metavar="N",
        help=f"use at most so many digits for an embedding (default: {POINTS})",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    output = _checked(options)
    classifier = _classifier(options)
    if options.show == SHEET:
        _sheet(options, classifier, output)
    elif options.show in OF_A_PICTURE:
        _inside(options, classifier, output)
    else:
        _learnt(options, classifier, output)
    print(f"drew {output}", file=sys.stderr)
    return command.EXIT_OK


def _checked(options: argparse.Namespace) -> Path:
    """Where to draw; what cannot be done is seen before anything is loaded."""
    if options.show in OF_A_PICTURE and options.file is None:
        raise OptionError(f"--show {options.show}: expected a picture, FILE")
    if options.show in OF_A_MODEL and options.file is not None:
        raise OptionError(f"--show {options.show}: expected no picture; received {options.file}")
    if options.show == FEATURES and options.layer is None:
        raise OptionError(f"--show {FEATURES}: expected --layer with it")
    named = f"{Path(options.file).stem}-{options.show}" if options.file else options.show
    output: Path = options.output or Path(f"{named}{PNG}")
    if output.suffix.lower() != PNG:
        raise OptionError(f"--output: expected a name that ends in {PNG}; received {output}")
    if options.file and output.exists() and Path(options.file).exists():
        _expect_another(output, Path(options.file))
    return output


def _expect_another(output: Path, picture: Path) -> None:
    if output.samefile(picture):
        raise OptionError(f"--output: expected another file than the picture; received {output}")


def _classifier(options: argparse.Namespace) -> "CardClassifier":
    from digitrec.compression.keras_classifier import open_classifier
    from digitrec.reading.classifier import shipped_model

    path = Path(options.model) if options.model else shipped_model()
    if options.model is None and find_spec("keras"):
        path = path.with_suffix(".keras")
    return open_classifier(path, options.input_scale)


def _seen(options: argparse.Namespace, classifier: "CardClassifier") -> "Seen":
    from digitrec.reading.reader import Reader

    reader = Reader(classifier, polarity=options.polarity, single=options.single)
    try:
        return reader.see(options.file)
    except PictureError as error:
        raise PictureError(f"{options.file}: {error}") from error


def _sheet(options: argparse.Namespace, classifier: "CardClassifier", output: Path) -> None:
    from digitrec.insight.explanation import explain
    from digitrec.insight.explanation_sheet import sheet
    from digitrec.insight.maps.methods import that_fit
    from digitrec.reading.drawing import save
    from digitrec.reading.placing import fields

    if options.target is not None:
        expect_one_of("--target", options.target, classifier.classes)
    methods, notes = that_fit(classifier, options.layer)
    if options.method:
        methods, notes = options.method.split(","), []
    seen = _seen(options, classifier)
    chosen = _chosen(options, seen)
    explained = explain(
        classifier,
        seen.images[chosen],
        [seen.reading.digits[number] for number in chosen],
        methods,
        target=options.target,
        layer=options.layer,
        tree=_tree(classifier),
    )
    if len(seen.reading.digits) > len(chosen) > 1:
        notes = [*notes, f"only the first {len(chosen)} digits are shown; --digit shows others"]
    command.note(notes)
    save(sheet(seen, explained, chosen, fields(seen), notes), output)
    _print(options, seen, explained)


def _chosen(options: argparse.Namespace, seen: "Seen") -> list[int]:
    """Which of the picture's digits are shown, from 0."""
    count = len(seen.reading.digits)
    if options.digit is None:
        return list(range(min(count, MOST_DIGITS)))
    if options.digit > count:
        found = f"the picture's {counted(count, 'digit')}"
        raise OptionError(f"--digit: expected one of {found}; received {options.digit}")
    return [options.digit - 1]


def _tree(classifier: "CardClassifier") -> "StrokeTree | None":
    """The stroke tree, if it is of the classifier's classes."""
    from digitrec.insight.strokes import tree

    found = tree.shipped()
    return found if found.classes == classifier.classes else None


def _print(options: argparse.Namespace, seen: "Seen", explained: "Sequence[Explanation]") -> None:
    reading = seen.reading
    if options.json:
        found = {**reading.as_dict(), "explained": [one.as_dict() for one in explained]}
        print(json.dumps(found, indent=2))
        return
    if not explained:
        print(f"{on_one_line(options.file)}: {reading.status}")
    for one in explained:
        sure = f"{100 * one.digit.confidence:.1f} %"
        doubt = {"uncertain": "?", "not_a_digit": ", no digit"}.get(one.digit.status, "")
        print(f"{on_one_line(options.file)}: {one.digit.digit}{doubt} ({sure})")
        print("\n".join(f"  {line}" for line in one.words))


def _inside(options: argparse.Namespace, classifier: "CardClassifier", output: Path) -> None:
    """What a layer, or attention, answers to one digit of a picture."""
    from digitrec.insight.maps import pictures

    seen = _seen(options, classifier)
    chosen = _chosen(options, seen)
    if not chosen:
        raise PictureError(f"{options.file}: expected a digit; found none")
    image = seen.images[chosen[0]]
    if options.show == FEATURES:
        pictures.draw_features(classifier, image, options.layer, output)
    else:
        pictures.draw_attention(classifier, image, output)


def _learnt(options: argparse.Namespace, classifier: "CardClassifier", output: Path) -> None:
    """What a model has learnt, whatever the picture."""
    from digitrec.insight.maps import pictures

    if options.show == FILTERS:
        pictures.draw_filters(classifier, output)
    elif options.show == LIKED:
        pictures.draw_liked(classifier, options.layer, output)
    else:
        part, classes = _part(options)
        pictures.draw_embedding(classifier, part, classes, output)


def _part(options: argparse.Namespace) -> "tuple[Part, tuple[str, ...]]":
    """The digits that are asked for, and the names of their classes."""
    from digitrec import datasets
    from digitrec.datasets.split import some

    digits = datasets.load(options.data)
    command.note(digits.notes)
    return some(digits.part(options.part), options.limit), digits.classes


if __name__ == "__main__":
    sys.exit(main())
