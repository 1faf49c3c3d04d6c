"""Attacks that know the network: images follow the gradient of its loss, inside a ball.

One whole step from the image itself is the fast gradient sign method (Goodfellow, Shlens and
Szegedy, "Explaining and Harnessing Adversarial Examples", 2015); many from random places are
projected gradient descent (Madry et al., "Towards Deep Learning Models Resistant to Adversarial
Attacks", 2018).
"""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels, Part
from digitrec.training.attacks.ball import Ball
from digitrec.training.gradients import compiled, input_gradients

Score = Callable[[Any], Any]
"""Of images (N, H, W, C), (N,): the larger, the better for the attacker."""

Pixels = NDArray[np.float32]

OVERSHOOT = 2.5
"""Radii that all steps come to together."""
LOOKED_AT = 10
"""Steps after which it is looked whether an image is misread already."""
BATCH = 250
"""Digits a step."""
FAR = 1e9


def cross_entropy(targets: Any, logits: Any) -> Any:
    """(N,), of targets (N, classes) that sum to 1."""
    return ops.categorical_crossentropy(targets, logits, from_logits=True)


def margin(targets: Any, logits: Any) -> Any:
    """(N,): the best other class's logit less the true one's: above 0, the digit is misread.

    Its gradient does not fade where the network is sure (Carlini and Wagner, "Towards Evaluating
    the Robustness of Neural Networks", 2017).
    """
    true = ops.sum(targets * logits, axis=-1)
    return ops.max(logits - FAR * targets, axis=-1) - true


BY_GOAL: dict[str, Callable[[Any, Any], Any]] = {"cross_entropy": cross_entropy, "margin": margin}


def against(network: keras.Model, targets: Any, goal: str = "cross_entropy") -> Score:
    """The score of an attack on a network that answers logits (N, classes)."""
    return lambda images: BY_GOAL[goal](targets, network(images, training=False))


def moved(score: Score, changed: Any, images: Any, ball: Ball, step: float) -> Any:
    """The changed images one step on, inside the ball around the images."""
    gradients = input_gradients(score, changed)
    return ball.project(ball.ascend(changed, gradients, step), images)


def fgsm(network: keras.Model, part: Part, ball: Ball) -> Pixels:
    """Each digit after one step as long as the ball is wide, (N, 28, 28, 1) of 0 to 255."""
    step = _step(network, ball, 1.0, "cross_entropy")
    return np.concatenate(
        [step(pixels, pixels, targets) for pixels, targets in _batches(part, network)]
    )


def pgd(
    network: keras.Model,
    part: Part,
    ball: Ball,
    *,
    steps: int = 40,
    restarts: int = 1,
    goal: str = "cross_entropy",
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> Pixels:
    """Digits that are misread, where any are found, (N, 28, 28, 1) of 0 to 255.

    Steps are 2.5 / `steps` of the radius, so that an image can come to any place of the ball.
    What is misread is not changed any more; a digit that no restart had misread is answered as the
    last one left it.

    Args:
        network: pixels in, logits out.
        part: the digits and their true labels.
        ball: what may become of them.
        steps: of each restart.
        restarts: each from other random places.
        goal: one of GOALS.
        seed: of the places.
        tell: called with the restart, from 1, and the number of digits that are still read rightly.
    """
    images, targets = _pixels(part), _targets(part, network)
    found, left = images.copy(), np.arange(len(part))
    step = _step(network, ball, OVERSHOOT / steps, goal)
    dice = keras.random.SeedGenerator(seed)
    for restart in range(1, restarts + 1):
        found[left] = np.asarray(ball.start(images[left], dice))
        for done in range(steps):
            for some in _parts(left):
                found[some] = step(found[some], images[some], targets[some])
            if done % LOOKED_AT == 0 or done == steps - 1:
                left = left[still_right(network, found[left], part.labels[left])]
        tell(restart, len(left))
    return found


def still_right(network: keras.Model, images: Pixels, labels: Labels) -> NDArray[np.bool_]:
    """(N,): which of (N, 28, 28, 1) the network reads as their labels (N,)."""
    if not len(labels):
        return np.zeros(0, bool)
    logits = network.predict(images, batch_size=BATCH, verbose=0)
    return logits.argmax(axis=1) == labels


def _step(
    network: keras.Model, ball: Ball, size: float, goal: str
) -> Callable[[Pixels, Pixels, Pixels], Pixels]:
    """One step of a batch, from (changed, original, targets)."""

    def step(changed: Any, images: Any, targets: Any) -> Any:
        return moved(against(network, targets, goal), changed, images, ball, size)

    quick = compiled(step)
    return lambda *arrays: np.asarray(quick(*map(ops.convert_to_tensor, arrays)))


def _batches(part: Part, network: keras.Model) -> Iterator[tuple[Pixels, Pixels]]:
    images, targets = _pixels(part), _targets(part, network)
    for some in _parts(np.arange(len(part))):
        yield images[some], targets[some]


def _parts(places: NDArray[np.integer]) -> Iterator[NDArray[np.integer]]:
    return (places[start : start + BATCH] for start in range(0, len(places), BATCH))


def _pixels(part: Part) -> Pixels:
    return np.asarray(part.images, np.float32)[..., None]


def _targets(part: Part, network: keras.Model) -> Pixels:
    return np.eye(network.output_shape[-1], dtype=np.float32)[part.labels]
