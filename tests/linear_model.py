"""A linear classifier, of whose worst case everything is known.

For classes a and b the lead of a over b is (w_a - w_b) x + (b_a - b_b). An attacker whose pixels
may each differ by r takes r times the sum of |w_a - w_b| from it, and not more; one whose whole
difference may be as long as r takes r times that vector's length.
"""

import keras
import numpy as np

from digitrec.datasets.digits import Part

CLASSES = 2
NEVER = -100.0


def network(seed=0, classes=CLASSES):
    """Two classes, with weights of a size at which some digits can be taken and others not.

    More classes are there by name only: none is ever likely.
    """
    layers = [keras.layers.Flatten(), keras.layers.Dense(classes)]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    random = np.random.default_rng(seed)
    weights, biases = np.zeros((784, classes)), np.full(classes, NEVER)
    weights[:, :CLASSES], biases[:CLASSES] = random.normal(0, 0.001, (784, CLASSES)), 0
    model.layers[-1].set_weights([weights, biases])
    return model


def digits(count=40, seed=1):
    """Grey noise, so far from black and white that no pixel comes to its end; as it is read."""
    random = np.random.default_rng(seed)
    images = random.integers(100, 156, (count, 28, 28)).astype(np.uint8)
    labels = logits(network(), images).argmax(axis=1)
    return Part(images, labels)


def logits(model, images):
    return model.predict_on_batch(images.reshape(len(images), 28, 28, 1).astype(np.float32))


def leads(model, images, labels):
    """The lead of the true class, (N,)."""
    found = logits(model, images)
    rows = np.arange(len(labels))
    return found[rows, labels] - found[rows, 1 - labels]


def most_taken(model, radius, norm):
    """How much of its lead an attacker can take from any digit."""
    weights = model.layers[-1].get_weights()[0]
    difference = weights[:, 0] - weights[:, 1]
    return radius * (abs(difference).sum() if norm == "inf" else np.sqrt((difference**2).sum()))
