"""Large pictures are shrunk as they are decoded, and nothing in them moves."""

import numpy as np
import pytest
from halves import halves, saved
from PIL import Image

from digitrec.reading import ink, picture

LARGE = np.kron(halves(), np.ones((40, 40), np.uint8))
"""The halves 1600 high and 2400 wide."""


def looks_like_large_halves(read: picture.Picture, patch: int = 100) -> bool:
    times = round(read.scale)
    rows, columns = np.array([5, 20, 5]) * 40 // times, np.array([5, 16, 50]) * 40 // times
    near = np.abs(read.pixels[rows, columns].astype(int) - [[0], [patch], [255]])
    return read.pixels.shape == (1600 // times, 2400 // times, 3) and bool((near <= 3).all())


@pytest.mark.parametrize("mode", ["L", "LA", "La", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I"])
def test_large_pictures_of_every_mode_are_shrunk(mode):
    steps = {"La": ["LA"], "CMYK": ["RGB"], "YCbCr": ["RGB"], "HSV": ["RGB"]}
    image = Image.fromarray(LARGE)
    for step in [*steps.get(mode, []), mode]:
        image = image.convert(step)
    read = picture.load(image)
    assert read.scale == 2
    assert looks_like_large_halves(read)


def test_large_pictures_in_black_and_white_are_shrunk():
    image = Image.fromarray(LARGE).convert("1", dither=Image.Dither.NONE)
    assert looks_like_large_halves(picture.load(image), patch=0)


def test_lightness_is_what_counts_of_lab():
    grey = Image.fromarray(LARGE)
    middle = Image.new("L", grey.size, 128)
    assert looks_like_large_halves(picture.load(Image.merge("LAB", [grey, middle, middle])))


@pytest.mark.parametrize(
    "array",
    [
        LARGE,
        np.dstack([LARGE] * 3),
        LARGE.astype(np.uint16) * 257,
        LARGE / 255,
        np.dstack([LARGE] * 3 + [np.full(LARGE.shape, 255, np.uint8)]),
    ],
    ids=["grey", "rgb", "uint16", "float", "rgba"],
)
def test_large_arrays_are_shrunk(array):
    read = picture.load(array)
    assert read.scale == 2
    assert looks_like_large_halves(read)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "PPM"])
@pytest.mark.parametrize(
    ("width", "height", "times"),
    [(1024, 700, 1), (2047, 900, 1), (2048, 901, 2), (901, 3075, 3), (4100, 4099, 4), (8195, 9, 8)],
)
def test_the_longer_side_keeps_1024_pixels(width, height, times, form):
    if form == "JPEG":  # whose decoder halves only
        times = {3: 2}.get(times, times)
    read = picture.load(saved(Image.new("L", (width, height), 200), form))
    assert read.scale == times
    assert read.pixels.shape == (height // times, width // times, 3)
    assert np.abs(read.pixels.astype(int) - 200).max() <= 1


def test_what_is_shrunk_stays_in_its_place():
    """A box of one pixel's picture, times its scale, is where it was."""
    grey = np.full((3000, 4001), 255, np.uint8)
    grey[600:900, 1200:1500] = 0
    for form in ("PNG", "JPEG"):
        read = picture.load(saved(Image.fromarray(grey), form, quality=95))
        rows, columns = np.nonzero(read.pixels[:, :, 0] < 128)
        box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) * read.scale
        assert (np.abs(box - [1200, 600, 1500, 900]) <= read.scale).all()


def test_a_stored_turn_and_shrinking_go_together():
    exif = Image.Exif()
    exif[0x0112] = 6
    for form in ("PNG", "JPEG", "TIFF"):
        read = picture.load(saved(Image.fromarray(LARGE), form, exif=exif))
        assert read.scale == 2
        assert read.pixels.shape == (1200, 800, 3)
        assert read.pixels[100, 400, 0] < 5 < 250 < read.pixels[1100, 400, 0]


def test_what_is_seen_through_does_not_darken_the_edges_when_it_is_shrunk():
    """White ink from an odd column on: its edge is half of white, whatever black is not seen."""
    rgba = np.zeros((2048, 2048, 4), np.uint8)
    rgba[:, 1801:] = 255
    pixels = picture.load(rgba).pixels
    assert (pixels[:, 899] == 0).all()
    assert (np.abs(pixels[:, 900].astype(int) - 127) <= 1).all()
    assert (pixels[:, 901] == 255).all()


@pytest.mark.parametrize("shape", [(1, 60_000), (60_000, 1), (2, 5000), (1023, 1)])
def test_thin_pictures_keep_a_pixel(shape):
    read = picture.load(np.full(shape, 50, np.uint8))
    assert (read.pixels == 50).all()
    assert min(read.pixels.shape) >= 1


def test_no_smaller_than_the_ink_is_looked_for():
    assert picture.DECODED_SIDE >= ink.WORKING_SIDE
