"""Ensembles: the mean by hand, shifts, files of one model, gradients, TFLite, snapshots."""

import keras
import numpy as np
import pytest
import small_networks
from ai_edge_litert.interpreter import Interpreter

from digitrec.compression.formats.tflite import to_tflite
from digitrec.compression.source import load_keras
from digitrec.networks.cost import multiply_adds
from digitrec.reading.card import Card
from digitrec.reading.classifier import softmax
from digitrec.training.ensembles import SHIFTED, MeanOfProbabilities, Shifts, combined, of_snapshots
from digitrec.training.selection import SHIFTS

IMAGES = small_networks.noise(6)[..., None].astype("float32") % 8  # logits of some units


def network(seed):
    keras.utils.set_random_seed(seed)
    return small_networks.linear()


@pytest.fixture(scope="module")
def members():
    return [network(seed) for seed in (1, 2, 3)]


def answers(model, images=IMAGES):
    return np.asarray(model(images))


def test_the_mean_by_hand():
    """Softmax of (0, log 3) is (1/4, 3/4), of (log 4, 0) it is (4/5, 1/5): three parts to one."""
    first, second = np.log([[1.0, 3.0]]), np.log([[4.0, 1.0]])
    found = np.asarray(MeanOfProbabilities([3.0, 1.0])([first, second]))
    assert softmax(found)[0] == pytest.approx([(3 / 4 + 4 / 5) / 4, (9 / 4 + 1 / 5) / 4])


def test_an_ensembles_softmax_is_the_weighted_mean(members):
    found = softmax(answers(combined(members, [1, 2, 5])))
    each = [softmax(answers(member)) for member in members]
    np.testing.assert_allclose(found, (each[0] + 2 * each[1] + 5 * each[2]) / 8, atol=1e-5)


def test_one_network_answers_as_it_did(members):
    found, expected = answers(combined(members[:1])), answers(members[0])
    np.testing.assert_allclose(np.exp(found), softmax(expected), atol=1e-6)


def test_logits_of_any_size_give_numbers():
    far = np.array([[900.0, -900.0, 0.0]], "float32")
    found = np.asarray(MeanOfProbabilities([1.0, 1.0])([far, -far]))
    assert np.isfinite(found).all()
    assert softmax(found)[0] == pytest.approx([0.5, 0.5, 0], abs=1e-6)


@pytest.mark.parametrize("shifts", SHIFTS)
def test_shifts_are_one_pixel_to_each_side(shifts):
    assert len(set(SHIFTED[shifts])) == shifts
    image = np.zeros((1, 28, 28, 1), "float32")
    image[0, 10, 20] = 9
    found = np.asarray(Shifts(SHIFTED[shifts])(image))
    places = [tuple(np.argwhere(one[..., 0] == 9)[0] - (10, 20)) for one in found]
    assert places == list(SHIFTED[shifts])
    assert found.sum() == 9 * shifts


def test_what_is_shifted_over_the_edge_is_gone():
    image = np.ones((1, 28, 28, 1), "float32")
    [found] = np.asarray(Shifts([(1, 0)])(image))
    assert found[0].sum() == 0
    assert found[1:].sum() == 27 * 28


def test_a_digit_is_read_at_each_shift(members):
    found = softmax(answers(combined(members[:2], [1, 3], shifts=5)))
    moved = np.asarray(Shifts(SHIFTED[5])(IMAGES))
    each = [softmax(answers(member, moved)).reshape(5, 6, 10).mean(axis=0) for member in members]
    np.testing.assert_allclose(found, (each[0] + 3 * each[1]) / 4, atol=1e-5)


def test_shifts_cost_as_often_as_a_digit_is_read(members):
    assert multiply_adds(combined(members)) == 3 * multiply_adds(members[0]) == 3 * 7_840
    assert multiply_adds(combined(members, shifts=9)) == 27 * 7_840


def test_an_ensemble_is_a_file_like_any_other(members, tmp_path):
    model = combined(members[:2], [1, 3], shifts=9)
    path = small_networks.save(model, tmp_path / "ensemble.keras", Card("ensemble"))
    again, card = load_keras(path)
    assert card.output == "logits"
    np.testing.assert_array_equal(answers(again), answers(model))


def test_the_members_can_be_trained_on(members):
    model = combined([network(4), network(5)], shifts=5)
    before = model.get_weights()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.train_on_batch(IMAGES, np.arange(6))
    changed = [not np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True)]
    assert all(changed)


@pytest.mark.parametrize(("kind", "near"), [("float32", 1e-4), ("int8", 0.15)])
def test_an_ensemble_becomes_one_tflite_file_for_any_batch(kind, near):
    model = combined([small_networks.pooled(), small_networks.flat()], [1, 3], shifts=9)
    images = small_networks.uci().validation.images[:5, ..., None]
    calibration = small_networks.uci().train.images[:50]
    interpreter = Interpreter(model_content=to_tflite(model, kind, calibration))
    [taken], [given] = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(taken["index"], images.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], images.astype(taken["dtype"]))
    interpreter.invoke()
    found, expected = interpreter.get_tensor(given["index"]), answers(model, images * 1.0)
    np.testing.assert_allclose(found, expected, atol=near)


def test_snapshots_are_one_network_at_several_moments():
    model = small_networks.flat()
    own = model.get_weights()
    moments = [[weight + offset for weight in own] for offset in (0.0, 0.1)]
    ensemble = of_snapshots(model, [*moments[0], *moments[1]])
    each = []
    for weights in moments:
        model.set_weights(weights)
        each.append(softmax(answers(model)))
    np.testing.assert_allclose(softmax(answers(ensemble)), np.mean(each, axis=0), atol=1e-5)
    assert ensemble.count_params() == 2 * model.count_params()
