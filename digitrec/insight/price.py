"""What a model costs those who run it: bytes, weights, multiplications, time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from digitrec.compression.formats import cost
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.compression.measure import TIMED_BATCHES, microseconds
from digitrec.compression.startup import PROGRAMS, seconds
from digitrec.datasets.digits import Images
from digitrec.reading.classifier import CardClassifier


@dataclass(frozen=True)
class Price:
    """What a model costs; None is what is not known or was not measured.

    Attributes:
        bytes: of its file, or of all in its folder.
        parameters: weights and biases that the file holds.
        multiply_adds: for one digit.
        start_up: seconds from a new process to its first answer.
        microseconds: median time a digit on one thread, by batch size.
    """

    bytes: int
    parameters: int | None
    multiply_adds: int | None
    start_up: float | None
    microseconds: Mapping[int, float]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        by_batch = {str(batch): value for batch, value in self.microseconds.items()}
        return {**asdict(self), "microseconds": by_batch}


def price(path: Path, classifier: CardClassifier, images: Images, *, timed: bool = True) -> Price:
    """What the model in a file costs.

    Args:
        path: of the file, or of a SavedModel's folder.
        classifier: the model in it.
        images: digits to time it with.
        timed: measure the times, which take a while and want an idle machine.
    """
    batches = TIMED_BATCHES if timed else ()
    return Price(
        _bytes(path),
        *_costs(path, classifier),
        seconds(path) if timed and _starts_alone(path, classifier) else None,
        {batch: microseconds(classifier, images, batch) for batch in batches},
    )


def _bytes(path: Path) -> int:
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in inside if one.is_file())


def _costs(path: Path, classifier: CardClassifier) -> tuple[int | None, int | None]:
    """Parameters and multiply-adds."""
    if isinstance(classifier, KerasClassifier):
        from digitrec.networks.cost import multiply_adds, parameters

        model = classifier.model
        # TensorFlow runs a SavedModel as one layer, into which Keras cannot look.
        return parameters(model), None if path.is_dir() else multiply_adds(model)
    if path.suffix == ".tflite":
        content = path.read_bytes()
        return cost.parameters(content), cost.multiply_adds(content)
    return classifier.card.facts.get("parameters"), None


def _starts_alone(path: Path, classifier: CardClassifier) -> bool:
    """Whether a program needs to be told no more than the path."""
    return path.suffix in PROGRAMS and bool(classifier.card.sha256)
