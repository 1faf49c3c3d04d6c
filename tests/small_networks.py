"""Keras networks small enough to be built, trained and converted within a second."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import keras
import numpy as np
from keras import layers

from digitrec import datasets, files
from digitrec.datasets import Digits
from digitrec.reading import card as cards
from digitrec.reading.card import Card


def flat() -> keras.Model:
    """One convolution with batch norm, then Flatten; untrained."""
    return _settled(
        [
            layers.Conv2D(4, 3, strides=2, use_bias=False),
            *_norm(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def pooled() -> keras.Model:
    """Two convolutions, one with batch norm, then global pooling; untrained."""
    return _settled(
        [
            layers.Conv2D(8, 3, strides=2, use_bias=False),
            *_norm(),
            layers.Conv2D(16, 3, padding="same"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10),
        ]
    )


def gated() -> keras.Model:
    """Squeeze and excitation, whose Reshape is inside the graph; untrained."""
    images = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(layers.Rescaling(1 / 255)(images))
    gate = layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    x = layers.Multiply()([x, layers.Reshape((1, 1, 8))(gate)])
    return keras.Model(images, layers.Dense(10)(layers.Flatten()(x)))


def linear(
    input_shape: tuple[int, ...] = (28, 28, 1), activation: str | None = None
) -> keras.Model:
    """Flatten and one Dense; untrained."""
    return keras.Sequential(
        [keras.Input(input_shape), layers.Flatten(), layers.Dense(10, activation=activation)]
    )


@cache
def uci() -> Digits:
    """The digits that scikit-learn carries."""
    return datasets.load("uci")


@cache
def reader() -> keras.Model:
    """Flatten and one Dense on 0 to 1, trained on the UCI digits for a second: some 95 %."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(10)],
        name="reader",
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    train = uci().train
    model.fit(train.images[..., None], train.labels, batch_size=32, epochs=5, verbose=0)
    return model


def with_features() -> keras.Model:
    """Twenty features of the reader's ten answers, and logits that give the answers back."""
    features = layers.Dense(20, name="features")
    logits = layers.Dense(10, name="logits")
    shape = keras.Input((28, 28, 1))
    model = keras.Sequential([shape, *reader().layers, features, logits], name="with_features")
    features.set_weights([np.hstack([np.eye(10), -np.eye(10)]), np.zeros(20)])
    logits.set_weights([np.vstack([np.eye(10), -np.eye(10)]) / 2, np.zeros(10)])
    return model


def save(model: keras.Model, path: Path, card: Card | None = None) -> Path:
    """Save a model and, if one is given, its card with the file's hash."""
    model.save(path)
    if card is not None:
        cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
    return path


def noise(count: int) -> np.ndarray:
    """Images (count, 28, 28) uint8 that no network has seen."""
    return np.random.default_rng(5).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def _norm() -> list[keras.Layer]:
    return [layers.BatchNormalization(), layers.ReLU()]


def _settled(rest: list[keras.Layer]) -> keras.Model:
    """The layers behind pixels of 0 to 1, with statistics that batch norm does not start with."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), *rest])
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(np.linspace(-0.3, 0.3, layer.moving_mean.shape[0]))
            layer.moving_variance.assign(np.linspace(0.2, 0.9, layer.moving_mean.shape[0]))
    return model


@cache
def sighted() -> keras.Model:
    """Three convolutions on 0 to 1, trained on the UCI digits for some seconds: some 97 %."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 5, strides=2, activation="relu", name="edges"),
            layers.Conv2D(16, 3, strides=2, activation="relu", name="strokes"),
            layers.Conv2D(24, 3, activation="relu", name="shapes"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, name="logits"),
        ],
        name="sighted",
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, jit_compile=False)
    train = uci().train
    model.fit(train.images[..., None], train.labels, batch_size=64, epochs=12, verbose=0)
    return model
