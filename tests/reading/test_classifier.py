"""A .tflite file's answers, checked against what numpy makes of its known weights."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import tiny_models
from tiny_models import OUTPUT_STEP, OUTPUT_ZERO, Tiny

from digitrec.errors import ModelError, OptionError
from digitrec.reading import classifier as classifiers
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, looks_like_probabilities, softmax

TINY_CARD = Card("tiny")
SCALES = {"pixels": (1, 0), "unit": (1 / 255, 0), "symmetric": (1 / 127.5, -1)}


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (300, 28, 28), np.uint8)


@pytest.fixture
def write(tmp_path):
    """Writes a tiny model, with a card unless told otherwise, and gives its path."""

    def write(tiny: Tiny, card: Card | None = TINY_CARD):
        return tiny_models.write(tmp_path / "model.tflite", tiny, card)

    return write


def probabilities(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def test_float_logits_are_those_of_the_weights(float_model, images):
    answers = Classifier(float_model).logits(images)
    assert answers.shape == (300, 10)
    assert answers.dtype == np.float32
    assert answers == pytest.approx(tiny_models.logits(images), abs=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_pixels_are_scaled_as_the_card_says(write, images, scale):
    factor, offset = SCALES[scale]
    answers = Classifier(write(Tiny(), Card("tiny", input_scale=scale))).logits(images)
    assert answers == pytest.approx(tiny_models.logits(images * factor + offset), abs=1e-5)


def test_int8_answers_are_the_nearest_steps(int8_model):
    """Quarters of 0, 100, 255 and 3: whole numbers, so that only the output is rounded."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :14, 14:], image[0, 14:, :14], image[0, 14:, 14:] = 100, 255, 3
    exact = tiny_models.logits(image)
    assert (
        exact[0, 0]
        == ((0 * 7) % 11 - 5) / 64 * 0 + (7 - 5) / 64 * 100 + (3 - 5) / 64 * 255 + (10 - 5) / 64 * 3
    )
    steps = np.clip(np.round(exact / OUTPUT_STEP) + OUTPUT_ZERO, -128, 127)
    answers = Classifier(int8_model).logits(image)
    assert (answers == (steps - OUTPUT_ZERO) * OUTPUT_STEP).all()


def test_int8_stays_within_a_step_of_float(int8_model, images):
    assert Classifier(int8_model).logits(images) == pytest.approx(
        tiny_models.logits(images), abs=OUTPUT_STEP
    )


def test_a_quantised_input_is_rounded_and_clipped(int8_model, monkeypatch):
    """q = round(x / scale) + zero point: for -1 to 1 and steps of 1/128, -128 to 127."""
    classifier = Classifier(int8_model)
    classifier.card = replace(classifier.card, input_scale="symmetric")
    details = {"quantization": (1 / 128, 0), "dtype": np.int8}
    monkeypatch.setattr(classifier, "_input", details)
    image = np.full((1, 28, 28), 255, np.uint8)
    image[0, 0, :3] = 0, 127, 128
    quantised = classifier._quantised(image)
    assert quantised.shape == (1, 28, 28, 1)
    assert quantised.dtype == np.int8
    assert quantised[0, 0, :4, 0].tolist() == [-128, -1, 1, 127]  # 128 would not fit


@pytest.mark.parametrize("kind", ["float32", "int8"])
@pytest.mark.parametrize("resizable", [True, False])
@pytest.mark.parametrize("batch", [1, 8])
def test_answers_do_not_depend_on_the_batch(write, images, kind, resizable, batch):
    classifier = Classifier(write(Tiny(kind, batch=batch, resizable=resizable)))
    together = classifier.logits(images)
    assert together == pytest.approx(tiny_models.logits(images), abs=OUTPUT_STEP)
    assert (classifier.logits(images[:3]) == together[:3]).all()
    single = np.concatenate([classifier.logits(image[None]) for image in images])
    assert (single == together).all()


