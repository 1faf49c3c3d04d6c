import json

import keras
import numpy as np
import pytest
import small_networks

from digitrec import files
from digitrec.compression import convert as conversions
from digitrec.compression.convert import card_for, convert, representative
from digitrec.compression.formats import Wanted, litert
from digitrec.compression.formats.tflite import to_tflite
from digitrec.datasets import Digits, Part
from digitrec.errors import DataError, ModelError, OptionError, OutputError
from digitrec.reading import card as cards
from digitrec.reading import reject
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier
from digitrec.reading.form import STATUSES
from digitrec.training.calibration import expected_calibration_error

CALIBRATION = representative(small_networks.uci().train, 50)
VALIDATION = small_networks.uci().validation


def run(output, kind="int8", card=None, validation=VALIDATION, max_drop=0.1, **options):
    card = card or Card("reader")
    wanted = Wanted(small_networks.reader(), card, kind, CALIBRATION, validation, max_drop)
    return convert(wanted, output, **options)


@pytest.fixture(scope="module")
def int8(tmp_path_factory):
    return run(tmp_path_factory.mktemp("int8") / "model.tflite")


def test_what_it_reports_is_what_users_get(int8):
    classifier = Classifier(int8.path)
    probabilities = classifier.probabilities(VALIDATION.images)
    misses = int((probabilities.argmax(axis=1) != VALIDATION.labels).sum())
    assert (int8.errors, int8.count) == (misses, 200)
    assert int8.accuracy == (200 - misses) / 200
    assert int8.accuracy > 0.9
    assert int8.bytes == int8.path.stat().st_size
    assert int8.ece == expected_calibration_error(probabilities, VALIDATION.labels)
    right = probabilities.max(axis=1)[probabilities.argmax(axis=1) == VALIDATION.labels]
    assert 0 <= (right < int8.limits.uncertain_below).mean() <= 0.01


def test_it_reports_the_forms_of_input_and_output(int8):
    assert (int8.input.dtype, int8.input.scale, int8.input.zero_point) == ("uint8", 1.0, 0)
    assert (int8.output.dtype, int8.output.scale) == ("float32", 0.0)
    assert set(int8.microseconds) == {1, 256}
    assert all(value > 0 for value in int8.microseconds.values())


def test_the_card_beside_the_file_speaks_for_it(int8):
    card = cards.read(int8.path)
    assert card.sha256 == {"model.tflite": files.sha256(int8.path)}
    assert card.temperature == int8.temperature
    assert card.uncertain_below == int8.limits.uncertain_below
    assert card.reject_energy == int8.limits.reject_energy
    assert card.input_scale == "pixels"
    facts = card.facts["tflite"]
    assert facts["kind"] == "int8"
    assert facts["bytes"] == int8.bytes
    assert facts["validation"] == {
        "accuracy": int8.accuracy,
        "errors": int8.errors,
        "count": 200,
    }


def test_the_card_knows_what_readings_of_validation_look_like(int8):
    card = cards.read(int8.path)
    classifier = Classifier(int8.path)
    probabilities = classifier.probabilities(VALIDATION.images)
    statuses = reject.statuses(VALIDATION.images, classifier.logits(VALIDATION.images), card)
    read = np.array(statuses) != "not_a_digit"
    reference = card.reference
    assert reference.statuses == {name: statuses.count(name) for name in STATUSES}
    assert (reference.found, reference.read) == (200, read.sum())
    best = probabilities.argmax(axis=1)[read]
    assert list(reference.digits.values()) == np.bincount(best, minlength=10).tolist()
    sure = probabilities.max(axis=1)[read]
    assert reference.confidence[50] == pytest.approx(np.median(sure), abs=0.01)
    assert reference.confidence[-1] == pytest.approx(sure.max(), abs=1e-6)


def test_the_card_has_digits_to_test_the_file_with(int8):
    """At most one a class, of which there is one that is read rightly at all."""
    kept = cards.read(int8.path).selftest
    classifier = Classifier(int8.path)
    kept.expect(classifier.logits(kept.digits()), classifier.classes, "model")
    labels = [VALIDATION.labels[place] for place in places(kept.digits())]
    assert [classifier.classes[label] for label in labels] == kept.classes
    read = classifier.probabilities(VALIDATION.images).argmax(axis=1)
    right = set(VALIDATION.labels[read == VALIDATION.labels].tolist())
    assert labels == sorted(right)


