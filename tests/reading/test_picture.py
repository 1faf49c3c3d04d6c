"""Any picture comes out as upright RGB with dark left and bright right, or as a one-line error."""

import io
import os
import struct
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import ink, picture

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


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (b"P6 1001 1000 255\n", "broken"),
        (b"P6 1001 1000 254\n", "at most 1 million pixels in such a PPM; received 1001 x 1000"),
        (b"P3 1001 1000 255\n", "at most 1 million pixels in such a PPM"),
        (b"P5 5000 5000 65535\n", "broken"),
    ],
)
def test_what_is_decoded_slowly_is_refused_sooner(start, reason):
    with pytest.raises(PictureError, match=reason):
        picture.load(start + b"1 ")


def with_size(data: bytes, form: str, width: int, height: int) -> bytes:
    """A TIFF's, a BMP's or a lossless WebP's bytes with another size in the header."""
    changed = bytearray(data)
    if form == "TIFF":
        for tag, side in ((256, width), (257, height)):
            at = data.index(struct.pack("<HHI", tag, 4, 1))
            struct.pack_into("<I", changed, at + 8, side)
    elif form == "BMP":
        struct.pack_into("<ii", changed, 18, width, height)
    else:
        bits = struct.unpack_from("<I", data, 21)[0] >> 28 << 28
        struct.pack_into("<I", changed, 21, bits | (width - 1) | (height - 1) << 14)
    return bytes(changed)


@pytest.mark.parametrize(
    ("form", "side", "million"), [("TIFF", 6000, 36), ("WEBP", 4000, 16), ("BMP", 8000, 64)]
)
def test_each_format_has_its_limit(form, side, million):
    whole = saved(GREY, form, **({"lossless": True} if form == "WEBP" else {}))
    with pytest.raises(
        PictureError, match=f"at most {million} million pixels.*{side + 1} x {side}"
    ):
        picture.load(with_size(whole, form, side + 1, side))
    with pytest.raises(PictureError, match="broken"):
        picture.load(with_size(whole, form, side, side))


def many_scans(count: int) -> bytes:
    """A progressive JPEG of 64 by 64 pixels whose last scan is repeated."""
    whole = saved(GREY.resize((64, 64)), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + count * last + whole[-2:]


def test_jpegs_may_have_so_many_scans(monkeypatch):
    monkeypatch.setattr(picture, "MAX_SCANNED", 64 * 64 * 30)
    assert picture.load(many_scans(20)).pixels.shape == (64, 64, 3)
    with pytest.raises(PictureError, match="at most 30 scans in so large a JPEG; received 36"):
        picture.load(many_scans(30))


def test_what_hangs_on_a_jpeg_is_not_counted_as_its_scans(monkeypatch):
    """Thumbnails are in its segments, and telephones put a film behind its end."""
    monkeypatch.setattr(picture, "MAX_SCANNED", GREY.width * GREY.height * 2)
    thumbnail = b"\xff\xd8" + b"\xff\xda\0\x0c" * 50 + b"\xff\xd9"
    whole = saved(GREY, "JPEG", quality=95)
    segment = b"\xff\xe2" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    assert looks_like_halves(picture.load(whole[:2] + segment + whole[2:] + thumbnail).pixels)


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


def test_several_pictures_in_one_jpeg_as_telephones_make_them():
    data = saved(GREY, "MPO", save_all=True, append_images=[GREY.point(lambda grey: 255 - grey)])
    read = picture.load(data)
    assert looks_like_halves(read.pixels)
    assert read.notes == ("first frame of several",)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_pipe_is_read_like_a_file():
    out, into = os.pipe()
    os.write(into, saved(GREY, "PNG"))
    os.close(into)
    assert looks_like_halves(picture.load(f"/dev/fd/{out}").pixels)
    os.close(out)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file")
def test_of_what_has_no_end_only_some_is_read(monkeypatch):
    monkeypatch.setattr(picture, "MAX_PIPED", 1000)
    with pytest.raises(PictureError, match="this is not one"):
        picture.load("/dev/zero")


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
