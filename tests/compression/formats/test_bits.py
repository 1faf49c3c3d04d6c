import numpy as np
import pytest
import small_networks
from litert_answers import answer

from digitrec import networks
from digitrec.compression import formats
from digitrec.compression.formats import Wanted
from digitrec.compression.formats.bits import as_bits, bits_of, from_bits, rewritten, weighted
from digitrec.compression.formats.flatbuffer import slimmed
from digitrec.compression.formats.mixed import Score, mixed, sensitivities
from digitrec.compression.formats.tflite import to_tflite
from digitrec.compression.weights import pruning
from digitrec.compression.weights.formed import plain
from digitrec.reading.card import Card

IMAGES = small_networks.noise(32)
CARD = Card("net")


@pytest.fixture(scope="module")
def content():
    return slimmed(to_tflite(small_networks.pooled(), "int8", IMAGES))


def all_at(content, bits):
    return {one.number: bits for one in weighted(content)}


def gap(content, other):
    expected = answer(content, IMAGES)
    return abs(answer(other, IMAGES) - expected).mean() / abs(expected).mean()


def test_operations_with_weights_are_found(content):
    found = [(one.name, one.count) for one in weighted(content)]
    assert found == [("CONV_2D", 72), ("CONV_2D", 8 * 16 * 9), ("FULLY_CONNECTED", 160)]


def test_eight_bits_a_channel_again_are_the_same(content):
    assert gap(content, rewritten(content, all_at(content, 8))) < 1e-6


def test_four_bits_are_half_the_weights_and_near(content):
    made = rewritten(content, all_at(content, 4))
    assert len(made) < len(content) - (72 + 8 * 16 * 9 + 160) / 2 + 50
    assert 0 < gap(content, made) < 0.3


def test_one_scale_for_all_channels_saves_the_scales(content):
    made = rewritten(content, all_at(content, 8), per_channel=False)
    assert len(made) < len(content) - 200
    assert 0 < gap(content, made) < 0.05


def test_a_dense_layer_takes_two_bits(content):
    (dense,) = [one for one in weighted(content) if one.name == "FULLY_CONNECTED"]
    made = rewritten(content, {dense.number: 2})
    assert 0 < gap(content, made) < 1


def test_weights_that_are_on_a_grid_of_four_bits_are_not_changed_by_it():
    network = small_networks.pooled()
    random = np.random.default_rng(0)
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            numbers = random.integers(-7, 8, layer.kernel.shape)
            numbers[0, ...] = 7
            layer.kernel.assign(numbers * 0.01)
    content = to_tflite(network, "int8", IMAGES)
    assert gap(content, rewritten(content, all_at(content, 4))) < 0.01


def test_bits_by_hand():
    numbers = np.array([1, -1, 7, -7, 3], np.int8)
    assert as_bits(numbers, 4).tolist() == [0xF1, 0x97, 0x03]
    assert as_bits(np.array([1, -1, 0, 1, -1], np.int8), 2).tolist() == [0b01_00_11_01, 0b11]
    np.testing.assert_array_equal(as_bits(numbers, 8).view(np.int8), numbers)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_bits_are_whole_numbers_again(bits):
    numbers = np.arange(-(2 ** (bits - 1)), 2 ** (bits - 1), dtype=np.int8)[:-1]
    np.testing.assert_array_equal(from_bits(as_bits(numbers, bits), bits, numbers.size), numbers)


class Scripted:
    """Says of a file what it is worth by which operations have fewer bits."""

    def __init__(self, content, costs):
        self.numbers = [one.number for one in weighted(content)]
        self.costs = dict(zip(self.numbers, costs, strict=True))
        self.asked = 0

    def __call__(self, content):
        self.asked += 1
        eight = [one.number for one in weighted(content)]
        lost = sum(cost for number, cost in self.costs.items() if number not in eight)
        return Score(10 + round(lost), 0.1 + lost)


def test_a_scan_puts_first_what_costs_least_a_byte(content):
    measure = Scripted(content, [0.1, 0.2, 0.1])
    found = sensitivities(content, measure)
    order = [(one.operation.count, one.bits) for one in found]
    assert order == [(1152, 4), (160, 2), (160, 4), (72, 4)]
    assert [one.saved for one in found] == [576, 120, 80, 36]
    assert measure.asked == 1 + 4


def test_fewer_bits_are_taken_while_no_more_is_misread_than_may_be(content):
    made = mixed(content, Scripted(content, [9, 0, 9]), most_misses=15)
    assert bits_of(made) == [8, 4, 8]
    assert [one.count for one in weighted(made)] == [72, 160]  # these are still of 8 bits
    untouched = mixed(content, Scripted(content, [9, 9, 9]), most_misses=15)
    assert untouched == content
    smallest = mixed(content, Scripted(content, [0, 0, 0]), most_misses=10)
    assert bits_of(smallest) == [4, 4, 2]
    assert len(smallest) < len(made) < len(content)


@pytest.mark.slow
def test_a_pruned_network_s_file_leaves_zeros_out_and_answers_the_same(tmp_path):
    network = pruning.maskable(networks.build("deeper_cnn", width=0.3))
    pruning.prune(network, 0.9, pruning.magnitude(network))
    validation = small_networks.uci().validation
    for kind in ("int8", "float32"):
        dense = slimmed(to_tflite(plain(network), kind, IMAGES))
        made = formats.make(Wanted(plain(network), CARD, kind, IMAGES, validation), tmp_path)
        assert made.bytes < 0.7 * len(dense)
        np.testing.assert_allclose(made.classifier.logits(IMAGES), answer(dense, IMAGES), atol=1e-5)


def test_the_zeros_of_dense_layers_stay(tmp_path):
    network = pruning.maskable(networks.build("mlp", width=0.2))
    pruning.prune(network, 0.9, pruning.magnitude(network))
    validation = small_networks.uci().validation
    made = formats.make(Wanted(plain(network), CARD, "int8", IMAGES, validation), tmp_path)
    dense = to_tflite(plain(network), "int8", IMAGES)
    np.testing.assert_array_equal(made.classifier.logits(IMAGES), answer(dense, IMAGES))


def test_a_network_without_zeros_is_written_as_it_is(tmp_path):
    network = small_networks.pooled()
    validation = small_networks.uci().validation
    made = formats.make(Wanted(network, CARD, "int8", IMAGES, validation, bare=True), tmp_path)
    assert made.bytes == len(slimmed(to_tflite(network, "int8", IMAGES), bare=True))
