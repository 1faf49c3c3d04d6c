"""What a .tflite file says of its input and output to other programs: TFLite's own metadata.

Android Studio and the tasks of LiteRT look into the file itself for the classes' names and for what
to do with pixels. Our own programs ask the card, which says more. The form is metadata_schema.fbs
of tflite-support, whose library Python 3.12 no longer has; of it only this is written: a picture
of 28 x 28 greys comes in, (pixel - mean) / std, and a score for each line of labels.txt goes out.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from digitrec.compression.formats.flatbuffer import INPUT, OUTPUT, packed, unpacked
from digitrec.reading.card import INPUT_SCALES, Card
from digitrec.reading.form import SIDE

IDENTIFIER = b"M001"
NAME = b"TFLITE_METADATA"
LEAST_READER = "1.0.0"

LABELS = "labels.txt"

GRAYSCALE = 2
TENSOR_AXIS_LABELS = 2
IMAGE_PROPERTIES = 2
NORMALIZATION_OPTIONS = 1

WRITTEN = (1980, 1, 1, 0, 0, 0)
"""When a file's labels say that they were written, so that equal files are made of equal models."""


def labelled(content: bytes, card: Card) -> bytes:
    """A .tflite file's content with the card's classes and scaling in it, as others look for them.

    Args:
        content: of a .tflite file with one input, pixels, and one output, a score a class.
        card: of that file.
    """
    model = unpacked(content)
    entry, buffer = schema.MetadataT(), schema.BufferT()
    entry.name, entry.buffer = NAME, len(model.buffers)
    buffer.data = np.frombuffer(_metadata(card), np.uint8)
    model.metadata = [*(model.metadata or ()), entry]
    model.buffers = [*model.buffers, buffer]
    return _with_file(packed(model), LABELS, "\n".join(card.classes))


def _metadata(card: Card) -> bytes:
    """ModelMetadata; each table as what is in each field of the schema, a union's kind first."""
    factor, offset = INPUT_SCALES[card.input_scale]
    # A pixel times factor plus offset is (pixel - mean) / std.
    normalization = {0: [-offset / factor], 1: [1 / factor]}
    image = {0: np.int8(GRAYSCALE), 1: {0: np.uint32(SIDE), 1: np.uint32(SIDE)}}
    picture = {
        0: INPUT,
        1: "one digit in MNIST's form: 0 is the ground, 255 the ink",
        3: {0: np.uint8(IMAGE_PROPERTIES), 1: image},
        4: [{0: np.uint8(NORMALIZATION_OPTIONS), 1: normalization}],
        5: {0: [255 * factor + offset], 1: [offset]},
    }
    labels = {0: LABELS, 1: "a class a line", 2: np.int8(TENSOR_AXIS_LABELS)}
    scores = {0: OUTPUT, 1: card.output, 6: [labels]}
    builder = flatbuffers.Builder(1024)
    root = {0: card.name, 3: [{2: [picture], 3: [scores]}], 7: LEAST_READER}
    builder.Finish(_written(builder, root), IDENTIFIER)
    return bytes(builder.Output())


def _written(builder: flatbuffers.Builder, value: Any) -> int:
    """Where a string, an array of floats, an array of tables or a table is written."""
    if isinstance(value, str):
        return builder.CreateString(value)
    if isinstance(value, list):
        return _array(builder, value)
    return _table(builder, value)


def _array(builder: flatbuffers.Builder, values: list[Any]) -> int:
    if isinstance(values[0], float):
        return builder.CreateNumpyVector(np.array(values, np.float32))
    places = [_written(builder, value) for value in values]
    builder.StartVector(4, len(places), 4)
    for place in reversed(places):
        builder.PrependUOffsetTRelative(place)
    return builder.EndVector()


def _table(builder: flatbuffers.Builder, fields: Mapping[int, Any]) -> int:
    places = {
        slot: _written(builder, value)
        for slot, value in fields.items()
        if not isinstance(value, np.integer)
    }
    builder.StartObject(max(fields, default=-1) + 1)
    for slot, value in fields.items():
        if slot in places:
            builder.PrependUOffsetTRelativeSlot(slot, places[slot], 0)
        else:
            _number[type(value)](builder, slot, int(value), 0)
    return builder.EndObject()


_number = {
    np.int8: flatbuffers.Builder.PrependInt8Slot,
    np.uint8: flatbuffers.Builder.PrependUint8Slot,
    np.uint32: flatbuffers.Builder.PrependUint32Slot,
}


def _with_file(content: bytes, name: str, text: str) -> bytes:
    """The content with an archive of one file behind it, which LiteRT does not look at."""
    archive = io.BytesIO(content)
    archive.seek(0, io.SEEK_END)
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr(zipfile.ZipInfo(name, WRITTEN), text)
    return archive.getvalue()
