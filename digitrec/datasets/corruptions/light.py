"""Light and ink: fog before it, too much light, ink that fades, outlines in place of ink."""

import cv2
import numpy as np

from digitrec.datasets.corruptions.fields import FULL_INK, clouds, to_bytes
from digitrec.datasets.digits import Images

THICKNESS = (0.35, 0.5, 0.65, 0.75, 0.85)
"""What share of the light comes from the fog where that is thickest."""

OCTAVES = {3: 1.0, 6: 0.5, 12: 0.25}
"""Clouds of fog: how many there are across, and how strong they are."""

LEFT = (0.7, 0.5, 0.35, 0.25, 0.17)
"""Shares of the contrast that are left."""

ADDED = (0.15, 0.27, 0.4, 0.52, 0.65)
"""Light that is added, as shares of full ink."""

FADED = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Shares of the ink that give way to its outline."""

EDGE = 100, 200
"""Slopes at which Canny's outline goes on, and begins."""


def fog(images: Images, severity: int, random: np.random.Generator) -> Images:
    """White clouds of all sizes before the picture (Fournier et al. 1982), thicker in places."""
    cloud = sum(
        strength * clouds(len(images), cells, random) for cells, strength in OCTAVES.items()
    )
    cloud -= np.min(cloud, axis=(1, 2), keepdims=True)
    cloud *= THICKNESS[severity - 1] / np.max(cloud, axis=(1, 2), keepdims=True)
    return to_bytes(images + cloud * (FULL_INK - images))


def contrast(images: Images, severity: int, _: np.random.Generator) -> Images:
    """Ink and ground nearer to what they are on the average, as in bad copies."""
    middle = images.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    return to_bytes(middle + LEFT[severity - 1] * (images - middle))


def brightness(images: Images, severity: int, _: np.random.Generator) -> Images:
    """As much light everywhere; what is brighter than white is white."""
    return to_bytes(images + FULL_INK * ADDED[severity - 1])


def outlines(images: Images, severity: int, _: np.random.Generator) -> Images:
    """Less and less ink, and a line around where it was (Canny 1986)."""
    edges = np.stack([cv2.Canny(image, *EDGE) for image in images])
    return to_bytes(images + FADED[severity - 1] * (edges.astype(np.float32) - images))
