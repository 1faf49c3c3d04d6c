"""A card comes back as it was written, and a broken one is refused with the field's name."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digitrec import files
from digitrec.errors import ModelError, OptionError
from digitrec.reading import card as cards
from digitrec.reading import selftest
from digitrec.reading.card import INPUT_SCALES, Card
from digitrec.reading.readings import Readings

LETTERS = Card(
    name="lenet5",
    classes=("a", "ä", "plus"),
    input_scale="symmetric",
    output="probabilities",
    temperature=1.25,
    uncertain_below=0.6,
    facts={"data": "folder", "misses": 12, "nested": {"ece": 0.002}},
)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "digits.tflite"
    path.write_bytes(b"what is in a model does not matter here")
    return path


def with_hash(card: Card, model) -> Card:
    return replace(card, sha256={model.name: files.sha256(model)})


def write_changed(model, **changes: object) -> None:
    """Write a good card and then change some of its fields; None takes a field out."""
    path = cards.write(model, with_hash(Card("tiny"), model))
    values = files.read_json(path) | changes
    path.write_text(json.dumps({key: value for key, value in values.items() if value is not None}))


def test_it_comes_back_as_it_was_written(model):
    card = with_hash(LETTERS, model)
    path = cards.write(model, card)
    assert path == model.with_suffix(".json")
    assert cards.read(model) == card


def test_its_reference_comes_back_too(model):
    readings = Readings(["a", "a", "plus"], ["ok", "uncertain", "ok"], [0.9, 0.5, 0.75])
    card = with_hash(replace(LETTERS, reference=readings.reference(LETTERS.classes)), model)
    cards.write(model, card)
    assert cards.read(model) == card
    assert cards.read(model).reference.digits == {"a": 2, "ä": 0, "plus": 1}


def test_its_self_test_comes_back_too(model):
    images = np.eye(28, dtype=np.uint8)[None].repeat(3, 0)
    kept = selftest.of(images, np.arange(3), 9.5 * np.eye(3), LETTERS.classes)
    card = with_hash(replace(LETTERS, selftest=kept), model)
    cards.write(model, card)
    assert cards.read(model) == card
    assert (cards.read(model).selftest.digits() == images).all()
    write_changed(model, selftest={"images": "?", "classes": [], "logits": []})
    with pytest.raises(ModelError, match="expected a model's card; selftest: expected digits"):
        cards.read(model)


def test_a_broken_reference_is_named(model):
    for reference in ({"statuses": {}}, {"statuses": {}, "digits": {}, "confidence": [1]}, [3]):
        write_changed(model, reference=reference)
        with pytest.raises(ModelError, match="expected a model's card; "):
            cards.read(model)


def test_it_is_plain_json_that_people_can_read(model):
    text = cards.write(model, LETTERS).read_text(encoding="utf-8")
    assert '"ä"' in text
    assert json.loads(text)["facts"]["nested"] == {"ece": 0.002}


def test_the_defaults_are_those_of_our_own_networks():
    card = Card("compact_cnn")
    assert "".join(card.classes) == "0123456789"
    assert INPUT_SCALES[card.input_scale] == (1, 0)
    assert (card.output, card.temperature, card.uncertain_below) == ("logits", 1, 0)


@pytest.mark.parametrize(
    ("scale", "black", "white"),
    [
        ("pixels", 0, 255),
        ("unit", 0, 1),
        ("symmetric", -1, 1),
    ],
)
def test_what_the_input_scales_make_of_black_and_white(scale, black, white):
    factor, offset = INPUT_SCALES[scale]
    assert offset == black
    assert 255 * factor + offset == pytest.approx(white)


def test_the_smallest_card_has_a_name_and_hashes(model):
    hashes = {model.name: files.sha256(model)}
    cards.path_for(model).write_text(json.dumps({"name": "tiny", "sha256": hashes}))
    assert cards.read(model) == Card("tiny", sha256=hashes)


def test_fields_of_other_programs_are_passed_over(model):
    write_changed(model, colour="blue")
    assert cards.read(model) == with_hash(Card("tiny"), model)


def test_one_card_speaks_for_several_files(model):
    keras = model.with_suffix(".keras")
    keras.write_bytes(b"another file")
    both = {path.name: files.sha256(path) for path in (model, keras)}
    cards.write(model, Card("tiny", sha256=both))
    assert cards.read(model) == cards.read(keras)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("format", 2, "format: expected 1; received 2"),
        ("format", "1", "format: expected 1"),
        ("name", None, "missing 1 required positional argument: 'name'"),
        ("classes", [], "classes: expected two or more different names"),
        ("classes", ["0"], "classes: expected two or more different names"),
        ("classes", ["0", "1", "0"], "classes: expected two or more different names"),
        ("classes", "0123456789", "classes: expected two or more different names"),
        ("classes", 10, "classes: expected two or more different names"),
        ("classes", {"0": 0, "1": 1}, "classes: expected two or more different names"),
        ("input_scale", "bytes", "input_scale: expected .*; received bytes"),
        ("input_scale", ["unit"], "expected a model's card"),
        ("output", "softmax", "output: expected .*; received softmax"),
        ("temperature", 0, "temperature: expected above 0; received 0"),
        ("temperature", -1.5, "temperature: expected above 0; received -1.5"),
        ("temperature", float("nan"), "temperature: expected above 0; received nan"),
        ("temperature", float("inf"), "temperature: expected above 0; received inf"),
        ("temperature", "warm", "expected a model's card"),
        ("uncertain_below", 1.01, "uncertain_below: expected 0 to 1; received 1.01"),
        ("uncertain_below", -0.1, "uncertain_below: expected 0 to 1"),
        ("uncertain_below", [0.5], "expected a model's card"),
    ],
)
def test_each_broken_field_is_named(model, field, value, reason):
    write_changed(model, **{field: value})
    with pytest.raises(ModelError, match=reason) as caught:
        cards.read(model)
    assert str(caught.value).startswith(f"{cards.path_for(model)}: expected a model's card; ")


@pytest.mark.parametrize("field", ["output", "temperature", "uncertain_below", "input_scale"])
def test_a_field_that_is_null_is_broken(model, field):
    path = cards.write(model, with_hash(Card("tiny"), model))
    path.write_text(json.dumps(files.read_json(path) | {field: None}))
    with pytest.raises(ModelError, match="expected a model's card"):
        cards.read(model)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"name": "tiny"'])
def test_what_is_not_json_is_refused(model, content):
    cards.path_for(model).write_bytes(content)
    with pytest.raises(ModelError, match="expected a model's card"):
        cards.read(model)


@pytest.mark.parametrize("content", ["[]", "3", "null", "{}", '{"sha256": {"other.tflite": "0"}}'])
def test_json_that_does_not_name_the_model_is_not_its_card(model, content):
    cards.path_for(model).write_text(content)
    assert cards.read(model) is None


def test_no_card(model):
    assert cards.read(model) is None


def test_the_card_of_a_file_that_was_changed_since_is_refused(model):
    cards.write(model, with_hash(Card("tiny"), model))
    model.write_bytes(b"changed")
    with pytest.raises(ModelError, match=r"digits\.tflite: expected the file that digits\.json"):
        cards.read(model)


def test_a_model_that_cannot_be_read(model, monkeypatch):
    cards.write(model, with_hash(Card("tiny"), model))

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "sha256", refuse)
    with pytest.raises(ModelError, match=r"cannot be read \(Permission denied\)"):
        cards.read(model)


def test_of_gives_the_card_beside_the_model(model):
    cards.write(model, with_hash(LETTERS, model))
    assert cards.of(model, 3, None) == with_hash(LETTERS, model)


def test_of_wants_as_many_outputs_as_classes(model):
    cards.write(model, with_hash(LETTERS, model))
    with pytest.raises(ModelError, match=r"expected 3 outputs.*received 10"):
        cards.of(model, 10, None)


def test_of_makes_one_up_for_an_unknown_model_when_its_scale_is_told(model):
    assert cards.of(model, 4, "unit") == Card("digits", ("0", "1", "2", "3"), "unit")


def test_of_asks_for_the_scale_of_an_unknown_model(model):
    with pytest.raises(ModelError, match=r"--input-scale pixels\|unit\|symmetric"):
        cards.of(model, 10, None)


def test_of_refuses_a_scale_that_is_none(model):
    with pytest.raises(OptionError, match=r"did you mean pixels\?"):
        cards.of(model, 10, "pixel")


def test_of_refuses_a_scale_where_the_card_has_one(model):
    cards.write(model, with_hash(LETTERS, model))
    with pytest.raises(OptionError, match="its card says what it expects"):
        cards.of(model, 3, "unit")
