"""Any picture comes out as upright RGB with dark left and bright right."""

import io

import numpy as np
import pytest
from halves import GREY, SIXTEEN_BIT, TALL, WIDE, halves, looks_like_halves, saved
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import picture

FORMS_OF_MODES = {
    "L": "PNG JPEG BMP GIF TIFF WEBP PPM",
    "LA": "PNG TIFF WEBP",
    "P": "PNG GIF BMP TIFF",
    "RGB": "PNG JPEG BMP GIF TIFF WEBP PPM",
    "RGBA": "PNG TIFF WEBP",
    "CMYK": "JPEG TIFF",
    "YCbCr": "JPEG TIFF",
    "I": "TIFF PPM",
    "F": "TIFF PPM",
}


@pytest.mark.parametrize(
    ("mode", "form"),
    [(mode, form) for mode, forms in FORMS_OF_MODES.items() for form in forms.split()],
)
def test_every_mode_in_every_format(mode, form):
    image = GREY.convert("RGB").convert(mode) if mode in ("CMYK", "YCbCr") else GREY.convert(mode)
    read = picture.load(saved(image, form))
    assert read.pixels.dtype == np.uint8
    assert looks_like_halves(read.pixels)
    assert read.notes == ()


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled(form):
    assert looks_like_halves(picture.load(saved(SIXTEEN_BIT, form)).pixels)


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "TIFF", "PPM"])
def test_one_bit_pictures_are_black_and_white(form):
    pixels = picture.load(saved(GREY.convert("1", dither=Image.Dither.NONE), form)).pixels
    assert looks_like_halves(pixels, patch=0)


@pytest.mark.parametrize("top", [1.0, 255.0, 65535.0, 1e6])
def test_float_pictures_are_scaled_by_the_range_that_holds_them(top):
    image = Image.fromarray(halves().astype(np.float32) / 255 * top)
    assert looks_like_halves(picture.load(image).pixels)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [10, 12, 16])
def test_fewer_bits_than_sixteen_are_as_bright_as_sixteen(form, bits):
    values = (halves() / 255 * (2**bits - 1)).astype(np.uint16)
    assert looks_like_halves(picture.load(saved(Image.fromarray(values), form)).pixels)


def test_values_that_are_no_numbers_are_ground():
    values = halves().astype(np.float32)
    values[0, :3] = np.nan, np.inf, -5
    assert looks_like_halves(picture.load(Image.fromarray(values)).pixels)


def transparent(ink: int, share: float = 0.2) -> Image.Image:
    """A see-through picture with opaque ink of one grey in the left columns."""
    rgba = np.zeros((20, 50, 4), np.uint8)
    rgba[:, : int(50 * share)] = (ink, ink, ink, 255)
    return Image.fromarray(rgba)


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (100, 255), (255, 0), (200, 0)])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGBa"])
def test_transparency_lies_on_the_ground_that_shows_the_ink(ink, ground, mode):
    pixels = picture.load(transparent(ink).convert(mode)).pixels
    assert (pixels[:, 0] == ink).all()
    assert (pixels[:, -1] == ground).all()


def test_a_see_through_picture_without_ink_is_white():
    assert (picture.load(transparent(255, share=0)).pixels == 255).all()


def test_half_see_through_ink_is_blended():
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[0, 0, 3] = 128
    assert abs(int(picture.load(rgba).pixels[0, 0, 0]) - 127) <= 1


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_palettes_may_have_a_see_through_colour(form):
    image = Image.fromarray(np.array([[0, 1, 1, 1]], np.uint8))
    image.putpalette([0, 0, 0, 200, 0, 0])  # black, red
    data = saved(image, form, transparency=1)
    assert Image.open(io.BytesIO(data)).mode == "P"
    assert picture.load(data).pixels.tolist() == [[[0, 0, 0]] + 3 * [[255, 255, 255]]]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_frame_of_several_is_read(form):
    others = [Image.new("L", GREY.size, 50), Image.new("L", GREY.size, 200)]
    options = {"lossless": True} if form == "WEBP" else {}
    read = picture.load(saved(GREY, form, save_all=True, append_images=others, **options))
    assert looks_like_halves(read.pixels)
    assert read.notes == ("first frame of several",)


