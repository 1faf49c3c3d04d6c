"""Requests a second of `digitrec serve`, beside the usual service and the framework alone."""

import io
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import servers
from parts import Part, Target
from PIL import Image
from processes import run
from servers import Service

from digitrec import Reader
from digitrec.service import selftest

ROUNDS, QUICK = 3, 1
SECONDS, QUICK_SECONDS = 10, 1
CONNECTIONS, THREADS = 16, 2
READ_ALONE = 2_000

HERE = Path(__file__).parent
BOUNDARY = "digit"

OURS, TWO, COMMON, EMPTY = (
    "`digitrec serve`", "`digitrec serve --workers 2`", "FastAPI and `keras.Model.predict`",
    "FastAPI, nothing done",
)  # fmt: skip
TIMES_COMMON, OF_EMPTY = 30, 0.25
MOST_LATE = 50
"""Milliseconds that 99 % of the answers may take at half of the highest rate."""

Found = dict[str, float]


def measure(quick: bool) -> Part:
    """Each by turns; then ours at half of its highest rate."""
    rounds, seconds = (QUICK, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        running = {
            OURS: stack.enter_context(servers.ours()),
            TWO: stack.enter_context(servers.ours("--workers", "2")),
            COMMON: stack.enter_context(servers.common()),
            EMPTY: stack.enter_context(servers.empty()),
        }
        digit, form = bodies(folder)
        turns = [
            {
                name: loaded(service, form if service.form else digit, CONNECTIONS, seconds)
                for name, service in running.items()
            }
            for _ in range(rounds)
        ]
        fastest = max((OURS, TWO), key=lambda name: middle(turns, name, "rate"))
        half = middle(turns, fastest, "rate") / 2
        calm = paced(running[fastest], digit, half, seconds)
        alone = read_alone(digit.read_bytes())
    head = ["a 28x28 PNG a request", "requests a second", "half within, ms", "99 % within, ms",
            "not 200"]  # fmt: skip
    rows = [row(turns, name) for name in running]
    rows.append([f"{fastest}, {half:,.0f} a second wanted", f"{half:,.0f}", f"{calm['p50']:.1f}",
                 f"{calm['p99']:.1f}", f"{calm['refused'] + calm['wrong']:.0f}"])  # fmt: skip
    rows.append(["the same digit by `Reader.read`, no service", f"{1 / alone:,.0f}",
                 f"{1000 * alone:.2f}", "", ""])  # fmt: skip
    return Part(head, rows, targets(turns, calm))


def targets(turns: Sequence[dict[str, Found]], calm: Found) -> dict[str, Target]:
    """What was asked for."""

    def times(other: str) -> float:
        return median(turn[OURS]["rate"] / turn[other]["rate"] for turn in turns)

    wrong = calm["wrong"] + sum(
        turn[name]["wrong"] + turn[name]["refused"] for turn in turns for name in (OURS, TWO)
    )
    return {
        "service, common": Target("requests a second by those of the usual service",
                                  times(COMMON), TIMES_COMMON),
        "service, empty": Target("by those that the framework answers to nothing",
                                 times(EMPTY), OF_EMPTY),
        "service, two": Target("two workers by one",
                               median(turn[TWO]["rate"] / turn[OURS]["rate"] for turn in turns)),
        "service, p99": Target("50 ms by what 99 % take at half of the highest rate",
                               MOST_LATE / calm["p99"], 1, absolute=True),
        "service, errors": Target("requests without an error, of all", 1.0 - bool(wrong), 1),
    }  # fmt: skip


def row(turns: Sequence[dict[str, Found]], name: str) -> list[str]:
    """Medians of one service."""
    return [
        name,
        f"{middle(turns, name, 'rate'):,.0f}",
        *(f"{middle(turns, name, late):.1f}" for late in ("p50", "p99")),
        f"{sum(turn[name]['refused'] + turn[name]['wrong'] for turn in turns):.0f}",
    ]


def middle(turns: Sequence[dict[str, Found]], name: str, figure: str) -> float:
    """The median of a figure."""
    return median(turn[name][figure] for turn in turns)


def bodies(folder: Path) -> tuple[Path, Path]:
    """A digit in MNIST's form as a PNG file, and the form in which browsers send it."""
    buffer = io.BytesIO()
    Image.fromarray(selftest.digits()[7]).save(buffer, "PNG")
    start = f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="7.png"\r\n\r\n'
    form = start.encode() + buffer.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode()
    digit, whole = folder / "digit.png", folder / "digit.form"
    digit.write_bytes(buffer.getvalue())
    whole.write_bytes(form)
    return digit, whole


def loaded(service: Service, body: Path, connections: int, seconds: float) -> Found:
    """What wrk finds with so many connections, each of which asks again when it is answered.

    Where none is answered in that time, the rate is that of one.
    """
    kind = f"multipart/form-data; boundary={BOUNDARY}" if service.form else "image/png"
    threads = min(THREADS, connections)
    done = run([
        "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
        "-s", HERE / "wrk.lua", service.url, "--", body, kind,
    ])  # fmt: skip
    found = servers.as_json(done.printed)
    return {**found, "rate": max(found["requests"], 1) / found["seconds"]}


def paced(service: Service, body: Path, a_second: float, seconds: float) -> Found:
    """What is found at a steady rate."""
    program = HERE / "paced.py"
    words = (str(service.port), body, f"{a_second:.1f}", str(seconds))
    return servers.as_json(run([sys.executable, program, *words]).printed)


def read_alone(content: bytes) -> float:
    """Seconds that the library takes for the picture."""
    reader = Reader()
    reader.read(content)
    began = time.perf_counter()
    for _ in range(READ_ALONE):
        reader.read(content)
    return (time.perf_counter() - began) / READ_ALONE


@contextmanager
def one_digit() -> Iterator[Path]:
    """A folder with the digit, for as long as it is wanted."""
    with TemporaryDirectory() as folder:
        yield bodies(Path(folder))[0]
