import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec import files, networks
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.compression.source import load_keras
from digitrec.errors import ModelError, OptionError
from digitrec.networks.scaling import scaling
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import softmax

IMAGES = small_networks.noise(6)
RAW = IMAGES[..., None].astype("float32")


def scaled(input_scale):
    return {"pixels": RAW, "unit": RAW / 255, "symmetric": RAW / 127.5 - 1}[input_scale]


def save_as(model, form, folder):
    """Save a model in one of the three forms that are taken."""
    if form == "SavedModel":
        model.export(folder / "model", verbose=False)
        return folder / "model"
    model.save(folder / f"model{form}")
    return folder / f"model{form}"


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_model_with_its_card_is_taken_as_it_is(tmp_path, suffix):
    model = networks.build("lenet5", scaling=scaling("image_minmax"))
    path = small_networks.save(model, tmp_path / f"ours{suffix}", Card("lenet5"))
    loaded, card = load_keras(path)
    np.testing.assert_allclose(
        loaded.predict_on_batch(RAW), model.predict_on_batch(RAW), rtol=1e-4, atol=1e-4
    )
    assert card == cards.read(path)
    assert card.name == "lenet5"


@pytest.mark.parametrize("input_scale", ["pixels", "unit", "symmetric"])
@pytest.mark.parametrize("form", [".keras", ".h5", "SavedModel"])
def test_a_foreign_model_is_wrapped_to_take_pixels(tmp_path, form, input_scale):
    model = small_networks.linear()
    loaded, card = load_keras(save_as(model, form, tmp_path), input_scale)
    np.testing.assert_allclose(
        loaded.predict_on_batch(RAW),
        model.predict_on_batch(scaled(input_scale)),
        rtol=1e-3,
        atol=1e-4,
    )
    assert loaded.input_shape == (None, 28, 28, 1)
    assert (card.name, card.input_scale, card.output) == ("model", "pixels", "logits")
    assert not card.sha256


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1)])
@pytest.mark.parametrize("form", [".keras", "SavedModel"])
def test_a_foreign_model_that_ends_in_softmax_keeps_its_probabilities(tmp_path, form, shape):
    model = small_networks.linear(shape, "softmax")
    expected = model.predict_on_batch(scaled("unit").reshape(-1, *shape))
    loaded, card = load_keras(save_as(model, form, tmp_path), "unit")
    found = KerasClassifier(loaded, card).probabilities(IMAGES)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_a_softmax_at_the_end_is_left_out_so_that_int8_holds_logits(tmp_path):
    path = save_as(small_networks.linear(activation="softmax"), ".keras", tmp_path)
    loaded, card = load_keras(path, "unit")
    assert card.output == "logits"
    assert loaded.predict_on_batch(RAW).min() < 0


def test_a_softmax_inside_a_saved_model_is_found_by_trying_it(tmp_path):
    path = save_as(small_networks.linear(activation="softmax"), "SavedModel", tmp_path)
    assert load_keras(path, "unit")[1].output == "probabilities"


