"""What is no picture, or none that can be opened safely, is a one-line error."""

import io
import os
import struct
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from halves import GREY, TALL, WIDE, looks_like_halves, saved
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import picture


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
