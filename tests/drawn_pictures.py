"""Pictures as people have them: digits on paper under light, with what else gets into a photo.

`on_paper` makes a picture (height, width, 3) uint8 of ink, and all that follows changes pictures:

    picture = jpeg(shadow(ruled(on_paper(writing("2048"), paper=CREAM, pen=BLUE))), quality=40)
"""

import io
import math

import cv2
import numpy as np
from drawn_writing import Coverage
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

WHITE, CREAM, GREY = (250, 250, 250), (243, 232, 205), (170, 170, 172)
BLACK, BLUE, RED, PENCIL = (25, 25, 28), (35, 50, 150), (190, 30, 40), (150, 150, 152)


def on_paper(ink: Coverage, *, paper: Colour = WHITE, pen: Colour = BLACK) -> Pixels:
    """Ink of one colour on paper of another."""
    cover = ink[:, :, None]
    return _pixels(cover * np.array(pen, np.float32) + (1 - cover) * np.array(paper, np.float32))


def gradient(picture: Pixels, *, darkest: float = 0.4, degrees: float = 30) -> Pixels:
    """Light that falls off across the picture to that share of itself."""
    return _lit(picture, 1 - (1 - darkest) * _along(picture, degrees))


def shadow(
    picture: Pixels, *, light: float = 0.5, place: float = 0.5, degrees: float = 20, soft: float = 4
) -> Pixels:
    """A phone's or a hand's shadow: what lies beyond its edge has that share of the light.

    Args:
        picture: what it falls on.
        light: what it lets through, 0 to 1.
        place: where its edge is, 0 to 1 across the picture.
        degrees: the direction across its edge, clockwise from the right.
        soft: pixels over which the edge is spread.
    """
    beyond = (_along(picture, degrees) > place).astype(np.float32)
    return _lit(picture, 1 - (1 - light) * _blurred(beyond, soft))


def spot(picture: Pixels, *, share: float = 0.35) -> Pixels:
    """A lamp: full light in the middle, falling off to that share in the corners."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return _lit(picture, 1 - (1 - share) * (x * x + y * y) / 2)


def ruled(
    picture: Pixels,
    *,
    every: float = 40,
    thick: float = 2,
    colour: Colour = (120, 150, 200),
    tilt: float = 0,
    squared: bool = False,
) -> Pixels:
    """Ruled paper, or squared: lines so many pixels apart, under the ink."""
    lines = _stripes(picture, every, thick, 90 + tilt)
    if squared:
        lines = np.maximum(lines, _stripes(picture, every, thick, tilt))
    return _printed(picture, lines, colour)


def underlined(picture: Pixels, *, y: int, thick: int = 3, colour: Colour = BLACK) -> Pixels:
    """One straight line from edge to edge, as below an amount."""
    lines = np.zeros(picture.shape[:2], np.float32)
    lines[y : y + thick] = 1
    return _printed(picture, lines, colour)


def framed(
    picture: Pixels, *, inset: int = 4, thick: int = 3, colour: Colour = BLACK, boxes: int = 1
) -> Pixels:
    """A printed box around it all, or a comb of several boxes side by side."""
    height, width = picture.shape[:2]
    lines = np.zeros((height, width), np.uint8)
    edges = np.linspace(inset, width - 1 - inset, boxes + 1).round().astype(int)
    for left, right in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        cv2.rectangle(lines, (left, inset), (right, height - 1 - inset), 1, thick)
    return _printed(picture, lines.astype(np.float32), colour)


def guilloche(
    picture: Pixels, *, colour: Colour = (150, 175, 160), every: float = 9, thick: float = 2
) -> Pixels:
    """The waves that cheques and bank notes are printed with, under the ink."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = np.zeros((height, width), np.float32)
    for phase in (0.0, 2.1, 4.2):
        bent = y + 0.8 * every * np.sin(x / (2.3 * every) + phase)
        waves = np.maximum(waves, _stripe(bent, every * 1.5, thick))
    return _printed(picture, waves, colour)


def dots(picture: Pixels, *, every: int = 8, size: int = 3, colour: Colour = GREY) -> Pixels:
    """A raster of printed dots, under the ink."""
    printed = np.zeros(picture.shape[:2], np.float32)
    for row in range(size):
        for column in range(size):
            printed[row::every, column::every] = 1
    return _printed(picture, printed, colour)


