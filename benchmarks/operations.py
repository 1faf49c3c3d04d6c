"""Which operations a step of training spends its time on, and how near to the processor's best.

    python benchmarks/operations.py [--write]

Takes some steps of the preset default with ONEDNN_VERBOSE, by which oneDNN, where TensorFlow
computes on a CPU, tells each of its operations and how long it took; adds these up; and sets the
convolutions' multiply-adds a second beside those of one large product of matrices, in one run.
--write puts the table into docs/training.md.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from common import ROOT, put_between_marks  # noqa: E402

PAGE = ROOT / "docs" / "training.md"
STEPS = 20
MATRIX = 2048
KINDS = {
    "forward_training": "convolutions, the way forward",
    "backward_data": "convolutions, gradients of their inputs",
    "backward_weights": "convolutions, gradients of their kernels",
}
TOLD = re.compile(r"onednn_verbose.*,exec,cpu,(\w+),[^,]*,(\w+),.*,([^,]*),([\d.]+)$")
BEGIN = "the steps begin"


def main() -> None:
    """Run the steps in a process of their own, add up, print and write the table."""
    own = argparse.ArgumentParser(description="Which operations a step spends its time on.")
    own.add_argument("--write", action="store_true", help="put the table into docs/training.md")
    own.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)
    options = own.parse_args()
    if options.steps:
        take_steps()
        return
    done = subprocess.run(
        [sys.executable, __file__, "--steps"],
        env={**os.environ, "ONEDNN_VERBOSE": "profile_exec"},
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    print(text := table(done.stdout.partition(BEGIN)[2]))
    if options.write:
        put_between_marks("operations", text, PAGE)


def take_steps() -> None:
    """Print when the steps begin and how long each took, between what oneDNN prints."""
    from step import step

    from digitrec.training.quiet import quiet
    from digitrec.training.recipe import Recipe

    once = step(Recipe())
    for _ in range(3):
        once()
    with quiet():
        import tensorflow as tf
    matrix = tf.ones((MATRIX, MATRIX), tf.bfloat16)
    tf.linalg.matmul(matrix, matrix)
    print(BEGIN, flush=True)
    begun = time.perf_counter()
    for _ in range(STEPS):
        once()
    print(f"seconds {time.perf_counter() - begun}", flush=True)
    for _ in range(3):
        tf.linalg.matmul(matrix, matrix).numpy()


def table(told: str) -> str:
    """What oneDNN told, added up, in Markdown."""
    spent, work, best = defaultdict(float), defaultdict(float), 0.0
    for line in told.splitlines():
        if not (found := TOLD.search(line)):
            continue
        operation, direction, problem, taken = found.groups()
        if operation == "matmul" and problem.count(str(MATRIX)) >= 3:
            best = max(best, MATRIX**3 / float(taken) / 1e6)
            continue
        kind = KINDS[direction] if operation == "convolution" else operation
        spent[kind] += float(taken)
        work[kind] += multiply_adds(problem) if operation == "convolution" else 0
    seconds = re.search(r"^seconds ([\d.]+)", told, re.MULTILINE)
    whole = 1000 * float(seconds[1]) if seconds else sum(spent.values())
    lines = [
        "| in a step | ms | share | 10⁹ multiply-adds a second |",
        "|---|---|---|---|",
    ]
    for kind, taken in sorted(spent.items(), key=lambda item: -item[1]):
        rate = f"{work[kind] / taken / 1e6:,.0f}" if work[kind] else ""
        lines.append(f"| {kind} | {taken / STEPS:.1f} | {taken / whole:.0%} | {rate} |")
    rest = whole - sum(spent.values())
    lines.append(f"| all that is not oneDNN's | {rest / STEPS:.1f} | {rest / whole:.0%} | |")
    lines.append(f"| (one product of {MATRIX}x{MATRIX} matrices in bfloat16) | | | {best:,.0f} |")
    return "\n".join(lines)


def multiply_adds(problem: str) -> float:
    """Of a convolution as oneDNN describes it, such as mb256_ic24oc36_ih12oh10kh3sh1..."""
    sizes = {name: int(size) for name, size in re.findall(r"([a-z]+)(\d+)", problem)}
    factors = ("mb", "ic", "oc", "oh", "ow", "kh", "kw")
    product = 1.0
    for name in factors:
        product *= sizes[name]
    return product


if __name__ == "__main__":
    main()
