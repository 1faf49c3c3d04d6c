"""The stroke tree: by hand, fitted, in its file, and the shipped one."""

from dataclasses import replace

import numpy as np
import pytest
import small_networks

from digitrec import files
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.errors import DataError
from digitrec.insight.strokes import fitting, tree
from digitrec.insight.strokes.features import NAMES
from digitrec.insight.strokes.tree import Leaf, Split, StrokeTree
from digitrec.insight.strokes.wording import Condition
from digitrec.reading.card import Card
from digitrec.reading.classifier import shipped_model

BY_HAND = StrokeTree(
    ("ring", "line"),
    (
        Split("holes", 0.5, 1, 2),
        Leaf((0.1, 0.9), 40, (Condition("holes", None, 0),), 0.9),
        Leaf((1.0, 0.0), 60, (Condition("holes", 1),), 1.0),
    ),
    "follows",
    {"digits": 100},
)


def ring():
    image = np.zeros((28, 28), np.uint8)
    image[6:22, 6:22] = 255
    image[9:19, 9:19] = 0
    return image


def line():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:16] = 255
    return image


def test_a_digit_goes_where_its_features_send_it():
    assert BY_HAND.leaf(ring()).words == "a hole"
    assert BY_HAND.leaf(line()).words == "no holes"
    shares = BY_HAND.probabilities(np.stack([line(), ring()]))
    np.testing.assert_array_equal(shares, [[0.1, 0.9], [1.0, 0.0]])
    assert [leaf.answer for leaf in BY_HAND.leaves] == [0, 1]


def test_disagreement_is_the_probability_of_two_different_draws():
    images = np.stack([line(), line(), ring()])
    sure = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    found = tree.disagreement(images, sure, BY_HAND)
    np.testing.assert_allclose(found, [0.1, 0.9, 0.5])


def test_disagreement_wants_the_trees_classes():
    with pytest.raises(DataError, match="2 classes; received"):
        tree.disagreement(line()[None], np.ones((1, 10)) / 10, BY_HAND)


def test_a_file_holds_the_tree(tmp_path):
    tree.write(tmp_path / "tree.json", BY_HAND)
    assert tree.read(tmp_path / "tree.json") == BY_HAND


@pytest.mark.parametrize(
    "nodes",
    [
        (),
        (Split("holes", 0.5, 0, 1),),
        (Split("wings", 0.5, 1, 1), BY_HAND.nodes[1]),
        (replace(BY_HAND.nodes[1], shares=(1.0,)),),
    ],
)
def test_a_file_that_holds_no_tree_is_refused(tmp_path, nodes):
    tree.write(tmp_path / "tree.json", replace(BY_HAND, nodes=nodes))
    with pytest.raises(DataError, match="expected a stroke tree"):
        tree.read(tmp_path / "tree.json")


def test_a_file_that_is_no_tree_is_refused(tmp_path):
    (tmp_path / "tree.json").write_text('{"nodes": 3}')
    with pytest.raises(DataError, match="expected a stroke tree"):
        tree.read(tmp_path / "tree.json")
    with pytest.raises(DataError, match="expected a JSON file"):
        tree.read(tmp_path / "none.json")


@pytest.fixture(scope="module")
def fitted():
    """A tree that follows a linear reader of the UCI digits."""
    digits = small_networks.uci()
    classifier = KerasClassifier(small_networks.reader(), Card("reader"))
    return fitting.fit(classifier, digits.train, digits.validation, "hash")


def test_a_fitted_tree_follows_its_network(fitted):
    assert fitted.facts["fidelity"] > 0.8
    assert fitted.facts["leaves"] == len(fitted.leaves) <= max(fitting.LEAVES)
    assert fitted.follows == "hash"
    assert {leaf.answer for leaf in fitted.leaves} == set(range(10))


def test_its_leaves_share_out_all_digits(fitted):
    digits = small_networks.uci()
    assert sum(leaf.count for leaf in fitted.leaves) == fitted.facts["digits"] == len(digits.train)
    for leaf in fitted.leaves:
        assert sum(leaf.shares) == pytest.approx(1, abs=1e-3)


def test_a_rule_holds_for_all_digits_of_its_leaf(fitted):
    values = fitting.features(small_networks.uci().train.images)
    places = fitted.leaves_of(values)
    for number, node in enumerate(fitted.nodes):
        if isinstance(node, Leaf):
            assert fitting.holding(node.rule, values[places == number]).all()


def test_a_rule_is_about_as_sure_as_its_leaf(fitted):
    for leaf in fitted.leaves:
        assert leaf.precision <= 1
        assert leaf.rule
    assert np.mean([leaf.precision for leaf in fitted.leaves]) > 0.6


def test_conditions_that_do_not_matter_are_left_out():
    """Digits with a hole are class 1 whatever else they have."""
    values = np.zeros((200, len(NAMES)), np.float32)
    holes, ends = NAMES.index("holes"), NAMES.index("ends")
    values[100:, holes] = 1
    values[::2, ends] = 2
    told = fitting.Told(values, (values[:, holes] > 0).astype(int), np.zeros(200, int))
    grown = fitting.grown(told, 4, ("a", "b"))
    assert {leaf.words for leaf in grown.leaves} == {"no holes", "a hole"}
    assert fitting.share(grown, values, told.answers) == 1


def test_the_shipped_tree_follows_the_shipped_model():
    shipped = tree.shipped()
    assert shipped.follows == files.sha256(shipped_model()), "run python models/strokes.py"
    assert shipped.facts["fidelity"] > 0.9
    assert shipped.leaf(ring()).answer == 0
    assert shipped.leaf(line()).answer == 1