def test_no_images_no_answers(float_model):
    none = np.zeros((0, 28, 28), np.uint8)
    assert Classifier(float_model).logits(none).shape == (0, 10)
    assert Classifier(float_model).probabilities(none).shape == (0, 10)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 27), (1, 28, 28, 1), (784,)])
def test_images_of_another_shape_are_refused(float_model, shape):
    with pytest.raises(ModelError, match=r"expected images \(N, 28, 28\); received"):
        Classifier(float_model).logits(np.zeros(shape, np.uint8))


def test_probabilities_are_the_softmax_at_the_temperature(write, images):
    answers = Classifier(write(Tiny(), Card("tiny", temperature=2.5))).probabilities(images)
    assert answers.dtype == np.float64
    assert answers == pytest.approx(probabilities(tiny_models.logits(images) / 2.5), abs=1e-6)
    assert answers.sum(axis=1) == pytest.approx(np.ones(300), abs=1e-12)


@pytest.mark.parametrize(("kind", "near"), [("float32", 1e-5), ("int8", 0.1)])
def test_a_model_that_ends_in_a_softmax_is_not_given_another(write, images, kind, near):
    model = write(Tiny(kind, softmax=True), Card("tiny", output="probabilities"))
    answers = Classifier(model).probabilities(images)
    assert answers == pytest.approx(probabilities(tiny_models.logits(images)), abs=near)


@pytest.mark.parametrize("kind", ["float32", "int8"])
@pytest.mark.parametrize("ends_in_softmax", [True, False])
def test_an_unknown_model_is_tried_for_a_softmax(write, kind, ends_in_softmax):
    model = write(Tiny(kind, softmax=ends_in_softmax), card=None)
    card = Classifier(model, input_scale="pixels").card
    assert card.output == ("probabilities" if ends_in_softmax else "logits")
    assert card.input_scale == "pixels"
    assert card.classes == tuple("0123456789")


def test_an_unknown_model_needs_its_scale(write):
    with pytest.raises(ModelError, match=r"give --input-scale pixels\|unit\|symmetric"):
        Classifier(write(Tiny(), card=None))


def test_a_scale_is_refused_where_the_card_has_one(write):
    with pytest.raises(OptionError, match="leave out the input scale"):
        Classifier(write(Tiny()), input_scale="unit")


def test_other_classes_take_their_names_from_the_card(write, images):
    classifier = Classifier(write(Tiny(classes=3), Card("tiny", ("a", "b", "plus"))))
    assert classifier.classes == ("a", "b", "plus")
    assert classifier.logits(images) == pytest.approx(tiny_models.logits(images, 3), abs=1e-5)


def test_a_card_with_another_number_of_classes_is_refused(write):
    with pytest.raises(ModelError, match=r"expected 10 outputs.*received 3"):
        Classifier(write(Tiny(classes=3)))


def test_a_model_that_does_not_match_its_hash_is_refused_before_it_is_opened(write):
    model = write(Tiny())
    content = bytearray(model.read_bytes())
    content[100] ^= 255
    model.write_bytes(content)
    with pytest.raises(ModelError, match=r"expected the file that model\.json is the card of"):
        Classifier(model)


@pytest.mark.parametrize(
    ("tiny", "reason"),
    [
        (Tiny(side=32), r"expected input \(N, 28, 28, 1\); received \(1, 32, 32, 1\)"),
        (Tiny(inputs=2), "expected one input; received 2"),
        (Tiny(classes=1), r"expected output \(N, classes\); received \(1, 1\)"),
    ],
)
def test_models_of_another_shape_are_refused(write, tiny, reason):
    with pytest.raises(ModelError, match=reason):
        Classifier(write(tiny, card=None), input_scale="pixels")


