"""What a .tflite file costs, by counting."""

import tiny_models
from tiny_models import Tiny

from digitrec.compression.formats import cost


def test_a_dense_layer_of_ten_classes_on_four_means():
    content = tiny_models.content(Tiny())
    assert (cost.parameters(content), cost.multiply_adds(content)) == (40, 40)


def test_int8_costs_the_same():
    content = tiny_models.content(Tiny("int8", classes=3))
    assert (cost.parameters(content), cost.multiply_adds(content)) == (12, 12)
