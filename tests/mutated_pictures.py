"""Files that are nearly pictures: what the network, a broken disk or an attacker may send.

    python tests/mutated_pictures.py 10000

reads so many of them with the shipped model and prints how often each kind of answer came, the
slowest and the memory's peak; expect 90 seconds. It ends with 1 at the first that is answered with
anything but a status or a PictureError, or takes longer than LIMIT seconds. Picture number N is the
same in every run; `python tests/mutated_pictures.py 1 --start N` reads it alone.
"""

import argparse
import faulthandler
import json
import logging
import random
import struct
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from whole_pictures import others, ours, sum_of

from digitrec import Reader
from digitrec.errors import PictureError

SEED = 2024
LIMIT = 30
"""Seconds for one picture on a machine that does other work too."""

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


def answer(reader: Reader, data: bytes) -> str:
    """The status of a reading, "error" where there is a PictureError."""
    try:
        return reader.read(data).status
    except PictureError as error:
        if "\n" in str(error):
            raise ValueError(f"expected one line; received {error!r}") from error
        return "error"


def megabytes() -> float:
    """The most memory that this process has had, 0 where the system does not say.

    Not getrusage's ru_maxrss, which a process inherits from the one that started it.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


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
