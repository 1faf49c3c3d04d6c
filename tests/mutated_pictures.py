"""Files that are nearly pictures: what the network, a broken disk or an attacker may send.

    python tests/mutated_pictures.py 10000

reads so many of them with the shipped model and prints how often each kind of answer came, the
slowest and the memory's peak; expect 90 seconds. It ends with 1 at the first that is answered with
anything but a status or a PictureError, or takes longer than LIMIT seconds. Picture number N is the
same in every run; `python tests/mutated_pictures.py 1 --start N` reads it alone.
"""

import argparse
import faulthandler
import io
import itertools
import json
import logging
import random
import struct
import sys
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import drawn_digits
import numpy as np
from PIL import Image

from digitrec import Reader
from digitrec.errors import PictureError
from digitrec.reading.formats import STARTS
from digitrec.reading.quiet import quiet_stderr

SEED = 2024
LIMIT = 30
"""Seconds for one picture on a machine that does other work too."""

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

OURS = 0.8
"""Share of the pictures that begin as one of a format that may be opened."""

SIZES = (0, 1, 2, 255, 7000, 32767, 65535, 100_000, 2**31 - 1, 2**32 - 1)

SIZE_FIELDS = {
    b"\x89PNG": [(16, ">I"), (20, ">I"), (24, "B"), (25, "B")],
    b"BM": [(10, "<I"), (18, "<I"), (22, "<I"), (28, "<H"), (30, "<I"), (46, "<I")],
    b"GIF8": [(6, "<H"), (8, "<H"), (10, "B")],
    b"RIFF": [(4, "<I"), (16, "<I"), (24, "<I"), (26, "<H"), (27, "<I"), (28, "<H")],
}
"""Where formats say how large the picture is, and its kind: offset and type, by how they begin."""

Way = tuple[str, str, dict[str, object]]
"""A mode, a format, and how to save it."""

Mutation = Callable[[bytes, random.Random], bytes]


def mutated(number: int) -> tuple[str, bytes]:
    """What was done to which picture, and the bytes that came of it."""
    chance = random.Random(f"{SEED}-{number}")
    name, data = chance.choice(ours() if chance.random() < OURS else others())
    done = [chance.choice(MUTATIONS) for _ in range(chance.choice((1, 1, 1, 2)))]
    for mutation in done:
        data = mutation(data, chance)
    if chance.random() < 0.7:
        data = with_right_sums(data)
    return f"{name} {' '.join(mutation.__name__ for mutation in done)}", data


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


def cut_off(data: bytes, chance: random.Random) -> bytes:
    """Only the beginning has come."""
    return data[: chance.randrange(len(data) + 1)]


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits anywhere are wrong."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 30)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def head_changed(data: bytes, chance: random.Random) -> bytes:
    """Numbers near the beginning are others."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 5)) if len(changed) > 8 else 0):
        place = chance.randrange(min(len(changed), 200) - 4)
        kind = chance.choice(("B", "<H", ">H", "<I", ">I"))
        put(changed, place, kind, chance.choice(SIZES))
    return bytes(changed)


def size_lied(data: bytes, chance: random.Random) -> bytes:
    """The picture says that it is as large as it is not."""
    changed = bytearray(data)
    for place, kind in size_fields(data):
        if chance.random() < 0.5:
            put(changed, place, kind, chance.choice(SIZES))
    return bytes(changed)


def size_fields(data: bytes) -> list[tuple[int, str]]:
    """Where the width, the height and their like are."""
    for start, fields in SIZE_FIELDS.items():
        if data.startswith(start):
            return fields
    if data.startswith(b"\xff\xd8"):
        frames = [data.find(bytes([255, sign])) for sign in (0xC0, 0xC1, 0xC2)]
        return [(at + shift, ">H") for at in frames if at >= 0 for shift in (5, 7)]
    if data.startswith(b"II"):
        tags = range(256, 280)
        found = [(data.find(struct.pack("<HH", tag, 4)), "<I") for tag in tags]
        found += [(data.find(struct.pack("<HH", tag, 3)), "<H") for tag in tags]
        return [(place + 8, kind) for place, kind in found if place >= 0]
    return [(3, ">H")]


def put(changed: bytearray, place: int, kind: str, value: int) -> None:
    """A number in place of others, if there is room."""
    width = struct.calcsize(kind)
    if place + width <= len(changed):
        struct.pack_into(kind, changed, place, value % 256**width)


def part_twice(data: bytes, chance: random.Random) -> bytes:
    """A part comes twice, or again and again."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end] * chance.choice((1, 1, 20)) + data[end:]


def part_missing(data: bytes, chance: random.Random) -> bytes:
    """A part is missing."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def part_of_another(data: bytes, chance: random.Random) -> bytes:
    """It goes on as another picture does."""
    _, other = chance.choice(ours())
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def noise_inside(data: bytes, chance: random.Random) -> bytes:
    """A part is noise."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + chance.randbytes(min(end - start, 10_000)) + data[end:]


def unchanged(data: bytes, chance: random.Random) -> bytes:
    """As it is: it may be of a format that is not to be opened."""
    return data


MUTATIONS: tuple[Mutation, ...] = (
    *(cut_off, bits_flipped, head_changed, size_lied, part_twice),
    *(part_missing, part_of_another, noise_inside, unchanged),
)


def with_right_sums(data: bytes) -> bytes:
    """A PNG's chunks with the sums that belong to what they hold now, so that it is looked at."""
    if not data.startswith(b"\x89PNG"):
        return data
    changed, place = bytearray(data), 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 8 + length
        if end + 4 > len(data):
            break
        changed[end : end + 4] = sum_of(data[place + 4 : end])
        place = end + 4
    return bytes(changed)


def sum_of(content: bytes) -> bytes:
    """The sum of a PNG's chunk."""
    return struct.pack(">I", zlib.crc32(content))


def answer(reader: Reader, data: bytes) -> str:
    """The status of a reading, "error" where there is a PictureError."""
    try:
        return reader.read(data).status
    except PictureError as error:
        if "\n" in str(error):
            raise ValueError(f"expected one line; received {error!r}") from error
        return "error"


def megabytes() -> float:
    """The most memory that this process has had, 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Read the pictures, say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many pictures")
    parser.add_argument("--start", type=int, default=0, help="the number of the first")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    reader = Reader()
    answers: Counter[str] = Counter()
    slowest = 0.0, -1
    for number in range(options.start, options.start + options.count):
        name, data = mutated(number)
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        began = time.perf_counter()
        try:
            answers[answer(reader, data)] += 1
        except BaseException:
            print(f"number {number}: {name}", file=sys.stderr)
            raise
        slowest = max(slowest, (time.perf_counter() - began, number))
    faulthandler.cancel_dump_traceback_later()
    found = {"answers": answers, "seconds": round(slowest[0], 2), "slowest": slowest[1]}
    print(json.dumps({**found, "megabytes": round(megabytes())}))


if __name__ == "__main__":
    main()
