"""A picture in, a Reading out: its text, its place, and the JSON form that others read."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
import tiny_models
from PIL import Image
from tiny_models import Tiny

from digitrec import Digit, Reader, Reading
from digitrec.errors import ModelError, OptionError, PictureError
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier
from digitrec.reading.normalize import near_mnist_width, to_mnist
from digitrec.reading.reader import TOGETHER, digit_image


@pytest.fixture(scope="module")
def reader(float_model):
    return Reader(float_model)


def stroke(height: int = 60, width: int = 40) -> Image.Image:
    """White paper with a black stroke 6 wide and 30 high at column 14, row 12."""
    grey = np.full((height, width), 255, np.uint8)
    grey[12:42, 14:20] = 0
    return Image.fromarray(grey)


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_one_picture(reader):
    reading = reader.read(stroke())
    (digit,) = reading.digits
    seen = to_mnist(near_mnist_width(255 - np.asarray(stroke())))
    best = int(tiny_models.logits(seen[None])[0].argmax())
    assert reading.text == str(best)
    assert digit.digit == best
    assert digit.box == (14, 12, 6, 30)
    assert digit.line == 0
    assert digit.confidence == max(digit.probabilities) == digit.probabilities[best]
    assert sum(digit.probabilities) == pytest.approx(1, abs=1e-12)
    assert reading.status == digit.status == "ok"
    assert reading.notes == ("dark ink on light ground",)
    assert (reading.file, reading.error) == (None, None)


def test_paths_bytes_images_and_arrays_say_the_same(reader, tmp_path):
    path = tmp_path / "stroke.png"
    path.write_bytes(png(stroke()))
    expected = reader.read(stroke())
    assert reader.read(path.read_bytes()) == expected
    assert reader.read(np.asarray(stroke())) == expected
    assert reader.read(path) == replace(expected, file=str(path))
    assert reader.read(str(path)) == replace(expected, file=str(path))


def test_an_empty_picture(reader):
    reading = reader.read(np.full((30, 30), 255, np.uint8))
    assert reading == Reading()
    assert (reading.status, reading.text, reading.digits) == ("empty", "", ())


def test_a_picture_that_cannot_be_opened(reader, tmp_path):
    with pytest.raises(PictureError, match="no such file"):
        reader.read(tmp_path / "missing.png")


def test_boxes_are_in_the_pixels_of_the_picture_after_its_exif_turn(reader):
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = stroke().transpose(Image.Transpose.ROTATE_90)
    assert stored.size == (60, 40)
    reading = reader.read(png(stored, exif=exif))
    assert reading.digits[0].box == (14, 12, 6, 30)
    assert "turned upright by its EXIF orientation" in reading.notes


@pytest.mark.parametrize(("width", "height"), [(3000, 2000), (1999, 2999), (1025, 7), (1500, 1000)])
def test_boxes_of_large_pictures_are_inside_them_and_near(float_model, width, height):
    alone = Reader(float_model, single=True)
    image = Image.new("L", (width, height), 255)
    left, top, right, bottom = width // 3, height // 4, width, height
    image.paste(0, (left, top, right, bottom))
    image.paste(255, (0, 0, left, height))
    image.paste(255, (0, 0, width, top))
    x, y, wide, high = alone.read(image).digits[0].box
    near = max(width, height) / 1024 + 1
    assert abs(x - left) <= near
    assert abs(y - top) <= near
    assert right - near <= x + wide <= width
    assert bottom - near <= y + high <= height


def test_doubtful_readings_are_uncertain(float_model):
    classifier = Classifier(float_model)
    confidence = Reader(classifier).read(stroke()).digits[0].confidence
    for limit, status in ((confidence - 1e-9, "ok"), (confidence + 1e-9, "uncertain")):
        classifier.card = replace(classifier.card, uncertain_below=limit)
        reading = Reader(classifier).read(stroke())
        assert (reading.status, reading.digits[0].status) == (status, status)
        assert reading.text


@pytest.mark.parametrize(
    ("name", "expected"), [("plus", "plus"), ("a", "a"), ("7", 7), ("10", "10"), ("٣", "٣")]
)
def test_only_the_names_0_to_9_become_numbers(tmp_path, name, expected):
    best = int(tiny_models.logits(digit_image(stroke())[None], 3)[0].argmax())
    names = tuple(name if number == best else f"other {number}" for number in range(3))
    model = tiny_models.write(tmp_path / "model.tflite", Tiny(classes=3), Card("tiny", names))
    reading = Reader(model).read(stroke())
    assert reading.text == name
    assert reading.digits[0].digit == expected


def test_many_pictures_keep_their_order_and_broken_ones_their_place(reader, tmp_path):
    good = tmp_path / "good.png"
    good.write_bytes(png(stroke()))
    broken = tmp_path / "broken.png"
    broken.write_bytes(png(stroke())[:60])
    blank = np.zeros((9, 9), np.uint8)
    sources = [broken, good, blank, "missing.png", b"", np.asarray(stroke())] * TOGETHER
    readings = list(reader.read_all(sources))
    assert len(readings) == len(sources)
    statuses = [reading.status for reading in readings]
    assert statuses == ["error", "ok", "empty", "error", "error", "ok"] * TOGETHER
    assert [reading.file for reading in readings[:4]] == [
        str(broken),
        str(good),
        None,
        "missing.png",
    ]
    assert "broken" in readings[0].error
    assert readings[3].error == "no such file"
    assert readings[1] == reader.read(good)
    assert list(reader.read_all([])) == []


def test_answers_come_while_pictures_are_still_read(reader):
    taken = []

    def sources():
        for number in range(10 * TOGETHER):
            taken.append(number)
            yield np.asarray(stroke())

    next(reader.read_all(sources()))
    assert len(taken) == 1


def test_digits_in_the_form_of_mnist_go_to_the_model_as_they_are(reader):
    images = np.random.default_rng(0).integers(1, 256, (40, 28, 28), np.uint8)
    images[:, 0], images[:, -1] = 0, 0
    images[:, :, 0], images[:, :, -1] = 0, 0
    readings = list(reader.read_digits(images))
    expected = reader.classifier.probabilities(images)
    assert len(readings) == 40
    for reading, row in zip(readings, expected, strict=True):
        assert reading.digits[0].probabilities == pytest.approx(row, abs=1e-6)
        assert reading.digits[0].box == (1, 1, 26, 26)
        assert reading.notes == ("light ink on dark ground",)
    turned = list(reader.read_digits(255 - images))
    assert [reading.text for reading in turned] == [reading.text for reading in readings]
    assert next(reader.read_digits(np.zeros((1, 28, 28), np.uint8))) == Reading()


def test_a_polarity_that_is_told(float_model):
    white_on_black = 255 - np.asarray(stroke())
    assert Reader(float_model, polarity="light").read(white_on_black).status == "ok"
    assert Reader(float_model, polarity="dark").read(white_on_black).status == "empty"


@pytest.mark.parametrize("polarity", ["drak", "", None])
def test_polarities_that_are_none(float_model, polarity):
    with pytest.raises(OptionError, match="expected one of auto, dark, light"):
        Reader(float_model, polarity=polarity)


def test_a_model_that_cannot_be_used(tmp_path):
    with pytest.raises(ModelError, match="no such model file"):
        Reader(tmp_path / "none.tflite")


def test_the_json_form_is_that_of_the_design(reader, tmp_path):
    path = tmp_path / "stroke.png"
    path.write_bytes(png(stroke()))
    form = json.loads(json.dumps(reader.read(path).as_dict()))
    assert list(form) == ["file", "status", "text", "digits", "notes", "error"]
    assert form["file"] == str(path)
    assert form["notes"] == ["dark ink on light ground"]
    assert form["error"] is None
    (digit,) = form["digits"]
    assert list(digit) == ["digit", "confidence", "status", "line", "box", "probabilities"]
    assert digit["box"] == [14, 12, 6, 30]
    assert digit["digit"] == int(form["text"])
    assert len(digit["probabilities"]) == 10
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-5)
    numbers = [digit["confidence"], *digit["probabilities"]]
    assert all(number == round(number, 6) for number in numbers)


def test_the_json_form_of_an_error():
    form = Reading(status="error", file="bad.png", error="no such file").as_dict()
    assert form == {
        "file": "bad.png",
        "status": "error",
        "text": "",
        "digits": [],
        "notes": [],
        "error": "no such file",
    }


def test_readings_cannot_be_changed(reader):
    reading = reader.read(stroke())
    with pytest.raises(AttributeError):
        reading.text = "8"
    with pytest.raises(AttributeError):
        reading.digits[0].digit = 8
    assert isinstance(reading.digits[0], Digit)


def test_digit_image_is_what_the_reader_shows_the_model(float_model):
    image = digit_image(stroke())
    assert (image == to_mnist(255 - np.asarray(stroke()))).all()
    assert not digit_image(np.full((30, 30), 255, np.uint8)).any()
    assert not digit_image(stroke(), "light").any()
    with pytest.raises(PictureError, match="no such file"):
        digit_image("missing.png")