def stray(
    picture: Pixels, *, seed: int = 0, count: int = 20, size: int = 4, colour: Colour = BLACK
) -> Pixels:
    """Machine-printed dots and dashes anywhere, as dark as the ink and much smaller."""
    random = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    marks = np.zeros((height, width), np.uint8)
    for _ in range(count):
        x, y = int(random.integers(width)), int(random.integers(height))
        length = size * int(random.integers(1, 4))
        cv2.rectangle(marks, (x, y), (x + length - 1, y + size // 2), 1, -1)
    return _printed(picture, marks.astype(np.float32), colour)


def table(
    picture: Pixels, *, side: str = "left", share: float = 0.12, colour: Colour = (60, 42, 30)
) -> Pixels:
    """A dark table beside the sheet, on that share of the picture."""
    out = picture.copy()
    height, width = picture.shape[:2]
    rows, columns = round(share * height), round(share * width)
    where = {
        "left": np.s_[:, :columns],
        "right": np.s_[:, width - columns :],
        "top": np.s_[:rows],
        "bottom": np.s_[height - rows :],
    }
    out[where[side]] = colour
    return out


def on_table(picture: Pixels, *, room: float = 0.2, colour: Colour = (60, 42, 30)) -> Pixels:
    """The sheet with a dark table all around it, of that share of its size on each side."""
    height, width = picture.shape[:2]
    y, x = round(room * height), round(room * width)
    out = np.full((height + 2 * y, width + 2 * x, 3), colour, np.uint8)
    out[y : y + height, x : x + width] = picture
    return out


def finger(picture: Pixels, *, x: float = 0.8, colour: Colour = (205, 150, 125)) -> Pixels:
    """A finger that holds the sheet at its lower edge; x is where, 0 to 1."""
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    size = (round(0.05 * width), round(0.18 * height))
    cv2.ellipse(mask, (round(x * width), height), size, 0, 0, 360, 1, -1)
    return _printed(picture, _blurred(mask.astype(np.float32), 2), colour)


def timestamp(picture: Pixels, text: str = "2024-05-17 08:31") -> Pixels:
    """A camera's date in small orange type near the lower right corner."""
    out = picture.copy()
    height, width = picture.shape[:2]
    size = height / 500
    (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    place = (width - wide - width // 50, height - height // 50)
    cv2.putText(out, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (235, 120, 20), 1, cv2.LINE_AA)
    return out


def striped(picture: Pixels, *, left: float = 0.3, right: float = 0.7) -> Pixels:
    """The picture with a band from top to bottom in which all colours are inverted."""
    out = picture.copy()
    width = picture.shape[1]
    band = np.s_[:, round(left * width) : round(right * width)]
    out[band] = 255 - out[band]
    return out


def texture(picture: Pixels, *, sigma: float = 4, grain: float = 1.5, seed: int = 0) -> Pixels:
    """Rough paper: brightness varies by so many grey levels, in spots of `grain` pixels."""
    noise = np.random.default_rng(seed).normal(size=picture.shape[:2]).astype(np.float32)
    spots = _blurred(noise, grain)
    return _pixels(picture + (sigma / max(float(spots.std()), 1e-6)) * spots[:, :, None])


def noise(picture: Pixels, *, sigma: float = 8, seed: int = 0) -> Pixels:
    """A camera's noise in poor light, different in each channel."""
    return _pixels(picture + np.random.default_rng(seed).normal(0, sigma, picture.shape))


def blurred(picture: Pixels, sigma: float = 1.5) -> Pixels:
    """Out of focus by so many pixels."""
    return _pixels(cv2.GaussianBlur(picture, (0, 0), sigma))


def jpeg(picture: Pixels, *, quality: int = 40) -> Pixels:
    """What is left after it was saved as a JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def adjusted(
    picture: Pixels,
    *,
    brightness: float = 1,
    contrast: float = 1,
    saturation: float = 1,
    hue: float = 0,
) -> Pixels:
    """As a photo editor's sliders change it: 1 leaves a value as it is, hue is in degrees."""
    image = Image.fromarray(picture)
    for enhance, factor in (
        (ImageEnhance.Brightness, brightness),
        (ImageEnhance.Contrast, contrast),
        (ImageEnhance.Color, saturation),
    ):
        image = enhance(image).enhance(factor)
    if not hue:
        return np.asarray(image)
    hsv = np.array(image.convert("HSV"))
    hsv[:, :, 0] = (hsv[:, :, 0].astype(int) + round(hue * 256 / 360)) % 256
    return np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))


def scaled(picture: Pixels, factor: float) -> Pixels:
    """As many times larger, or smaller."""
    height, width = (max(round(side * factor), 1) for side in picture.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=way), np.uint8)


def inverted(picture: Pixels) -> Pixels:
    """Light ink on a dark board."""
    return np.asarray(255 - picture, np.uint8)


def _pixels(values: NDArray[np.floating] | Pixels) -> Pixels:
    return np.clip(np.asarray(values) + 0.5, 0, 255).astype(np.uint8)


def _lit(picture: Pixels, light: NDArray[np.floating]) -> Pixels:
    return _pixels(picture * light[:, :, None])


def _along(picture: Pixels, degrees: float) -> NDArray[np.float32]:
    """0 to 1 across the picture, in that direction clockwise from the right."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    way = x * math.cos(math.radians(degrees)) + y * math.sin(math.radians(degrees))
    return np.asarray((way - way.min()) / max(float(np.ptp(way)), 1e-6), np.float32)


def _stripe(way: NDArray[np.floating], every: float, thick: float) -> Coverage:
    """Lines where `way` is a multiple of `every`, soft to half a pixel."""
    off = np.abs((way + every / 2) % every - every / 2)
    return np.clip(thick / 2 - off + 0.5, 0, 1).astype(np.float32)


def _stripes(picture: Pixels, every: float, thick: float, degrees: float) -> Coverage:
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    way = x * math.cos(math.radians(degrees)) + y * math.sin(math.radians(degrees))
    return _stripe(way - every / 2, every, thick)


def _printed(picture: Pixels, cover: Coverage, colour: Colour) -> Pixels:
    """Printing shows on paper, and hardly under ink: the darker of the two is seen."""
    printed = picture * (1 - cover[:, :, None]) + cover[:, :, None] * np.array(colour, np.float32)
    return _pixels(np.minimum(picture, printed))


def _blurred(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), max(sigma, 0.1)), np.float32)
