"""What a digit costs whatever the clock says: multiply-adds, bytes, joules where they show."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from parts import Part
from processes import MODELS

from digitrec import datasets
from digitrec.compression.formats import cost
from digitrec.reading.classifier import BATCH, Classifier
from digitrec.training.quiet import quiet

COUNTER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")
"""Where Linux shows the joules of a processor that counts them."""
SECONDS, QUICK = 20, 1

COUNTED = ("multiply_adds", "weights", "maps")

WIDTHS, QUICK_WIDTHS = (0.25, 0.5, 1.0, 1.5, 2.0), (0.25,)
COUNT, QUICK_COUNT, CALIBRATION = 20_000, 512, 200


def measure(quick: bool) -> Part:
    """Of each operation of the shipped models; then microseconds a digit by the network's width."""
    head = ["a digit", "multiply-adds", "bytes of weights read", "bytes of maps read and written",
            "joules"]  # fmt: skip
    seconds = QUICK if quick else SECONDS
    rows = [row for path in sorted(MODELS.glob("*.tflite")) for row in work_of(path, seconds)]
    return Part(head, rows, {}, {"us by width": by_width(quick)})


def work_of(model: Path, seconds: float) -> list[list[str]]:
    """A row for the model, and one for each of its operations."""
    steps = cost.steps(model.read_bytes())
    total = [sum(getattr(step, name) for step in steps) for name in COUNTED]
    named = [f"{number} {step.name}" for number, step in enumerate(steps, 1)]
    rows = [
        [f"- {name}", *(f"{getattr(step, one):,}" for one in COUNTED), ""]
        for name, step in zip(named, steps, strict=True)
    ]
    return [[f"`{model.name}`", *(f"{one:,}" for one in total), joules(model, seconds)], *rows]


def joules(model: Path, seconds: float) -> str:
    """Of one digit, as the processor counts; or why that is not known."""
    try:
        before = int(COUNTER.read_text())
    except OSError:
        return "not counted on this machine"
    classifier, images = Classifier(model), datasets.load("mnist").train.images[:BATCH]
    read, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        classifier.probabilities(images)
        read += len(images)
    return f"{(int(COUNTER.read_text()) - before) / 1e6 / read:.2g}"


def by_width(quick: bool) -> dict[str, float]:
    """Microseconds a digit on one thread, of the shipped architecture untrained, as int8."""
    images = datasets.load("mnist").train.images[: QUICK_COUNT if quick else COUNT]
    found = {}
    for width in QUICK_WIDTHS if quick else WIDTHS:
        with TemporaryDirectory() as folder:
            classifier = Classifier(wide(Path(folder), width), input_scale="pixels")
            found[f"{width:g}"] = micros(classifier, images)
    return found


def wide(folder: Path, width: float) -> Path:
    """A file of the shipped architecture in this width, untrained, as int8."""
    with quiet():
        from digitrec import networks
        from digitrec.compression.formats.tflite import to_tflite
    images = datasets.load("mnist").train.images[:CALIBRATION]
    path = folder / f"{width:g}.tflite"
    path.write_bytes(to_tflite(networks.build("deeper_cnn", width=width), "int8", images))
    return path


def micros(classifier: Classifier, images: np.ndarray) -> float:
    """Microseconds a digit."""
    classifier.logits(images[:BATCH])
    began = time.perf_counter()
    classifier.logits(images)
    return 1e6 * (time.perf_counter() - began) / len(images)
