"""A hundred thousand requests in a row, then 32 callers at once: all answers are compared."""

import http.client
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import servers
from parts import Part, Target
from PIL import Image
from servers import Service

from digitrec import Reader, datasets

COUNT, QUICK = 100_000, 500
DIGITS = 1_000
WARM = 2_000
CALLERS = 32
MOST_MEGABYTES = 5


def measure(quick: bool) -> Part:
    """How the answers differ from the library's, and how memory grows."""
    count = QUICK if quick else COUNT
    pictures = [as_png(image) for image in datasets.load("mnist").validation.images[:DIGITS]]
    reader = Reader()
    wanted = [{**reader.read(picture).as_dict(), "file": None} for picture in pictures]
    with servers.ours() as service:
        differing(service, pictures, wanted, range(min(WARM, count)))
        before = service.megabytes
        one_after_the_other = differing(service, pictures, wanted, range(count))
        between = service.megabytes
        with ThreadPoolExecutor(CALLERS) as callers:
            shares = [range(start, count // 10, CALLERS) for start in range(CALLERS)]
            at_once = sum(
                callers.map(lambda share: differing(service, pictures, wanted, share), shares)
            )
        after = service.megabytes
    grown = after - before
    return Part(
        ["requests", "answers that differ from the library's", "memory then, MB"],
        [
            [f"{min(WARM, count):,} to begin with", "", f"{before:.1f}"],
            [f"{count:,} one after the other", f"{one_after_the_other}", f"{between:.1f}"],
            [f"{count // 10:,} of {CALLERS} callers at once", f"{at_once}", f"{after:.1f}"],
        ],
        {
            "endurance, answers": Target("requests answered as by the library, of all",
                                         1.0 - bool(one_after_the_other + at_once), 1),
            "endurance, memory": Target("5 MB by what memory has grown",
                                        MOST_MEGABYTES / max(grown, 0.1), 1, absolute=True),
        },
    )  # fmt: skip


def differing(
    service: Service,
    pictures: Sequence[bytes],
    wanted: Sequence[dict[str, object]],
    numbers: Sequence[int],
) -> int:
    """How many answers are others, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    found = 0
    for number in numbers:
        place = number % len(pictures)
        connection.request("POST", "/predict", pictures[place])
        found += json.loads(connection.getresponse().read()) != wanted[place]
    connection.close()
    return found


def as_png(image: object) -> bytes:
    """A PNG file of a digit."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()
