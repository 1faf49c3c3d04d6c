"""A search of the networks that block_cnn can be: accuracy against multiply-adds.

    python benchmarks/searching.py --write

runs `digitrec tune` into runs/front, where the same command goes on with what was broken off, unless
benchmarks/results/front.csv has all trials already. Each learns three epochs of 10,000 digits. --write
puts the front into docs/laboratory.md and its picture beside that. Expect half an hour on two cores.
Only training digits are read.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from common import PLOTS, RESULTS, ROOT, digitrec, parser, told

from digitrec.insight import pareto
from digitrec.training.trial import Trial

RUN = ROOT / "runs" / "front"
KEPT = RESULTS / "front.csv"
OBJECTIVES = ("accuracy", "multiply_adds")
TRIALS = 60
SEARCH = (
    "--data=mnist", "--space=network", f"--objectives={','.join(OBJECTIVES)}", f"--trials={TRIALS}",
    "--preset=quick", "--limit=10000",
)  # fmt: skip


def main() -> None:
    """Search, unless that is done; print and write the front."""
    options = parser("The front of accuracy against multiply-adds.", ()).parse_args()
    trials = searched()
    chosen = pareto.best(trials, OBJECTIVES)
    told("front", pareto.as_markdown(chosen, chosen[0].count or 0), options.write)
    if options.write:
        pareto.plot(trials, OBJECTIVES, PLOTS / "front.png")


def searched() -> list[Trial]:
    """All trials, of this search or of the one that is kept."""
    if not KEPT.exists():
        digitrec("tune", *SEARCH, f"--output={RUN}")
        shutil.copy(RUN / "trials.csv", KEPT)
    return pareto.from_csv(KEPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
