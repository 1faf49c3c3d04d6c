"""Networks as rows: what stands in one, what each costs, where its answer goes."""

import keras
import pytest
from keras import layers

from digitrec import networks
from digitrec.insight.architecture import as_dicts, as_text, phrase, rows


def test_activation_and_normalisation_stand_in_the_row_of_their_convolution():
    found = rows(networks.build("vgg_small", width=0.1))
    assert found[1].text == "convolution 3x3, batch norm, relu"
    assert len(found[1].layers) == 3
    assert found[-1].text.startswith("dense")


def test_rows_know_their_costs_and_shapes():
    found = rows(networks.build("lenet5"))
    first = next(row for row in found if row.parameters)
    assert (first.parameters, first.multiply_adds) == (156, 28 * 28 * 25 * 6)
    assert first.shape == (28, 28, 6)
    assert found[-1].shape == (10,)


@pytest.mark.parametrize("name", ["compact_cnn", "resnet_small", "shufflenet_small", "tiny_690"])
def test_all_parameters_are_in_a_row_once(name):
    network = networks.build(name)
    assert sum(row.parameters for row in rows(network)) == network.count_params()


def test_what_is_added_names_both_of_its_givers():
    images = keras.Input((6, 6, 4))
    answer = layers.Conv2D(4, 3, padding="same")(layers.ReLU()(images))
    found = rows(keras.Model(images, layers.Add()([images, answer])))
    assert [row.inputs for row in found] == [(0,), (1,), (0, 2)]


def test_an_activation_of_an_answer_that_others_take_too_has_its_own_row():
    images = keras.Input((6, 6, 4))
    answer = layers.Conv2D(4, 3, padding="same")(images)
    found = rows(keras.Model(images, layers.Add()([answer, layers.ReLU()(answer)])))
    assert [row.text for row in found] == ["convolution 3x3", "relu", "sum"]


def test_weights_that_are_used_again_are_those_of_an_earlier_row():
    found = rows(networks.build("tiny_690"))
    again = [row for row in found if row.same_as]
    assert len(again) >= 5
    for row in again:
        first = found[row.same_as - 1]
        assert (row.parameters, row.layers[0]) == (0, first.layers[0])
        assert row.multiply_adds > 0


def test_the_table_has_the_skips_and_the_sum():
    network = networks.build("resnet_small", width=0.2)
    table = as_text(rows(network)).splitlines()
    assert table[0].split() == ["layer", "answer", "parameters", "multiply-adds"]
    assert table[5].strip().startswith("5  sum, relu <- 2, 4 ")
    assert f"{network.count_params():,}" in table[-1]


def test_rows_as_json_are_numbered():
    found = as_dicts(rows(networks.build("linear")))
    assert [row["number"] for row in found] == [1, 2, 3]
    assert found[-1]["multiply_adds"] == 7_840


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (layers.Conv2D(4, 3, padding="same"), "convolution 3x3"),
        (layers.Conv2D(4, 1), "convolution 1x1"),
        (layers.Conv2D(4, (1, 3), groups=2), "convolution 1x3 valid in 2 groups"),
        (layers.Conv2D(4, 3, 2, activation="gelu"), "convolution 3x3 /2 valid, gelu"),
        (layers.Conv2D(4, 3, dilation_rate=2, padding="same"), "convolution 3x3 dilated 2"),
        (layers.Conv2D(4, 3, (1, 2), padding="same"), "convolution 3x3 /1x2"),
        (layers.DepthwiseConv2D(3, padding="same"), "depthwise 3x3"),
        (layers.MaxPooling2D(), "maximum of 2x2 /2"),
        (layers.Dense(3, activation="hard_silu"), "dense, hard silu"),
        (layers.Activation("relu6"), "relu6"),
        (layers.ReLU(), "relu"),
        (layers.PReLU(), "PReLU"),
    ],
)
def test_a_layer_in_words(layer, said):
    assert phrase(layer) == said