def test_a_model_of_mixed_precision_computes_in_float32(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = keras.Sequential(
            [keras.Input((28, 28, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(10)]
        )
    finally:
        keras.config.set_dtype_policy("float32")
    loaded, _ = load_keras(save_as(model, ".keras", tmp_path), "pixels")
    assert {layer.compute_dtype for layer in loaded.layers} == {"float32"}
    for mine, its in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_other_json_of_the_same_name_is_no_card(tmp_path):
    path = save_as(small_networks.linear(), ".h5", tmp_path)
    path.with_suffix(".json").write_text('{"class_name": "Sequential", "config": {}}')
    assert load_keras(path, "unit")[1].name == "model"


def test_a_card_of_another_file_of_the_name_does_not_speak_for_it(tmp_path):
    path = save_as(small_networks.linear(), ".keras", tmp_path)
    cards.write(path, Card("other", sha256={"model.tflite": "0" * 64}))
    with pytest.raises(ModelError, match=r"give --input-scale pixels\|unit\|symmetric"):
        load_keras(path)


@pytest.mark.parametrize("content", [b"", b"nonsense"])
@pytest.mark.parametrize("name", ["model.keras", "model.h5", "model.txt"])
def test_a_file_that_is_no_model(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    one_line(tmp_path / name, "Keras model")


def test_half_a_file(tmp_path):
    path = save_as(small_networks.linear(), ".keras", tmp_path)
    path.write_bytes(path.read_bytes()[:2000])
    one_line(path, "expected a Keras model")


def test_weights_alone(tmp_path):
    small_networks.linear().save_weights(tmp_path / "some.weights.h5")
    one_line(tmp_path / "some.weights.h5", "No model config")


def test_a_folder_that_is_no_saved_model(tmp_path):
    one_line(tmp_path, "expected a Keras model")


def test_a_broken_saved_model(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"nonsense")
    one_line(tmp_path, "cannot be loaded")


def test_a_missing_file(tmp_path):
    one_line(tmp_path / "none.keras", "no such model file")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: small_networks.linear((32, 32, 3)), r"expected input \(N, 28, 28, 1\)"),
        (lambda: keras.Sequential([keras.Input((28, 28, 1)), layers.Dense(10)]), "N, classes"),
        (lambda: many(inputs=2), r"expected input .* received \[\(28, 28, 1\), \(28, 28, 1\)\]"),
        (lambda: many(outputs=2), "expected output"),
        (lambda: custom(), "it is made with Doubling, which is not known here"),
        (
            lambda: keras.Sequential([small_networks.linear(), layers.Lambda(lambda x: 2 * x)]),
            "Lambda",
        ),
    ],
)
def test_a_model_of_another_form(tmp_path, model, message):
    one_line(save_as(model(), ".keras", tmp_path), message)


def test_a_custom_layer_in_an_old_file(tmp_path):
    one_line(save_as(custom(), ".h5", tmp_path), "it is made with Doubling")


def test_a_scale_that_the_card_knows(tmp_path):
    path = small_networks.save(small_networks.linear(), tmp_path / "m.keras", Card("ours"))
    with pytest.raises(OptionError, match="leave out the input scale"):
        load_keras(path, "unit")


def test_a_file_that_has_changed_under_its_card(tmp_path):
    path = small_networks.save(small_networks.linear(), tmp_path / "m.keras", Card("ours"))
    hashed = files.sha256(path)
    small_networks.linear(activation="relu").save(path)
    with pytest.raises(ModelError, match=hashed[:12]):
        load_keras(path)


def test_a_card_with_other_classes(tmp_path):
    path = tmp_path / "m.keras"
    small_networks.save(small_networks.linear(), path, Card("ours", ("a", "b")))
    with pytest.raises(
        ModelError, match="expected 2 outputs, as its card has classes; received 10"
    ):
        load_keras(path)


def test_a_card_that_says_another_scale_is_heeded(tmp_path):
    model = small_networks.linear()
    path = save_as(model, ".keras", tmp_path)
    card = Card("m", input_scale="unit", temperature=2.0, sha256={path.name: files.sha256(path)})
    cards.write(path, card)
    loaded, found = load_keras(path)
    expected = softmax(model.predict_on_batch(scaled("unit")) / 2)
    np.testing.assert_allclose(
        KerasClassifier(loaded, found).probabilities(IMAGES), expected, rtol=1e-3, atol=1e-4
    )


def one_line(path, message):
    with pytest.raises(ModelError, match=message) as raised:
        load_keras(path, "pixels")
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def many(inputs=1, outputs=1):
    images = [keras.Input((28, 28, 1)) for _ in range(inputs)]
    x = layers.Flatten()(sum(images[1:], images[0]))
    return keras.Model(images, [layers.Dense(10)(x) for _ in range(outputs)])


class Doubling(keras.Layer):
    def call(self, inputs):
        return inputs * 2


def custom():
    return keras.Sequential(
        [keras.Input((28, 28, 1)), Doubling(), layers.Flatten(), layers.Dense(10)]
    )