def places(digits) -> list[int]:
    """Where digits are in validation."""
    return [int((VALIDATION.images == one).all(axis=(1, 2)).argmax()) for one in digits]


def test_nothing_else_is_left_in_the_folder(int8):
    assert {path.name for path in int8.path.parent.iterdir()} == {"model.tflite", "model.json"}


def test_float32_agrees_with_keras_in_everything(tmp_path):
    conversion = run(tmp_path / "model.tflite", "float32")
    assert conversion.agreement == 1
    assert conversion.errors == conversion.keras_errors
    assert conversion.input.dtype == "float32"


def test_the_card_speaks_for_the_keras_file_beside_it_too(tmp_path):
    keras_file = small_networks.save(small_networks.reader(), tmp_path / "model.keras")
    conversion = run(tmp_path / "model.tflite", "float32")
    assert cards.read(keras_file) == cards.read(conversion.path)


def test_the_card_goes_on_speaking_for_an_older_keras_file(tmp_path):
    old = small_networks.save(small_networks.reader(), tmp_path / "model.h5", Card("reader"))
    run(tmp_path / "model.tflite", "float32", cards.read(old))
    assert set(cards.read(old).sha256) == {"model.h5", "model.tflite"}


def test_but_not_for_a_foreign_one(tmp_path):
    keras_file = small_networks.save(small_networks.linear(), tmp_path / "model.keras")
    conversion = run(tmp_path / "model.tflite", "float32", shares_card=False)
    assert cards.read(keras_file) is None
    assert cards.read(conversion.path).name == "reader"


def test_facts_of_the_card_that_was_there_stay(tmp_path):
    output = tmp_path / "model.tflite"
    cards.write(output, Card("old", facts={"data": "mnist", "recipe": {"epochs": 1}}))
    run(output, "float32", Card("reader", facts={"recipe": {"epochs": 2}}))
    facts = cards.read(output).facts
    assert facts["data"] == "mnist"
    assert facts["recipe"] == {"epochs": 2}
    assert facts["tflite"]["kind"] == "float32"


def worse(*_, **__):
    """What a conversion gives that has spoilt the model: one that reads nothing."""
    return to_tflite(small_networks.linear(), "float32", CALIBRATION)


def test_a_conversion_that_loses_too_much_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(litert, "to_tflite", worse)
    with pytest.raises(ModelError, match=r"expected int8 to lose at most 0\.1 points"):
        run(tmp_path / "model.tflite")
    assert list(tmp_path.iterdir()) == []


def test_and_leaves_the_older_file_as_it_was(tmp_path, monkeypatch):
    before = run(tmp_path / "model.tflite", "float32")
    card = cards.read(before.path)
    monkeypatch.setattr(litert, "to_tflite", worse)
    with pytest.raises(ModelError):
        run(tmp_path / "model.tflite")
    assert cards.read(before.path) == card


def test_what_may_be_lost_is_a_choice(tmp_path, monkeypatch):
    monkeypatch.setattr(litert, "to_tflite", worse)
    assert run(tmp_path / "model.tflite", max_drop=100).errors > 100


def test_a_single_digit_is_forgiven_unless_nothing_may_be_lost(tmp_path, monkeypatch):
    reader = small_networks.reader()
    exact = to_tflite(reader, "float32", CALIBRATION)
    readings = reader.predict_on_batch(VALIDATION.images[..., None]).argmax(axis=1)
    sharp = Part(VALIDATION.images, readings.astype(np.int64))  # Keras is right throughout
    flipped = keras.models.clone_model(reader)
    flipped.set_weights(reader.get_weights())
    one_wrong(flipped, sharp)
    monkeypatch.setattr(
        litert, "to_tflite", lambda *_, **__: to_tflite(flipped, "float32", CALIBRATION)
    )
    assert run(tmp_path / "a.tflite", validation=sharp).errors == 1
    with pytest.raises(ModelError, match="lose at most 0 points"):
        run(tmp_path / "b.tflite", validation=sharp, max_drop=0)
    monkeypatch.setattr(litert, "to_tflite", lambda *_, **__: exact)
    assert run(tmp_path / "b.tflite", validation=sharp, max_drop=0).errors == 0


