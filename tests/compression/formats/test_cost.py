"""What a .tflite file costs, by counting."""

import tiny_models
from tiny_models import Tiny

from digitrec.compression.formats import cost
from digitrec.reading.classifier import shipped_model


def test_a_dense_layer_of_ten_classes_on_four_means():
    content = tiny_models.content(Tiny())
    assert (cost.parameters(content), cost.multiply_adds(content)) == (40, 40)


def test_int8_costs_the_same():
    content = tiny_models.content(Tiny("int8", classes=3))
    assert (cost.parameters(content), cost.multiply_adds(content)) == (12, 12)


def test_the_shipped_network_s_first_convolution_reads_a_digit_and_writes_twenty_maps():
    found = cost.steps(shipped_model().read_bytes())
    first = next(step for step in found if step.name == "CONV_2D")
    assert first == cost.Step("CONV_2D", 14 * 14 * 20 * 25, 20 * (25 + 4), 28 * 28 + 14 * 14 * 20)
    assert found[0] == cost.Step("QUANTIZE", 0, 0, 2 * 28 * 28)
    assert sum(step.multiply_adds for step in found) == 2_933_520


def test_numbers_of_four_bytes_move_four():
    (dense,) = [step for step in cost.steps(tiny_models.content(Tiny())) if step.multiply_adds]
    assert (dense.weights, dense.maps) == (4 * 40, 4 * (4 + 10))
