"""The model that answers, the one before it, and how another takes over.

A model is taken only when its file is the one that its card is of, it gives for the card's digits
what it gave, and it reads digits that this package has drawn. Who began with a model ends with it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from digitrec import files
from digitrec.errors import ModelError
from digitrec.reading import card as cards
from digitrec.reading.classifier import Classifier, shipped_model
from digitrec.service.selftest import check

NAME = "digitrec"
"""What the model is called in addresses, whatever its file is called."""

VERSION_LENGTH = 12


@dataclass(frozen=True)
class Model:
    """A model that passed its test.

    Attributes:
        version: of file and card together: the first digits of their hash.
        classifier: what reads.
    """

    version: str
    classifier: Classifier


class Models:
    """The model that answers now, and the one before.

    Args:
        path: a .tflite file with its card beside it; None takes the shipped model.

    Raises:
        ModelError: the model cannot be used or fails its test.
    """

    def __init__(self, path: str | None) -> None:
        self.path = shipped_model() if path is None else Path(path)
        self.current = load(self.path)
        self.previous: Model | None = None

    @property
    def kept(self) -> list[Model]:
        """Those that may answer without being loaded again."""
        return [self.current] if self.previous is None else [self.current, self.previous]

    def take_over(self) -> bool:
        """Read the file anew; whether another model answers from now on.

        Raises:
            ModelError: the new model cannot be used or fails its test; the old one goes on.
        """
        new = load(self.path)
        if new.version == self.current.version:
            return False
        self.current, self.previous = new, self.current
        return True

    def roll_back(self) -> bool:
        """Let the model before answer again; False where there is none."""
        if self.previous is None:
            return False
        self.current, self.previous = self.previous, self.current
        return True


def load(path: Path) -> Model:
    """The model of a file. Raises ModelError: it has no card, is not its card's, or misreads."""
    if path.is_file() and cards.read(path) is None:
        raise ModelError(f"{path}: expected its card beside it, {cards.path_for(path).name}")
    classifier = Classifier(path)
    check(classifier)
    return Model(_version(path), classifier)


def _version(path: Path) -> str:
    both = files.sha256(path) + files.sha256(cards.path_for(path))
    return hashlib.sha256(both.encode()).hexdigest()[:VERSION_LENGTH]
