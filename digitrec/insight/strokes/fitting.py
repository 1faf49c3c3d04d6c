"""Fits a stroke tree to what a network answers; needs scikit-learn.

Craven and Shavlik, "Extracting Tree-Structured Representations of Trained Networks" (1996): the
tree learns the network's answers, not the labels, and is judged by how faithful it is to them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Part
from digitrec.errors import needs_extra
from digitrec.insight.strokes.features import NAMES, features
from digitrec.insight.strokes.tree import Leaf, Split, StrokeTree
from digitrec.insight.strokes.wording import OF_NAME, Condition
from digitrec.reading.classifier import CardClassifier

LEAVES = (10, 16, 24, 32, 40)
"""Sizes to choose from. Forty rules fill a page; a hundred are two points more faithful."""

CLOSE = 0.01
"""Of the best fidelity: the smallest tree that is as close is taken."""

FEWEST = 0.001
"""Share of the digits that a leaf stands for, at least."""

ALLOWED = 0.02
"""Of a rule's precision: what may be lost with all the conditions that are left out."""

DECIMALS = 4


@dataclass(frozen=True)
class Told:
    """Digits as the tree is told them.

    Attributes:
        values: (N, F), their features.
        answers: (N,), the network's.
        labels: (N,).
    """

    values: NDArray[np.float32]
    answers: NDArray[np.int64]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, classifier: CardClassifier, part: Part) -> "Told":
        """What a network answers to labelled digits."""
        answers = classifier.probabilities(part.images).argmax(axis=1)
        return cls(features(part.images), answers, part.labels)


def fit(classifier: CardClassifier, train: Part, validation: Part, follows: str = "") -> StrokeTree:
    """A tree that follows a classifier; its size is chosen by its fidelity on validation.

    Args:
        classifier: what it learns the answers of.
        train: digits to learn them on.
        validation: digits to choose the size on; the facts are of these.
        follows: SHA-256 of the classifier's file.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    learnt, held_back = Told.of(classifier, train), Told.of(classifier, validation)
    trees = [grown(learnt, leaves, classifier.classes) for leaves in LEAVES]
    found = [share(tree, held_back.values, held_back.answers) for tree in trees]
    chosen = next(number for number, one in enumerate(found) if one >= max(found) - CLOSE)
    facts = {
        "digits": len(train),
        "leaves": len(trees[chosen].leaves),
        "fidelity": round(found[chosen], DECIMALS),
        "accuracy": round(share(trees[chosen], held_back.values, held_back.labels), DECIMALS),
        "fidelities": {
            str(leaves): round(one, DECIMALS) for leaves, one in zip(LEAVES, found, strict=True)
        },
    }
    return replace(trees[chosen], follows=follows, facts=facts)


def grown(learnt: Told, leaves: int, classes: tuple[str, ...]) -> StrokeTree:
    """A tree of at most so many leaves, each with its rule."""
    with needs_extra("train"):
        from sklearn.tree import DecisionTreeClassifier
    fewest = max(round(FEWEST * len(learnt.values)), 1)
    model = DecisionTreeClassifier(max_leaf_nodes=leaves, min_samples_leaf=fewest, random_state=0)
    model.fit(learnt.values, learnt.answers)
    splits = _splits(model.tree_)
    reached = model.apply(learnt.values)
    nodes = [
        splits.get(number) or _leaf(number, splits, reached == number, learnt, len(classes))
        for number in range(model.tree_.node_count)
    ]
    return StrokeTree(classes, tuple(nodes))


def share(tree: StrokeTree, values: NDArray[np.float32], wanted: NDArray[np.int64]) -> float:
    """How many of digits with features (N, F) the tree answers as `wanted`, 0 to 1."""
    answers = np.array([node.answer if isinstance(node, Leaf) else -1 for node in tree.nodes])
    return float((answers[tree.leaves_of(values)] == wanted).mean())


def holding(rule: Sequence[Condition], values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """For which of digits with features (N, F) all of a rule's conditions hold, (N,)."""
    found = np.ones(len(values), bool)
    for one in rule:
        own = values[:, NAMES.index(one.feature)]
        if one.most is not None:
            found &= own <= one.most
        if one.least is not None:
            found &= own >= one.least
    return found


def _splits(nodes: Any) -> dict[int, Split]:
    """scikit-learn's inner nodes, by number; a leaf has no children there, -1."""
    return {
        number: Split(
            NAMES[nodes.feature[number]],
            round(float(nodes.threshold[number]), DECIMALS),
            int(nodes.children_left[number]),
            int(nodes.children_right[number]),
        )
        for number in range(nodes.node_count)
        if nodes.children_left[number] >= 0
    }


def _leaf(
    number: int,
    splits: Mapping[int, Split],
    inside: NDArray[np.bool_],
    learnt: Told,
    classes: int,
) -> Leaf:
    answers = learnt.answers[inside]
    shares = np.bincount(answers, minlength=classes) / len(answers)
    rule = _rule(_way(number, splits), int(shares.argmax()), learnt)
    precision = (learnt.answers[holding(rule, learnt.values)] == shares.argmax()).mean()
    rounded = tuple(round(one, DECIMALS) for one in shares.tolist())
    return Leaf(rounded, len(answers), rule, round(float(precision), DECIMALS))


def _way(leaf: int, splits: Mapping[int, Split]) -> list[Condition]:
    """What leads from the root to a leaf, one condition a feature."""
    above = {child: number for number, one in splits.items() for child in (one.yes, one.no)}
    found: dict[str, Condition] = {}
    while leaf in above:
        split = splits[above[leaf]]
        name = split.feature
        found[name] = _and(split, split.yes == leaf, found.get(name, Condition(name)))
        leaf = above[leaf]
    return list(found.values())


def _and(split: Split, yes: bool, known: Condition) -> Condition:
    """What is known of a feature after one split more."""
    whole = not OF_NAME[split.feature].of
    if yes:
        most = math.floor(split.most) if whole else split.most
        return replace(known, most=most if known.most is None else min(known.most, most))
    least = math.floor(split.most) + 1 if whole else split.most
    return replace(known, least=least if known.least is None else max(known.least, least))


def _rule(way: Sequence[Condition], answer: int, learnt: Told) -> tuple[Condition, ...]:
    """The conditions that matter: the others are left out, the one that matters least first.

    As Quinlan makes rules of trees ("C4.5", 1993).
    """

    def precision(rule: Sequence[Condition]) -> float:
        return float((learnt.answers[holding(rule, learnt.values)] == answer).mean())

    rule = list(way)
    enough = precision(rule) - ALLOWED
    while len(rule) > 1:
        shorter = [[other for other in rule if other is not one] for one in rule]
        best = max(shorter, key=precision)
        if precision(best) < enough:
            break
        rule = best
    return tuple(sorted(rule, key=lambda one: NAMES.index(one.feature)))
