"""Any picture comes out as upright RGB with dark left and bright right, or as a one-line error."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import picture

TALL, WIDE = 40, 60


def halves() -> np.ndarray:
    """(40, 60) uint8: black on the left, white on the right, a grey patch in the black."""
    grey = np.zeros((TALL, WIDE), np.uint8)
    grey[:, WIDE // 2 :] = 255
    grey[10:30, 8:24] = 100
    return grey


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def looks_like_halves(pixels: np.ndarray, patch: int = 100) -> bool:
    near = np.abs(pixels[[5, 20, 5], [5, 16, 50]].astype(int) - [[0], [patch], [255]])
    return pixels.shape == (TALL, WIDE, 3) and bool((near <= 3).all())


GREY = Image.fromarray(halves())
SIXTEEN_BIT = Image.fromarray(halves().astype(np.uint16) * 257)
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


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size, with data for none of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8001, 10_000, 20_000, 60_000])
def test_gigantic_pictures_are_refused_by_their_header(side):
    with pytest.raises(PictureError, match="expected at most 64 million pixels; received"):
        picture.load(png_header(side, side))


def test_gigantic_pictures_are_refused_where_warnings_are_errors():
    with pytest.raises(PictureError, match="expected at most 64 million pixels"):
        picture.load(png_header(10_000, 10_000))


def test_bombs_in_a_pillow_image_are_refused():
    with pytest.raises(PictureError, match="64 million pixels; received 8001 x 8000"):
        picture.load(Image.new("1", (8001, 8000)))


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM"])
def test_truncated_pictures(form, share):
    noise = np.random.default_rng(0).integers(0, 256, (TALL, WIDE), np.uint8)
    whole = saved(Image.fromarray(noise), form)
    with pytest.raises(PictureError, match=r"expected a (whole )?picture"):
        picture.load(whole[: int(len(whole) * share)])


def test_a_truncated_pillow_image_is_an_error_of_ours():
    whole = saved(GREY, "PNG")
    with pytest.raises(PictureError, match="broken"):
        picture.load(Image.open(io.BytesIO(whole[: len(whole) // 2])))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"just some text\n", "this is not one"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this is not one"),
        (b"%PDF-1.7\n", "this is not one"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "this is not one"),
        (b"\0" * 4096, "this is not one"),
        (b"PK\3\4", "this is not one"),
    ],
    ids=["text", "svg", "pdf", "eps", "zeros", "zip"],
)
def test_files_that_are_no_pictures(tmp_path, content, reason):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(PictureError, match=reason):
            picture.load(source)


def test_formats_that_are_not_allowed_are_not_opened():
    with pytest.raises(PictureError, match="this is not one"):
        picture.load(saved(GREY, "ICO"))


def test_an_empty_file_and_no_bytes(tmp_path):
    path = tmp_path / "empty.png"
    path.touch()
    with pytest.raises(PictureError, match="the file is empty"):
        picture.load(path)
    with pytest.raises(PictureError, match="no bytes"):
        picture.load(b"")


@pytest.mark.parametrize("name", ["missing.png", "no/such/folder.png", "nul\0.png"])
def test_missing_files(tmp_path, name):
    with pytest.raises(PictureError, match="no such file"):
        picture.load(f"{tmp_path}/{name}")


def test_names_that_the_system_does_not_take(tmp_path):
    with pytest.raises(PictureError, match=r"cannot be read \(File name too long\)"):
        picture.load(tmp_path / ("x" * 5000))


def test_a_folder(tmp_path):
    with pytest.raises(PictureError, match="this is a folder"):
        picture.load(tmp_path)


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "secret.png"
    path.write_bytes(saved(GREY, "PNG"))

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(PictureError, match=r"^cannot be read \(Permission denied\)$"):
        picture.load(path)


def test_one_pixel():
    assert picture.load(saved(Image.new("L", (1, 1), 77), "PNG")).pixels.tolist() == [[[77] * 3]]


def test_libtiff_keeps_quiet_on_broken_files(capfd):
    whole = bytearray(saved(GREY.convert("1"), "TIFF", compression="group4"))
    whole[8:40] = b"\x55" * 32
    with suppress(PictureError):
        picture.load(bytes(whole))
    assert capfd.readouterr() == ("", "")


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
