"""All networks side by side: what each costs, and what it is known to reach."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from digitrec import files, networks
from digitrec.insight.architecture import aligned
from digitrec.networks.cost import multiply_adds, parameters

RESULTS = Path(networks.__file__).with_name("results.json")
"""What benchmarks/networks.py measured, by network."""

TEST_DIGITS = 10_000

BACKBONES: Mapping[str, tuple[int, int]] = {
    "vgg16": (14_719_818, 313_201_664),
    "mobilenet_v2": (2_270_794, 6_124_928),
    "resnet50_v2": (23_585_290, 71_045_120),
}
"""Their parameters and multiply-adds, for to build one takes seconds."""


@dataclass(frozen=True)
class Result:
    """What trainings of a network came to.

    Attributes:
        misses: of MNIST's 10,000 test digits, one a seed.
        trained: how, such as "4 epochs".
    """

    misses: tuple[int, ...]
    trained: str

    def __str__(self) -> str:
        accuracy = 100 * (1 - mean(self.misses) / TEST_DIGITS)
        return f"{accuracy:.2f} %, {', '.join(map(str, self.misses))} misses ({self.trained})"


@dataclass(frozen=True)
class Entry:
    """A network in the list: its name, the first line of its docstring, its costs, its result."""

    name: str
    about: str
    parameters: int
    multiply_adds: int
    result: Result | None


def catalogue() -> list[Entry]:
    """Every network of the package at its own width, of ten classes."""
    known = results()
    return [
        Entry(name, documentation(name).partition("\n")[0], *_costs(name), known.get(name))
        for name in networks.NAMES
    ]


def results() -> dict[str, Result]:
    """What is known, by network; nothing of those that have not been measured."""
    found = files.read_json(RESULTS)
    return {name: Result(tuple(one["misses"]), one["trained"]) for name, one in found.items()}


def documentation(name: str) -> str:
    """What a network's docstring says of it, without its arguments and errors."""
    whole = inspect.getdoc(getattr(networks, name)) or ""
    for heading in ("\n\nArgs:", "\n\nRaises:"):
        whole = whole.partition(heading)[0]
    return whole


def as_text(entries: Sequence[Entry]) -> str:
    """A table for a terminal, one line a network."""
    table = [("network", "parameters", "multiply-adds", "MNIST's test digits")]
    table += [
        (
            entry.name,
            f"{entry.parameters:,}",
            f"{entry.multiply_adds:,}",
            str(entry.result or "not measured"),
        )
        for entry in entries
    ]
    return "\n".join(aligned(table, "<>><"))


def as_dicts(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The list for JSON."""
    return [asdict(entry) for entry in entries]


def _costs(name: str) -> tuple[int, int]:
    if name in BACKBONES:
        return BACKBONES[name]
    network = networks.build(name)
    return parameters(network), multiply_adds(network)
