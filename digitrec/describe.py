"""List the networks, or say what one is made of and draw it.

    digitrec describe
    digitrec describe resnet_small --plot resnet.png
    digitrec describe runs/first/model.keras

prints each network's parameters, multiply-adds for one digit and, where it has been measured, its
misses of MNIST's test digits; or one network's layers in their order, with what each answers and
costs. Nothing is trained.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitrec import command
from digitrec.command import options as shared
from digitrec.compression.model_file import SUFFIXES, expect_keras
from digitrec.errors import ModelError, OptionError, did_you_mean, needs_extra
from digitrec.networks import NAMES
from digitrec.training.quiet import quiet
from digitrec.training.recipe import OF_THE_NETWORK, Recipe

if TYPE_CHECKING:
    import keras

KNOBS = ("width", *(name for name in OF_THE_NETWORK if name != "pretrained"))
"""Of a recipe, those that change what a network is made of."""

PLOT = ".png"


def parser() -> command.Parser:
    """The options of `digitrec describe`."""
    own = command.Parser(
        "describe",
        "List the networks with their costs and results, or describe one, layer by layer.",
        "digitrec describe resnet_small --plot resnet.png",
    )
    own.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="a network, or a model file (.keras, .h5); without it all networks are listed",
    )
    own.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw the network too, as a .png file"
    )
    shared.add_input_scale(own)
    shared.add_json(own)
    shared.add_knobs(own, Recipe, KNOBS)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    knobs = shared.given_knobs(options, Recipe)
    _check(options, knobs)
    if options.name is None:
        return _list(options.json)
    with quiet(), needs_extra("train"):
        from digitrec.insight import architecture, diagram

        network, about = _network(options, knobs)
        found = architecture.rows(network)
    title = options.name if options.name in NAMES else Path(options.name).name
    if options.plot:
        diagram.plot(found, title, options.plot)
    if options.json:
        facts = {"name": options.name, "about": about}
        print(json.dumps({**facts, "layers": architecture.as_dicts(found)}, indent=2))
    else:
        print(f"{title}: {about}\n\n{architecture.as_text(found)}")
    return command.EXIT_OK


def _check(options: argparse.Namespace, knobs: dict[str, Any]) -> None:
    """See before Keras is loaded whether it can be done."""
    name, plot = options.name, options.plot
    given = [shared.flag(knob) for knob in knobs]
    if name is None and (plot or given):
        raise OptionError(f"{given[0] if given else '--plot'}: expected the name of a network too")
    if plot and plot.suffix.lower() != PLOT:
        raise OptionError(f"plot: expected a file name that ends in {PLOT}; received {plot}")
    if name is not None and name not in NAMES:
        _check_file(name, given)
    elif options.input_scale:
        raise OptionError("--input-scale: expected only with a model file")


def _check_file(name: str, given: list[str]) -> None:
    path = Path(name)
    if not path.exists() and path.suffix not in SUFFIXES:
        raise OptionError(
            "name: expected a network that digitrec describe lists, or a model file; "
            f"received {name}{did_you_mean(name, NAMES)}"
        )
    if given:
        raise OptionError(f"{given[0]}: expected a network's name with it; received {name}")
    if expect_keras(path).is_dir():
        raise ModelError(f"{path}: expected a .keras or .h5 file; a SavedModel keeps no layers")


def _list(as_json: bool) -> int:
    with quiet(), needs_extra("train"):
        from digitrec.insight import catalogue

        entries = catalogue.catalogue()
    if as_json:
        print(json.dumps({"networks": catalogue.as_dicts(entries)}, indent=2))
    else:
        print(catalogue.as_text(entries))
    return command.EXIT_OK


def _network(options: argparse.Namespace, knobs: dict[str, Any]) -> tuple["keras.Model", str]:
    """The network, and what is known of it in words."""
    from digitrec import networks
    from digitrec.compression.source import load_keras
    from digitrec.insight import catalogue

    if options.name not in NAMES:
        network, card = load_keras(options.name, options.input_scale)
        shifts = card.facts.get("shifts", 1)
        often = f", computed {shifts} times a digit" if shifts != 1 else ""
        return network, f"{card.name}, of the classes {' '.join(card.classes)}{often}"
    result = catalogue.results().get(options.name)
    known = f"\n\nMNIST's test digits: {result}" if result and not knobs else ""
    return networks.build(options.name, **knobs), catalogue.documentation(options.name) + known


if __name__ == "__main__":
    sys.exit(main())
