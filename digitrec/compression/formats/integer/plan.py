"""Which steps read a digit, in their order, and where in memory their maps are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from digitrec.compression.formats.integer import lookup
from digitrec.compression.formats.integer.graph import EIGHT_BITS, Graph, Operation, Tensor
from digitrec.compression.formats.integer.layout import Need, places
from digitrec.compression.formats.integer.signs import Levels, by_signs
from digitrec.compression.formats.integer.step import Step
from digitrec.compression.formats.integer.steps import steps
from digitrec.errors import ModelError


@dataclass(frozen=True)
class Plan:
    """The routine before it is text.

    Attributes:
        steps: in their order.
        image: the number of the map that the pixels are.
        scores: the tensor of 8 bits that the answers are.
        same: for a map that is another by another name, the other's number.
        where: of each map in memory, by its number, the first byte.
        memory: bytes of all maps.
    """

    steps: list[Step]
    image: int
    scores: Tensor
    same: Mapping[int, int]
    where: Mapping[int, int]
    memory: int

    def number(self, tensor: Tensor) -> int:
        """Of the map that holds a tensor's numbers."""
        return self.same.get(tensor.number, tensor.number)


def planned(graph: Graph, *, counts_bits: bool = True) -> Plan:
    """The steps that come to the same as a graph's operations, and where their maps are.

    Args:
        graph: of an int8 network.
        counts_bits: whether there is a kernel that multiplies signs by counting bits.

    Raises:
        ModelError: it computes in something else than 8 bits, or has an operation without a kernel.
    """
    scores = _scores(graph)
    maker = _Maker(graph, counts_bits)
    for operation in graph.operations:
        maker.take(operation)
    needs = dict(_needs(maker, scores))
    where, memory = places(needs)
    return Plan(maker.steps, graph.input.number, scores, maker.same, where, memory)


def _scores(graph: Graph) -> Tensor:
    """The map of 8 bits that the file's output is made of."""
    output = graph.output
    if output.dtype in EIGHT_BITS:
        return output
    (last,) = [one for one in graph.operations if one.output.number == output.number]
    if last.name != "DEQUANTIZE":
        raise ModelError(
            f"integer: expected an int8 network; received one that ends in {last.name}"
        )
    return last.inputs[0]


class _Maker:
    """Makes steps of operations, one after the other."""

    def __init__(self, graph: Graph, counts_bits: bool) -> None:
        self.graph, self.counts_bits = graph, counts_bits
        self.steps: list[Step] = []
        self.same: dict[int, int] = {}
        self.levels: dict[int, Levels] = {}
        self._done = set[int]()

    def take(self, operation: Operation) -> None:
        """Add what an operation comes to, if that is not there already."""
        output = operation.output
        leaves = output.number == self.graph.output.number and output.dtype not in EIGHT_BITS
        if output.number not in self._done and not leaves:
            self.steps.extend(self._steps(operation))

    def number(self, tensor: Tensor) -> int:
        """Of the map that holds a tensor's numbers."""
        return self.same.get(tensor.number, tensor.number)

    def _steps(self, operation: Operation) -> list[Step]:
        if operation.name == "RESHAPE":
            self.same[operation.output.number] = self.number(operation.inputs[0])
            return []
        if lookup.is_by_itself(operation):
            operations = lookup.chain(self.graph, operation)
            self._done.update(one.output.number for one in operations)
            return [self._looked_up(operations)]
        levels = self.levels.get(operation.inputs[0].number)
        if levels and operation.name == "MAX_POOL_2D":
            self.levels[operation.output.number] = levels
        step = by_signs(operation, levels) if levels else None
        return [step] if step else steps(operation)

    def _looked_up(self, operations: list[Operation]) -> Step:
        """A table, or flipping the highest bit; in place where what it takes is of no more use."""
        (taken,), made = operations[0].computed, operations[-1].output
        table = lookup.answers(self.graph, operations)
        if self._spent(taken):
            self.same[made.number] = self.number(taken)
        if np.array_equal(table, np.arange(-128, 128)):
            return Step("centre", [taken], made, arguments=(made.count,))
        if self.counts_bits and len(levels := np.unique(table)) == 2:
            self.levels[made.number] = Levels(*levels.tolist())
        return Step("lookup", [taken], made, arguments=(table, made.count))

    def _spent(self, tensor: Tensor) -> bool:
        """Whether the map that holds a tensor's numbers is of no more use after its next user."""
        root = self.number(tensor)
        names = [root, *(name for name, held in self.same.items() if held == root)]
        mine = root not in (self.graph.input.number, self.graph.output.number)
        return mine and all(len(self.graph.users(name)) == 1 for name in names)


def _needs(maker: _Maker, scores: Tensor) -> Iterator[tuple[int, Need]]:
    """What each map in memory needs; pixels and scores are the caller's."""
    made: dict[int, int] = {}
    last: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for when, step in enumerate(maker.steps):
        number = maker.number(step.output)
        made.setdefault(number, when)
        sizes[number] = step.output.count
        for taken in (*step.inputs, step.output):
            last[maker.number(taken)] = when
    for number, when in made.items():
        if number != maker.number(scores):
            yield number, Need(sizes[number], when, last[number])
