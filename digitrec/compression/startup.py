"""How long a new process takes from nothing to its first answer, by format."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from digitrec.compression.formats.c.source import MAIN, NAME
from digitrec.reading.form import SIDE

TIMES = 3

PIXELS = f"import sys, numpy; pixels = numpy.zeros((1, {SIDE}, {SIDE}), numpy.uint8)\n"
FLOATS = PIXELS + "pixels = pixels[..., None].astype(numpy.float32)\n"

PROGRAMS = {
    ".tflite": PIXELS + "from digitrec.reading.classifier import Classifier\n"
    "Classifier(sys.argv[1]).probabilities(pixels)",
    ".onnx": FLOATS + "import onnxruntime\n"
    "onnxruntime.InferenceSession(sys.argv[1]).run(None, {'image': pixels})",
    ".keras": FLOATS + "from digitrec.compression.source import load_keras\n"
    "load_keras(sys.argv[1])[0](pixels)",
    "": FLOATS + "import tensorflow\n"
    "model = tensorflow.saved_model.load(sys.argv[1])\n"
    "model.signatures['serving_default'](image=pixels)",
}
"""What a user's program would do, by the suffix of the model; "": a SavedModel."""

JAVASCRIPT = f"(await import(process.argv[1])).run(new Uint8Array({SIDE * SIDE}))"


def seconds(path: Path) -> float:
    """Median of TIMES processes that load a model and read one empty picture with it.

    Args:
        path: of a file or folder that `convert` has written. C is compiled before.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = _command(path, Path(folder))
        return median(_seconds(command) for _ in range(TIMES))


def _command(path: Path, folder: Path) -> list[str]:
    if path.suffix == ".js":
        from digitrec.compression.formats.js.program import engine

        module = shutil.copy(path, folder / "digits.mjs")  # .js may be of another kind in Node.js
        return [engine(), "--input-type=module", "-e", JAVASCRIPT, str(module)]
    if not (path / MAIN).is_file():
        return [sys.executable, "-c", PROGRAMS[path.suffix], str(path.absolute())]
    from digitrec.compression.formats.c.program import compile_in

    picture = folder / "empty.pgm"
    picture.write_bytes(f"P5 {SIDE} {SIDE} 255\n".encode() + bytes(SIDE * SIDE))
    sources = [str(path.absolute() / name) for name in (MAIN, f"{NAME}.c")]
    return [str(compile_in(folder, sources, NAME)), str(picture)]


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own programs
    return time.perf_counter() - begun
