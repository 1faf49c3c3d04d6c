"""The laboratory: what each building block and technique is worth, measured.

    python benchmarks/laboratory.py ablation --write

Each experiment is one word. It trains small networks in this process and keeps every run in
benchmarks/results/; stopped and started again, it goes on. --write puts its table, and its plot,
into docs/laboratory.md. None of it reads the test digits.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ablation import FULL_SEEDS, ablation, full, rates
from common import parser
from controls import convolution, normalisation, pairs
from curves import curves, transfer
from experiments import SEEDS
from flow import flow
from helped import cures, tasks

Experiment = Callable[..., None]

EXPERIMENTS: Mapping[str, tuple[Experiment, tuple[int, ...]]] = {
    "ablation": (ablation, SEEDS),
    "full": (full, FULL_SEEDS),
    "rates": (rates, ()),
    "convolution": (convolution, (0, 1, 2)),
    "signals": (flow, (0, 1, 2)),
    "pairs": (pairs, SEEDS),
    "normalisation": (normalisation, ()),
    "curves": (curves, (0, 1, 2)),
    "cures": (cures, (0, 1, 2)),
    "transfer": (transfer, (0, 1, 2)),
    "tasks": (tasks, (0, 1, 2)),
}
"""What can be asked, and the seeds of its runs; without them one run answers."""


def main(argv: list[str] | None = None) -> None:
    """Run the experiments that are named."""
    own = parser("What each building block and technique is worth.", ())
    own.add_argument("experiments", nargs="+", choices=EXPERIMENTS, metavar="EXPERIMENT",
                     help=", ".join(EXPERIMENTS))  # fmt: skip
    own.add_argument(
        "--rehearse",
        action="store_true",
        help="try it out with few digits and epochs; nothing is kept or written",
    )
    options = own.parse_args(argv)
    typed = options.seeds
    for name in options.experiments:
        experiment, seeds = EXPERIMENTS[name]
        options.seeds = typed or list(seeds)
        experiment(options)


if __name__ == "__main__":
    main()