def one_wrong(model, part):
    """Favour one class by just so much that one digit of the part is misread."""
    logits = model.predict_on_batch(part.images[..., None])
    rivals = logits - logits[np.arange(len(part)), part.labels][:, None]
    rivals[np.arange(len(part)), part.labels] = -np.inf
    _, rival = np.unravel_index(rivals.argmax(), rivals.shape)
    gaps = np.sort(-rivals[:, rival])
    kernel, bias = model.get_weights()
    bias[rival] += (gaps[0] + gaps[1]) / 2
    model.set_weights([kernel, bias])


def test_other_json_in_the_cards_place_is_not_overwritten(tmp_path):
    other = tmp_path / "model.json"
    other.write_text(json.dumps({"class_name": "Sequential"}))
    with pytest.raises(OutputError, match=r"model\.json: the model's card goes here"):
        run(tmp_path / "model.tflite")
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


def test_the_output_has_to_be_a_tflite_file(tmp_path):
    with pytest.raises(OptionError, match=r"ends in \.tflite"):
        run(tmp_path / "model.onnx")


def test_an_output_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        run(tmp_path / "file" / "model.tflite", "float32")


@pytest.mark.parametrize("name", ["model.tflite", "model.json"])
def test_a_folder_in_the_place_of_the_file_or_its_card_is_seen_first(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match=f"{name}: expected a file's place; there is a folder"):
        run(tmp_path / "model.tflite", "float32")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_card_is_left_when_the_file_cannot_take_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(conversions, "_check_places", lambda *_: None)
    (tmp_path / "model.tflite").mkdir()
    with pytest.raises(OutputError, match=r"model\.tflite: cannot be written"):
        run(tmp_path / "model.tflite", "float32")
    assert [path.name for path in tmp_path.iterdir()] == ["model.tflite"]


def test_a_folder_that_is_not_a_card_s_is_not_replaced(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "digits.c").write_text("mine")
    with pytest.raises(OutputError, match="expected a new folder"):
        run(tmp_path / "c", "c")
    assert (tmp_path / "c" / "digits.c").read_text() == "mine"


@pytest.mark.usefixtures("c_compiler")
def test_a_folder_of_our_own_is_replaced_by_the_new_one(tmp_path):
    first = run(tmp_path / "c", "c")
    (tmp_path / "c" / "left").write_text("")
    cards.write(tmp_path / "c", Card("reader", sha256={"c": files.sha256(tmp_path / "c")}))
    assert run(tmp_path / "c", "c").errors == first.errors
    assert {path.name for path in (tmp_path / "c").iterdir()} == {"digits.c", "digits.h", "main.c"}
    assert cards.read(tmp_path / "c").facts["c"]["kind"] == "c"


def test_there_has_to_be_something_to_measure_on(tmp_path):
    with pytest.raises(DataError, match="validation"):
        run(tmp_path / "model.tflite", validation=VALIDATION.take(np.arange(0)))


def test_representative_digits_are_drawn_from_training_without_repeats():
    train = small_networks.uci().train
    drawn = representative(train, 100)
    pool = {image.tobytes() for image in train.images}
    assert drawn.shape == (100, 28, 28)
    assert len({image.tobytes() for image in drawn} & pool) >= 99
    np.testing.assert_array_equal(drawn, representative(train, 100))
    assert len(representative(train, 10**6)) == len(train)


def test_a_card_takes_the_names_of_the_digits_or_is_refused():
    letters = Digits("letters", {}, ("a", "b"))
    named = Card("net", ("a", "b"), sha256={"net.keras": "0"})
    assert card_for(named, letters) is named
    assert card_for(Card("net", ("0", "1")), letters).classes == ("a", "b")
    for other in (
        Card("net", ("0", "1"), sha256={"net.keras": "0"}),
        Card("net", ("0", "1", "2")),
    ):
        with pytest.raises(ModelError, match=r"classes of letters \(2: a b\); received"):
            card_for(other, letters)