# By the EXIF standard, orientation 6 has its first row at the right of the upright picture, and its
# first column at the top: rows and columns are swapped, from right to left.
STORED = {
    1: "",
    2: "from the right",
    3: "from the right, from the bottom",
    4: "from the bottom",
    5: "swapped",
    6: "swapped, from the right",
    7: "swapped, from the right, from the bottom",
    8: "swapped, from the bottom",
}


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_exif_orientation_is_turned_upright(orientation, form):
    upright = np.arange(15, dtype=np.uint8).reshape(3, 5) * 17
    stored = upright[:, ::-1] if "right" in STORED[orientation] else upright
    stored = stored[::-1] if "bottom" in STORED[orientation] else stored
    stored = stored.T if "swapped" in STORED[orientation] else stored
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    read = picture.load(saved(Image.fromarray(stored.copy()), form, exif=exif, **options))
    assert (read.pixels == upright[:, :, None]).all()
    if form != "TIFF":  # which Pillow turns by itself
        turned = ("turned upright by its EXIF orientation",)
        assert read.notes == (turned if orientation > 1 else ())


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff"]
)
def test_broken_exif_does_not_spoil_the_picture(exif):
    read = picture.load(saved(GREY, "JPEG", exif=exif, quality=95))
    assert looks_like_halves(read.pixels)
    assert read.notes == ()


def test_orientations_out_of_range_are_passed_over():
    exif = Image.Exif()
    exif[0x0112] = 9
    assert looks_like_halves(picture.load(saved(GREY, "PNG", exif=exif)).pixels)


@pytest.mark.parametrize(
    "array",
    [
        halves(),
        halves()[:, :, None],
        np.repeat(halves()[:, :, None], 3, axis=2),
        np.dstack([halves()] * 3 + [np.full((TALL, WIDE), 255, np.uint8)]),
        halves().astype(np.uint16) * 257,
        (halves() / 255).astype(np.float16),
        (halves() / 255).astype(np.float32),
        halves() / 255,
        np.asfortranarray(halves()),
        np.repeat(halves(), 2, axis=1)[:, ::2],
    ],
    ids=["grey", "grey1", "rgb", "rgba", "uint16", "half", "float", "double", "fortran", "strided"],
)
def test_arrays_of_every_kind(array):
    before = array.copy()
    assert looks_like_halves(picture.load(array).pixels)
    assert (array == before).all()


def test_boolean_arrays_are_black_and_white():
    assert looks_like_halves(picture.load(halves() > 128).pixels, patch=0)


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros(5, np.uint8), r"received \(5,\)"),
        (np.zeros((4, 4, 2), np.uint8), r"received \(4, 4, 2\)"),
        (np.zeros((2, 4, 4, 3), np.uint8), r"received \(2, 4, 4, 3\)"),
        (np.zeros((0, 4), np.uint8), "received 4 x 0"),
        (np.zeros((4, 4), np.int64), "received int64"),
        (np.full((4, 4), 1.5), "expected floats from 0 to 1"),
        (np.full((4, 4), -0.1), "expected floats from 0 to 1"),
        (np.full((4, 4), np.nan), "expected floats from 0 to 1"),
        (np.zeros((4, 4), complex), "received complex128"),
        (np.zeros((4, 4), object), "received object"),
        (np.broadcast_to(np.uint8(0), (8001, 8000)), "at most 64 million pixels"),
    ],
    ids=str,
)
def test_arrays_that_are_no_pictures(array, reason):
    with pytest.raises(PictureError, match=reason):
        picture.load(array)


def test_paths_text_paths_and_bytes_are_alike(tmp_path):
    path = tmp_path / "größe 七.png"
    path.write_bytes(saved(GREY, "PNG"))
    for source in (path, str(path), path.read_bytes(), GREY):
        assert looks_like_halves(picture.load(source).pixels)


def test_the_suffix_does_not_matter(tmp_path):
    path = tmp_path / "picture.txt"
    path.write_bytes(saved(GREY, "JPEG", quality=95))
    assert looks_like_halves(picture.load(path).pixels)


def test_pictures_below_a_folder(tmp_path):
    for name in (
        "b.PNG",
        "a.jpeg",
        "notes.txt",
        ".hidden.png",
        "sub/c.webp",
        ".git/d.png",
        "sub/.e.gif",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in picture.below(tmp_path)]
    assert found == ["a.jpeg", "b.PNG", "sub/c.webp"]
