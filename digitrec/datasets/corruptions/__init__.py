"""Digits as bad pictures have them, by kind and severity: to measure with, and to learn from.

>>> corrupt(images, "fog", severity=3)  # (N, 28, 28) uint8 in and out

The kinds are the field's: Hendrycks and Dietterich 2019, "Benchmarking Neural Network Robustness to
Common Corruptions and Perturbations", and for digits Mu and Gilmer 2019, "MNIST-C: A Robustness
Benchmark for Computer Vision". How each is made, and how strong it is, is our own: nothing was
taken from those programs or set by their pictures. All keep a digit's label.
"""

from collections.abc import Callable, Mapping

import numpy as np

from digitrec.datasets.corruptions import blur, light, marks, noise, shape
from digitrec.datasets.digits import Images
from digitrec.errors import OptionError, expect_one_of

Kind = Callable[[Images, int, np.random.Generator], Images]
"""Takes images (N, 28, 28), a severity and dice to new images; each is corrupted in its own way."""

KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        noise.gaussian_noise,
        noise.shot_noise,
        noise.impulse_noise,
        blur.gaussian_blur,
        blur.defocus_blur,
        blur.motion_blur,
        blur.glass_blur,
        blur.pixelate,
        light.fog,
        light.contrast,
        light.brightness,
        light.outlines,
        marks.stripes,
        marks.spatter,
        marks.dotted_line,
        marks.zigzag,
        shape.rotate,
        shape.shear,
        shape.scale,
        shape.translate,
    )
}

SEVERITIES = (1, 2, 3, 4, 5)
"""From what is hardly seen to what still can be read."""

TOGETHER = 1000
"""Images that are corrupted at once: several numbers a pixel, and they fill no memory."""


def corrupt(images: Images, kind: str, severity: int, seed: int = 0) -> Images:
    """The images, corrupted; the same for the same seed.

    Args:
        images: (N, 28, 28), ink 255 on 0; they stay as they are.
        kind: one of KINDS.
        severity: one of SEVERITIES.
        seed: of everything random.

    Raises:
        OptionError: there is no such kind or severity.
    """
    expect_one_of("corruption", kind, KINDS)
    if severity not in SEVERITIES:
        first, *_, last = SEVERITIES
        raise OptionError(f"severity: expected {first} to {last}; received {severity}")
    random, make = np.random.default_rng(seed), KINDS[kind]
    starts = range(0, len(images), TOGETHER)
    made = [make(images[start : start + TOGETHER], severity, random) for start in starts]
    return np.concatenate([images[:0], *made])


def corrupt_some(images: Images, share: float, random: np.random.Generator) -> Images:
    """The images, of which each is corrupted with the chance `share`: any kind, any severity."""
    changed = images.copy()
    chosen = np.flatnonzero(random.random(len(images)) < share)
    kinds = random.integers(len(KINDS), size=len(chosen))
    severities = random.choice(SEVERITIES, len(chosen))
    for number, severity in sorted(set(zip(kinds.tolist(), severities.tolist(), strict=True))):
        ours = chosen[(kinds == number) & (severities == severity)]
        kind = list(KINDS.values())[number]
        changed[ours] = kind(images[ours], severity, random)
    return changed
