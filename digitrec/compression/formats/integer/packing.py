"""Weights of 8 bits in as few bytes as hold them without loss.

Weights that were quantised to 4 bits, clustered, made ternary or binary, or pruned, are in an int8
file as bytes of which few differ, or many are 0. Three forms hold any weights; the smallest is
taken: the bytes themselves; for each a number of 1 to 7 bits into a table of those that differ
(Han, Mao, Dally, "Deep Compression", 2016); and either of them for the weights that are not 0
alone, behind a bit a weight that says which these are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHOLE = 8
"""Bits of a weight that is held as it is."""


@dataclass(frozen=True)
class Packed:
    """Weights as a routine has them.

    Attributes:
        stream: the weights, or their numbers in the table, the first in the lowest bits.
        mask: a bit a weight, whether it is in the stream or 0; None: all are.
        table: the weights that differ, int8; None: the stream has the weights themselves.
        bits: of a weight in the stream.
    """

    stream: NDArray[np.uint8]
    mask: NDArray[np.uint8] | None
    table: NDArray[np.int8] | None
    bits: int

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(part.nbytes for part in (self.stream, self.mask, self.table) if part is not None)


def pack(weights: NDArray[np.int8]) -> Packed:
    """Weights int8, of any shape and taken in their order, in the form of the fewest bytes."""
    return min(_forms(weights.ravel()), key=lambda form: form.bytes)


def unpack(packed: Packed, count: int) -> NDArray[np.int8]:
    """The (count,) weights int8 again, as a kernel finds them."""
    there = np.ones(count, bool)
    if packed.mask is not None:
        there = np.unpackbits(packed.mask, count=count, bitorder="little").astype(bool)
    weights = np.zeros(count, np.int8)
    weights[there] = _read(packed, int(there.sum()))
    return weights


def _read(packed: Packed, count: int) -> NDArray[np.int8]:
    if packed.table is None:
        return packed.stream.view(np.int8)
    bits = np.unpackbits(packed.stream, count=count * packed.bits, bitorder="little")
    padded = np.zeros((count, WHOLE), np.uint8)
    padded[:, : packed.bits] = bits.reshape(count, packed.bits)
    return packed.table[np.packbits(padded, axis=1, bitorder="little")[:, 0]]


def _forms(weights: NDArray[np.int8]) -> Iterator[Packed]:
    yield from _without_mask(weights, None)
    there = weights != 0
    if not there.all():
        yield from _without_mask(weights[there], np.packbits(there, bitorder="little"))


def _without_mask(weights: NDArray[np.int8], mask: NDArray[np.uint8] | None) -> Iterator[Packed]:
    yield Packed(weights.view(np.uint8), mask, None, WHOLE)
    table, numbers = np.unique(weights, return_inverse=True)
    bits = max(1, int(len(table) - 1).bit_length())
    if bits < WHOLE:
        as_bits = np.unpackbits(numbers.astype(np.uint8)[:, None], axis=1, bitorder="little")
        stream = np.packbits(as_bits[:, :bits].ravel(), bitorder="little")
        yield Packed(stream, mask, table, bits)