@pytest.mark.parametrize("content", [b"", b"TFL3", b"not a model at all", b"\0" * 999])
def test_files_that_are_no_models(tmp_path, content):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.tflite: expected a \.tflite model"):
        Classifier(path, input_scale="pixels")


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "model.tflite").touch()
    with pytest.raises(ModelError, match=r"model\.tflite: .*the file is empty"):
        Classifier(tmp_path / "model.tflite", input_scale="pixels")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_models(write, share):
    model = write(Tiny(), card=None)
    model.write_bytes(model.read_bytes()[: int(model.stat().st_size * share)])
    with pytest.raises(ModelError, match=r"expected a \.tflite model"):
        Classifier(model, input_scale="pixels")


def test_missing_models_and_folders(tmp_path):
    for path in (tmp_path, tmp_path / "none.tflite"):
        with pytest.raises(ModelError, match="no such model file"):
            Classifier(path)


def test_no_shipped_model(monkeypatch, tmp_path):
    monkeypatch.setattr(classifiers, "__file__", str(tmp_path / "digitrec/reading/classifier.py"))
    with pytest.raises(ModelError, match="is missing: name a model file"):
        Classifier()


def test_the_shipped_model_is_found_in_the_package_and_beside_it(monkeypatch, tmp_path):
    monkeypatch.setattr(classifiers, "__file__", str(tmp_path / "digitrec/reading/classifier.py"))
    for folder in ("models", "digitrec/models"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "digitrec.tflite").touch()
        assert classifiers.shipped_model() == tmp_path / folder / "digitrec.tflite"


def test_a_model_that_cannot_be_read(write, monkeypatch):
    model = write(Tiny(), card=None)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(ModelError, match=r"cannot be read \(Permission denied\)"):
        Classifier(model, input_scale="pixels")


def test_outputs_that_are_no_numbers_are_an_error(float_model, images, monkeypatch):
    classifier = Classifier(float_model)
    monkeypatch.setattr(classifier, "_answer", lambda some: np.full((len(some), 10), np.nan))
    with pytest.raises(ModelError, match=r"\.tflite: expected numbers; received NaN"):
        classifier.probabilities(images)


def test_it_may_be_shared_by_threads(int8_model, images):
    classifier = Classifier(int8_model)
    batches = [images[start : start + size] for start in range(0, 280, 7) for size in (1, 3, 16)]
    alone = [classifier.logits(batch) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(classifier.logits, batches))
    assert all((one == other).all() for one, other in zip(alone, shared, strict=True))


def test_opening_a_model_says_nothing_on_stderr(float_model):
    """LiteRT announces its delegate once a process, on file descriptor 2: look at a fresh one."""
    program = (
        "import sys; from digitrec.reading.classifier import Classifier; "
        "Classifier(sys.argv[1]); print('still here', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(float_model)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "still here\n"


def test_opening_a_model_works_without_stderr(float_model):
    program = (
        "import os, sys; os.close(2); from digitrec.reading.classifier import Classifier; "
        "print(len(Classifier(sys.argv[1]).classes))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(float_model)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "10\n"


def test_softmax_of_known_logits():
    rows = np.array([[0, 0], [np.log(3), 0], [1000, 0], [-1000, 0]], np.float32)
    expected = [[0.5, 0.5], [0.75, 0.25], [1, 0], [0, 1]]
    assert softmax(rows) == pytest.approx(np.array(expected), abs=1e-7)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ([0.25, 0.75], True),
        ([0.26, 0.76], True),
        ([0.0, 1.0], True),
        ([0.4, 0.4], False),
        ([1.5, -0.5], False),
        ([-0.1, 1.1], False),
    ],
)
def test_what_looks_like_probabilities(row, answer):
    assert looks_like_probabilities(np.array([row])) is answer
    assert not looks_like_probabilities(np.array([row, [3.0, 4.0]]))


def test_the_card_is_written_beside_the_model(float_model):
    assert json.loads(float_model.with_suffix(".json").read_text())["name"] == "tiny"
