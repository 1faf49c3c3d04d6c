"""A search of the networks that block_cnn can be: accuracy against multiply-adds.

    python benchmarks/searching.py --write

runs `digitrec tune` into runs/front, where the same command goes on with what was broken off. Each
trial learns three epochs of 10,000 digits. --write puts the front into docs/laboratory.md, its
picture beside that, and all trials into benchmarks/results/front.csv. Expect half an hour on two
cores. Only training digits are read.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from common import PLOTS, RESULTS, ROOT, digitrec, parser, told

RUN = ROOT / "runs" / "front"
TRIALS = 60
SEARCH = (
    "--data=mnist", "--space=network", "--objectives=accuracy,multiply_adds", f"--trials={TRIALS}",
    "--preset=quick", "--limit=10000",
)  # fmt: skip


def main() -> None:
    """Search; print and write the front."""
    options = parser("The front of accuracy against multiply-adds.", ()).parse_args()
    digitrec("tune", *SEARCH, f"--output={RUN}")
    told("front", (RUN / "front.md").read_text(encoding="utf-8"), options.write)
    if options.write:
        shutil.copy(RUN / "front.png", PLOTS / "front.png")
        shutil.copy(RUN / "trials.csv", RESULTS / "front.csv")


if __name__ == "__main__":
    main()
