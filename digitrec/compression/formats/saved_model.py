"""TensorFlow's SavedModel: what TensorFlow Serving takes."""

import shutil
from pathlib import Path

import keras

from digitrec.compression import short
from digitrec.compression.formats import Made, Wanted
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.compression.source import opened
from digitrec.errors import ModelError
from digitrec.reading.card import Card
from digitrec.reading.form import SIDE
from digitrec.training.quiet import quiet

INPUT, OUTPUT = "image", "scores"


def make(wanted: Wanted, folder: Path) -> Made:
    """A folder with a signature serving_default, image (N, 28, 28, 1) float32 to scores."""
    place = folder / "saved_model"
    with quiet():
        try:
            _export(wanted.network, place)
            model = opened(place)
        except Exception as error:  # whatever TensorFlow stumbles over
            raise ModelError(
                f"{wanted.network.name}: cannot be written as saved_model; {short(error)}"
            ) from error
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())

    def put(path: Path, _: Card) -> None:
        shutil.copytree(place, path, dirs_exist_ok=True)

    return Made(KerasClassifier(model, wanted.card), size, put)


def _export(model: keras.Model, place: Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        name="serve",  # of which Keras makes the signature serving_default as well
        fn=lambda image: {OUTPUT: model(image, training=False)},
        input_signature=[keras.InputSpec(dtype="float32", shape=(None, SIDE, SIDE, 1), name=INPUT)],
    )
    archive.write_out(place, verbose=False)
