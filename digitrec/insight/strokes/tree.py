"""A small tree on stroke features that follows a network: its answers, and why, in words.

>>> tree = shipped()
>>> print(tree.leaf(image).words)
two holes, no end points

The network reads better. But the tree can say why, and where both differ the digit is odd.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec import files
from digitrec.errors import DataError, ModelError
from digitrec.insight.strokes.features import NAMES, features
from digitrec.insight.strokes.wording import Condition, in_words
from digitrec.reading.classifier import shipped_model

FILE = "strokes.json"
"""Beside the shipped model, which it follows."""


@dataclass(frozen=True)
class Split:
    """Where digits part: those with at most so much of a feature go to node `yes`, others `no`."""

    feature: str
    most: float
    yes: int
    no: int


@dataclass(frozen=True)
class Leaf:
    """Digits that the tree does not tell apart.

    Attributes:
        shares: of each class among the network's answers to them; they sum to 1.
        count: how many training digits they are.
        rule: what they have in common, as far as it matters for the answer.
        precision: share of the training digits which the rule holds for that have the answer.
    """

    shares: tuple[float, ...]
    count: int
    rule: tuple[Condition, ...]
    precision: float

    @property
    def answer(self) -> int:
        """Number of the likeliest class."""
        return int(np.argmax(self.shares))

    @property
    def words(self) -> str:
        """The rule, such as "two holes, no end points"."""
        return in_words(self.rule)


Node = Split | Leaf


@dataclass(frozen=True)
class StrokeTree:
    """A tree, and what is known of it.

    Attributes:
        classes: names, in the order of a leaf's shares.
        nodes: the first is the root.
        follows: SHA-256 of the model whose answers it has learnt.
        facts: what was measured of it, on validation.
    """

    classes: tuple[str, ...]
    nodes: tuple[Node, ...]
    follows: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def leaves(self) -> list[Leaf]:
        """In the order of their answers, the largest of each first."""
        found = [node for node in self.nodes if isinstance(node, Leaf)]
        return sorted(found, key=lambda leaf: (leaf.answer, -leaf.count))

    def leaf(self, image: NDArray[np.uint8]) -> Leaf:
        """The leaf of a digit (28, 28) uint8."""
        (number,) = self.leaves_of(features(image[None]))
        return self._leaf(int(number))

    def leaves_of(self, values: NDArray[np.float32]) -> NDArray[np.int64]:
        """The number (N,) of the node that each digit with features (N, F) ends at."""
        places = np.zeros(len(values), np.int64)
        for number, node in enumerate(self.nodes):  # a node stands before those that follow it
            if isinstance(node, Split):
                here = places == number
                under = values[here, NAMES.index(node.feature)] <= node.most
                places[here] = np.where(under, node.yes, node.no)
        return places

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The shares (N, classes) of the leaf of each digit (N, 28, 28) uint8."""
        return self.shares_of(features(images))

    def shares_of(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """The same, of digits with features (N, F)."""
        places = self.leaves_of(values)
        shares = [self._leaf(number).shares for number in places.tolist()]
        return np.array(shares, np.float64).reshape(-1, len(self.classes))

    def _leaf(self, number: int) -> Leaf:
        node = self.nodes[number]
        if isinstance(node, Leaf):
            return node
        raise DataError(f"expected a leaf at node {number} of the stroke tree; received a split")


def disagreement(
    images: NDArray[np.uint8],
    probabilities: NDArray[np.floating],
    tree: StrokeTree | None = None,
    strokes: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """How much a network's answers are not those of a tree, (N,) of 0 to 1.

    It is the probability that a class drawn from the network's answer is another than one drawn
    from the tree's leaf: a digit that looks like one class by its strokes and like another to the
    network is odd, or none.

    Args:
        images: (N, 28, 28) uint8.
        probabilities: (N, classes), the network's.
        tree: None takes the shipped one.
        strokes: the features (N, F) of the images, where they are known already.

    Raises:
        DataError: the tree has another number of classes, or the shipped one is missing or broken.
    """
    tree = tree or shipped()
    if probabilities.shape[1:] != (len(tree.classes),):
        raise DataError(
            f"expected probabilities of the stroke tree's {len(tree.classes)} classes; "
            f"received {probabilities.shape[1:]}"
        )
    shares = tree.shares_of(features(images) if strokes is None else strokes)
    return 1 - (probabilities * shares).sum(axis=1)


def shipped() -> StrokeTree:
    """The tree that comes with the shipped model.

    Raises:
        DataError: it is missing or broken.
    """
    try:
        return read(shipped_model().with_name(FILE))
    except ModelError as error:
        raise DataError(str(error)) from error


def read(path: str | os.PathLike[str]) -> StrokeTree:
    """A tree from its file. Raises DataError: it is missing or broken."""
    values = files.read_json(path)
    try:
        nodes = tuple(_node(one) for one in values["nodes"])
        tree = StrokeTree(tuple(values["classes"]), nodes, values["follows"], values["facts"])
        _check(tree)
    except (KeyError, TypeError, ValueError, DataError) as error:
        raise DataError(f"{path}: expected a stroke tree; received {error!r}") from error
    return tree


def write(path: str | os.PathLike[str], tree: StrokeTree) -> None:
    """Write a tree as JSON, one node a line. Raises OutputError."""
    head = {"classes": tree.classes, "follows": tree.follows, "facts": tree.facts}
    nodes = ",\n".join(f"  {json.dumps(asdict(node))}" for node in tree.nodes)
    files.write(Path(path), f'{json.dumps(head)[:-1]}, "nodes": [\n{nodes}\n]}}\n')


def _node(values: Mapping[str, Any]) -> Node:
    if "feature" in values:
        return Split(**values)
    rule = tuple(Condition(**one) for one in values["rule"])
    return Leaf(tuple(values["shares"]), values["count"], rule, values["precision"])


def _check(tree: StrokeTree) -> None:
    """That every way ends at a leaf of these classes. Raises DataError."""
    for number, node in enumerate(tree.nodes):
        if isinstance(node, Split):
            right = node.feature in NAMES and _follow((node.yes, node.no), number, tree.nodes)
        else:
            right = len(node.shares) == len(tree.classes)
        if not right:
            raise DataError(f"node {number} is {node}")
    if not tree.nodes:
        raise DataError("it has no nodes")


def _follow(numbers: Sequence[int], after: int, nodes: Sequence[Node]) -> bool:
    return all(after < number < len(nodes) for number in numbers)
