"""Bits layer by layer: fewer where the network feels it least."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from digitrec.compression.formats.bits import POSSIBLE, Weighted, rewritten, weighted


class Score(NamedTuple):
    """What a file is worth on validation: digits misread, and the mean cross-entropy."""

    misses: int
    loss: float


Measure = Callable[[bytes], Score]


@dataclass(frozen=True)
class Sensitivity:
    """What it costs to hold the weights of one operation in fewer bits, alone.

    Attributes:
        operation: whose weights.
        bits: how many.
        saved: bytes.
        score: of the file.
        lost: by how much the loss is higher.
    """

    operation: Weighted
    bits: int
    saved: int
    score: Score
    lost: float


def sensitivities(content: bytes, measure: Measure) -> list[Sensitivity]:
    """Each operation with weights at each lower number of bits, what costs least a byte first.

    Dong et al., "HAWQ: Hessian AWare Quantization of Neural Networks With Mixed-Precision", 2019,
    ask the loss's curvature; a scan asks the loss itself.

    Args:
        content: an int8 .tflite file.
        measure: says what a file is worth.
    """
    whole = measure(content)
    found = []
    for operation in weighted(content):
        for bits in (bits for bits in POSSIBLE[operation.name] if bits < 8):
            score = measure(rewritten(content, {operation.number: bits}))
            saved = operation.count * (8 - bits) // 8
            found.append(Sensitivity(operation, bits, saved, score, score.loss - whole.loss))
    return sorted(found, key=lambda one: one.lost / max(one.saved, 1))


def mixed(content: bytes, measure: Measure, most_misses: int) -> bytes:
    """The file with fewer bits for one operation after the other, while it misreads few enough.

    Args:
        content: an int8 .tflite file.
        measure: says what a file is worth.
        most_misses: digits that it may misread; what would make it more is left at 8 bits.
    """
    bits: dict[int, int] = {}
    best = content
    for one in sensitivities(content, measure):
        tried = {**bits, one.operation.number: min(one.bits, bits.get(one.operation.number, 8))}
        if tried == bits:
            continue
        made = rewritten(content, tried)
        if measure(made).misses <= most_misses:
            bits, best = tried, made
    return best
