"""Pictures as they should be: of each format that Pillow writes, in every mode, some by hand."""

import io
import itertools
import struct
import zlib
from collections.abc import Iterator
from functools import cache

import drawn_digits
import numpy as np
from PIL import Image

from digitrec.reading.formats import STARTS
from digitrec.reading.quiet import quiet_stderr

MODES = (
    *("1", "L", "LA", "La", "P", "PA", "I", "I;16", "I;16B", "F"),
    *("RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"),
)
FEW_MODES = ("1", "L", "RGB")
COMPRESSIONS = (
    *("tiff_lzw", "tiff_deflate", "packbits", "jpeg"),
    *("group3", "group4", "zstd", "lzma"),
)
OPTIONS = {
    "JPEG": [{"progressive": True}, {"quality": 10, "subsampling": 2}],
    "TIFF": [{"compression": name} for name in COMPRESSIONS],
    "WEBP": [{"lossless": True}],
    "GIF": [{"interlace": 0}, {"transparency": 0}],
}
"""How formats are saved in few modes, beside the way that needs no saying in every mode."""

Way = tuple[str, str, dict[str, object]]
"""A mode, a format, and how to save it."""


@cache
def ours() -> list[tuple[str, bytes]]:
    """Whole pictures of the formats that may be opened, in every mode, and some made by hand."""
    plain = [(mode, form, {}) for form in STARTS for mode in MODES]
    special = [
        (mode, form, options)
        for form, ways in OPTIONS.items()
        for options in ways
        for mode in FEW_MODES
    ]
    return [*all_written([*plain, *special]), *by_hand()]


@cache
def others() -> list[tuple[str, bytes]]:
    """Whole pictures of every other format that Pillow writes."""
    Image.init()
    forms = sorted(set(Image.SAVE) - set(STARTS))
    return all_written([(mode, form, {}) for form in forms for mode in FEW_MODES])


def all_written(ways: list[Way]) -> list[tuple[str, bytes]]:
    """The pictures with what each is, of the ways that there are."""
    with quiet_stderr():
        pairs = [
            (f"{mode} {form} {options}", written(mode, form, options))
            for mode, form, options in ways
        ]
    return [(name, data) for name, data in pairs if data]


def written(mode: str, form: str, options: dict[str, object]) -> bytes:
    """A digit on noise in a mode and a format; nothing where the one cannot hold the other."""
    digit = drawn_digits.draw(len(mode + form) % 10, size=64)
    noise = np.random.default_rng(len(form)).integers(0, 20, (64, 64))
    grey = Image.fromarray((np.asarray(digit) * 0.9 + noise).astype(np.uint8)).resize((48, 64))
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 1 + len(mode) % 8
    try:
        in_mode(grey, mode).save(buffer, form, exif=exif, **options)
    except Exception:  # noqa: BLE001 - Pillow says in many ways that it cannot
        return b""
    return buffer.getvalue()


def in_mode(grey: Image.Image, mode: str) -> Image.Image:
    """Through the modes that Pillow converts by."""
    if mode.startswith("I;"):
        kind = ">u2" if mode.endswith("B") else "<u2"
        return Image.fromarray((np.asarray(grey).astype(np.uint16) * 257).astype(kind))
    if mode in ("La", "RGBa", "PA"):
        return grey.convert({"La": "LA", "RGBa": "RGBA", "PA": "P"}[mode]).convert(mode)
    if mode == "LAB":
        return Image.merge("LAB", [grey, grey, grey])
    return grey.convert("RGB").convert(mode)


def by_hand() -> Iterator[tuple[str, bytes]]:
    """What Pillow does not write: traps for those who decode before they look."""
    yield "text", b"no picture at all\n" * 20
    yield "svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    yield "nothing but zeros", bytes(5000)
    for form in ("GIF", "TIFF", "PNG", "WEBP"):
        frames = [Image.new("L", (20, 20), grey) for grey in range(0, 250, 5)]
        buffer = io.BytesIO()
        frames[0].save(buffer, form, save_all=True, append_images=frames[1:])
        yield f"{form} of many frames", buffer.getvalue()
    progressive = written("L", "JPEG", {"progressive": True})
    last = progressive[progressive.rindex(b"\xff\xda") : -2]
    yield "JPEG of many scans", progressive[:-2] + 500 * last + progressive[-2:]
    yield "PNG of long texts", png(40, 40, b"zTXt", b"name\0\0" + zlib.compress(bytes(10**7)))
    yield "PNG of long profile", png(40, 40, b"iCCP", b"name\0\0" + zlib.compress(bytes(10**7)))
    yield "PNG of much more data than size", png(3, 3, b"tEXt", b"a\0b", data=bytes(10**6))
    for kind, top in itertools.product((b"P1", b"P2", b"P3"), (b"", b"7", b"255", b"65535")):
        numbers = " ".join(str(number % 2) for number in range(900)).encode()
        yield f"plain {kind.decode()} {top.decode()}", kind + b" 10 9 " + top + b"\n" + numbers
    for kind, top in itertools.product((b"P4", b"P5", b"P6", b"Pf"), (b"", b"7", b"256", b"-1.0")):
        yield f"raw {kind.decode()} {top.decode()}", kind + b" 10 9 " + top + b"\n" + bytes(1100)
    yield "BMP of runs", bmp_of_runs(b"\x05\x80\0\0" * 10 + b"\0\2\xff\xff\0\1")
    yield "BMP of lone pixels", bmp_of_runs(b"\x01\x80" * 900 + b"\0\1")


def png(width: int, height: int, kind: bytes, content: bytes, data: bytes | None = None) -> bytes:
    """A grey PNG with a chunk of a kind before its data."""
    rows = zlib.compress(data or bytes(height * (width + 1)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (kind, content), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG's chunk with its sum."""
    return struct.pack(">I", len(content)) + kind + content + sum_of(kind + content)


def bmp_of_runs(runs: bytes) -> bytes:
    """A BMP of 30 by 30 whose pixels are told by their runs."""
    palette = b"".join(bytes([grey, grey, grey, 0]) for grey in range(256))
    start = 14 + 40 + len(palette)
    head = struct.pack("<IHHI", start + len(runs), 0, 0, start)
    size = struct.pack("<IiiHHIIiiII", 40, 30, 30, 1, 8, 1, len(runs), 0, 0, 256, 0)
    return b"BM" + head + size + palette + runs


def sum_of(content: bytes) -> bytes:
    """The sum of a PNG's chunk."""
    return struct.pack(">I", zlib.crc32(content))
