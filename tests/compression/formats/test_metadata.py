"""The metadata, read back by field numbers as metadata_schema.fbs of tflite-support has them."""

import io
import struct
import zipfile

import numpy as np
import pytest
import tiny_models
from litert_answers import answer

from digitrec.compression.formats.flatbuffer import unpacked
from digitrec.compression.formats.metadata import labelled
from digitrec.reading.card import Card

PLAIN = tiny_models.content(tiny_models.Tiny())


def number(content, place, form):
    return struct.unpack_from("<" + form, content, place)[0]


class Table:
    """A flatbuffer's table: a field by its number, as FlatBuffers' page on internals has it."""

    def __init__(self, content, place):
        self.content, self.place = content, place
        self.fields = place - number(content, place, "i")

    @classmethod
    def root(cls, content):
        return cls(content, number(content, 0, "I"))

    def _at(self, field):
        assert 4 + 2 * field < number(self.content, self.fields, "H")
        inside = number(self.content, self.fields + 4 + 2 * field, "H")
        assert inside, f"field {field} is not there"
        return self.place + inside

    def _pointed(self, field):
        place = self._at(field)
        return place + number(self.content, place, "I")

    def value(self, field, form):
        return number(self.content, self._at(field), form)

    def table(self, field):
        return Table(self.content, self._pointed(field))

    def text(self, field):
        place = self._pointed(field)
        return self.content[place + 4 :][: number(self.content, place, "I")].decode()

    def floats(self, field):
        place = self._pointed(field)
        count = number(self.content, place, "I")
        return list(struct.unpack_from(f"<{count}f", self.content, place + 4))

    def tables(self, field):
        place = self._pointed(field)
        starts = range(place + 4, place + 4 + 4 * number(self.content, place, "I"), 4)
        return [Table(self.content, start + number(self.content, start, "I")) for start in starts]


def metadata(content):
    model = unpacked(content)
    (entry,) = model.metadata
    assert entry.name == b"TFLITE_METADATA"
    held = bytes(model.buffers[entry.buffer].data)
    assert held[4:8] == b"M001"
    return Table.root(held)


def sides(content):
    (graph,) = metadata(content).tables(3)
    (pixels,), (scores,) = graph.tables(2), graph.tables(3)
    return pixels, scores


@pytest.mark.parametrize(
    ("scale", "mean", "std", "most", "least"),
    [("pixels", 0, 1, 255, 0), ("unit", 0, 255, 1, 0), ("symmetric", 127.5, 127.5, 1, -1)],
)
def test_it_says_what_to_do_with_pixels(scale, mean, std, most, least):
    pixels, _ = sides(labelled(PLAIN, Card("mine", input_scale=scale)))
    (unit,) = pixels.tables(4)
    assert unit.value(0, "B") == 1  # NormalizationOptions
    assert unit.table(1).floats(0) == pytest.approx([mean])
    assert unit.table(1).floats(1) == pytest.approx([std])
    assert pixels.table(5).floats(0) == pytest.approx([most])
    assert pixels.table(5).floats(1) == pytest.approx([least])


def test_it_says_that_a_picture_of_28_x_28_greys_comes_in():
    pixels, _ = sides(labelled(PLAIN, Card("mine")))
    content = pixels.table(3)
    assert (pixels.text(0), content.value(0, "B")) == ("image", 2)  # ImageProperties
    size = content.table(1).table(1)
    assert (content.table(1).value(0, "b"), size.value(0, "I"), size.value(1, "I")) == (2, 28, 28)


def test_it_names_the_model_and_the_classes():
    classes = ("nought", "één", "zwei")
    content = labelled(PLAIN, Card("mine", classes, output="probabilities"))
    _, scores = sides(content)
    (labels,) = scores.tables(6)
    assert (scores.text(0), scores.text(1)) == ("scores", "probabilities")
    assert (labels.text(0), labels.value(2, "b")) == ("labels.txt", 2)  # TENSOR_AXIS_LABELS
    assert zipfile.ZipFile(io.BytesIO(content)).read("labels.txt").decode() == "\n".join(classes)
    assert metadata(content).text(0) == "mine"


def test_the_network_answers_as_before():
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28))
    answers = [answer(content, image) for content in (PLAIN, labelled(PLAIN, Card("mine")))]
    np.testing.assert_array_equal(*answers)


def test_equal_models_make_equal_files():
    assert labelled(PLAIN, Card("mine")) == labelled(PLAIN, Card("mine"))
