"""The steps of `digitrec compress` as they are typed: NAME, NAME:VALUE or NAME:VALUE@EPOCHS."""

from collections.abc import Mapping
from dataclasses import dataclass

from digitrec.errors import OptionError, expect_one_of

Value = float | int | None


@dataclass(frozen=True)
class Kind:
    """A kind of step.

    Attributes:
        about: what it does.
        value: "a share", "bits" or what else its number is; "": it has none.
        low: its least.
        high: its most.
        whole: whether it is a whole number.
        trained: whether there is anything to learn after it.
        anew: whether so much is to be learnt that it takes the recipe's whole learning rate.
    """

    about: str
    value: str = ""
    low: float = 0.0
    high: float = 0.99
    whole: bool = False
    trained: bool = True
    anew: bool = False


KINDS: Mapping[str, Kind] = {
    "distill": Kind("--network, untrained, learns from the teacher", anew=True),
    "train": Kind("nothing is changed, but trained on"),
    "prune": Kind("that share of all weights becomes 0, the smallest, ever more of them", "SHARE"),
    "prune-gradient": Kind("the same by what the loss would lose", "SHARE"),
    "filters": Kind("that share of all filters is removed, the smallest", "SHARE"),
    "filters-norm": Kind("the same by the gain of batch normalisation", "SHARE"),
    "filters-gradient": Kind("the same by what the loss would lose", "SHARE"),
    "factorise": Kind("layers as two thinner ones that keep that share of the energy", "SHARE"),
    "fold": Kind("batch normalisation becomes part of the convolutions", trained=False),
    "cluster": Kind("so many different weights a layer", "COUNT", 2, 64, whole=True),
    "aware": Kind("maps of 8 bits, and weights of so many", "BITS", 2, 8, whole=True),
    "ternary": Kind("weights of -1, 0 and 1 times a step a channel", anew=True),
    "binary": Kind("weights of -1 and 1 times a size a channel", anew=True),
    "xnor": Kind("weights and activations of -1 and 1", anew=True),
}  # fmt: skip
"""By name; what each does is changes.py's."""


@dataclass(frozen=True)
class Step:
    """One step as it was typed.

    Attributes:
        name: a key of KINDS.
        value: its number, where it has one.
        epochs: of its training; None: as many as the recipe has.
    """

    name: str
    value: Value = None
    epochs: int | None = None

    @property
    def kind(self) -> Kind:
        """What there is to know of its name."""
        return KINDS[self.name]

    def __str__(self) -> str:
        value = "" if self.value is None else f":{self.value:g}"
        return self.name + value + ("" if self.epochs is None else f"@{self.epochs}")


def steps(text: str) -> list[Step]:
    """The steps in a text such as "distill@60,prune:0.8,aware:8".

    Raises:
        OptionError: one is not known, or has a value that it cannot have.
    """
    return [step(one.strip()) for one in text.split(",")]


def step(text: str) -> Step:
    """The step in a text such as "prune:0.8@10". Raises OptionError."""
    before, at, epochs = text.partition("@")
    name, colon, value = before.partition(":")
    kind = KINDS[expect_one_of("steps", name, KINDS)]
    if bool(colon) != bool(kind.value):
        expected = f"{name}:{kind.value}" if kind.value else name
        raise OptionError(f"steps: expected {expected}; received {text}")
    if at and not kind.trained:
        raise OptionError(f"steps: expected {name}, which trains nothing; received {text}")
    return Step(name, _number(text, value, kind) if colon else None, _epochs(text, epochs, at))


def _number(text: str, value: str, kind: Kind) -> Value:
    try:
        number = int(value) if kind.whole else float(value)
    except ValueError:
        number = None
    if number is None or not kind.low <= number <= kind.high:
        raise OptionError(
            f"steps: expected {'a whole number' if kind.whole else 'a number'} from {kind.low:g} "
            f"to {kind.high:g} for {kind.value}; received {text}"
        )
    return number


def _epochs(text: str, epochs: str, at: str) -> int | None:
    if not at:
        return None
    if not epochs.isdecimal() or int(epochs) < 1:
        raise OptionError(f"steps: expected a whole number of epochs after @; received {text}")
    return int(epochs)
