"""A photo of ten digits, 12 megapixels: where the time goes, beside decoding it in full."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from clock import Places, watched
from parts import Part, Target
from PIL import Image
from processes import ROOT, digitrec, peak

sys.path.insert(0, str(ROOT / "docs"))
import sample_pictures

from digitrec import Reader
from digitrec.reading import asked, ink, picture, views
from digitrec.reading.classifier import CardClassifier

SIZE, QUICK_SIZE = (4000, 3000), (800, 600)
TEXT = "01234\n56789"
ROUNDS, QUICK = 9, 1
MOST_SECONDS, MOST_MEGABYTES = 0.5, 250

DECODED, READ, MEMORY = "decoded in full, by Pillow", "read, all in all", "memory, start included"

STAGES: Places = {
    "decoded, as small as is read": (picture, "load"),
    "ink found": (ink, "find"),
    "its pieces laid out as digits": (views, "clearest"),
    "digits brought into MNIST's form": (asked, "images_of"),
    "the network asked": (CardClassifier, "logits"),
    "its answers judged": (asked, "answers"),
    "boxes, notes and all else": (Reader, "see"),
}
"""What takes the time, each without the others."""


def measure(quick: bool) -> Part:
    """Milliseconds of each stage, and of decoding all pixels."""
    with TemporaryDirectory() as place:
        photo = Path(place, "photo.jpg")
        sample_pictures.ten_digits(*(QUICK_SIZE if quick else SIZE)).save(photo, quality=92)
        turns = [turn(photo) for _ in range(1 + (QUICK if quick else ROUNDS))][1:]
        memory = peak([*digitrec(), "predict", photo])
    middle = {name: median(one[name] for one in turns) for name in turns[0]}
    rows = [[name, f"{1000 * seconds:.1f} ms"] for name, seconds in middle.items()]
    rows.append([MEMORY, f"{memory:.0f} MB"])
    targets = {
        "photo": Target("decoding a photo in full by reading it",
                        median(one[DECODED] / one[READ] for one in turns)),
        "photo, half a second": Target("half a second by what a photo takes",
                                       MOST_SECONDS / middle[READ], 1, absolute=True),
        "photo, memory": Target("250 MB by what it takes",
                                MOST_MEGABYTES / memory, 1, absolute=True),
    }  # fmt: skip
    return Part(["a photo of 12 megapixels", "time"], rows, targets)


def turn(photo: Path) -> dict[str, float]:
    """Seconds: of Pillow, of the reading, and of its stages."""
    decoded = timed(lambda: Image.open(photo).load())
    own = Reader()
    with watched(STAGES) as found:
        read = timed(lambda: expect(own.read(photo).text))
    return {DECODED: decoded, READ: read, **found}


def expect(text: str) -> None:
    """That what is timed is right. Raises SystemExit."""
    if text != TEXT:
        sys.exit(f"expected all ten digits; read {text!r}")


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
