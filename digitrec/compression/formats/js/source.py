"""An int8 .tflite file as one JavaScript module, which also gives every layer's maps.

    digitrec convert model.keras --to js --output digits.js

The module has the weights, packed (integer/packing.py) and in base64, and the kernels that they
need; it loads nothing. It answers as the C source does, to the last bit.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np

from digitrec.compression.formats.integer.graph import Graph
from digitrec.compression.formats.integer.plan import Plan, planned
from digitrec.compression.formats.integer.step import Step
from digitrec.reading.card import Card

KERNELS = files("digitrec.compression.formats.js") / "kernels"
INDENT = " " * 4

TOLD = (
    "name", "classes", "temperature", "uncertain_below", "uncertain_energy", "reject_energy",
    "reject_above",
)  # fmt: skip
"""What the module says of its card."""

MODULE = Template("""\
// $network: what a picture of 28 x 28 pixels says. Made by digitrec from an int8 network.
//
//     import { card, probabilities, run } from "./digits.js";
//     const { logits, maps } = run(pixels);  // 784, row by row, ink 255 on ground 0
//     probabilities(logits);                 // one a class of card.classes

export const card = $card;

$kernels
const IMAGE = $image;
const SCORES = $scores;
const SCORE_ZERO = $zero;
const SCORE_SCALE = $scale; // a logit is (score - SCORE_ZERO) * SCORE_SCALE

const STEPS = [
$steps
];

$run""")


@dataclass(frozen=True)
class Source:
    """JavaScript that reads a digit.

    Attributes:
        text: of the module.
        constants: bytes of the weights and of all other numbers that do not change.
        scale: of the scores: a logit is (score - zero) * scale.
        zero: of the scores.
    """

    text: str
    constants: int
    scale: float
    zero: int


def source(content: bytes, card: Card) -> Source:
    """An int8 .tflite file as JavaScript.

    Args:
        content: of a file that takes (N, 28, 28, 1) of 8 bits and gives a score a class.
        card: of that file.

    Raises:
        ModelError: it computes in something else than 8 bits, or has an operation without a kernel.
    """
    plan = planned(Graph(content), counts_bits=False)
    told = asdict(card)
    text = MODULE.substitute(
        network=card.name,
        card=json.dumps({name: told[name] for name in TOLD}, indent=4),
        kernels="\n".join(map(_kernel, ("head", *dict.fromkeys(one.kernel for one in plan.steps)))),
        image=plan.image,
        scores=plan.number(plan.scores),
        zero=plan.scores.zero,
        scale=f"{plan.scores.scale:.9g}",
        steps="\n".join(_step(plan, step) for step in plan.steps),
        run=_kernel("run"),
    )
    constants = sum(array.nbytes for step in plan.steps for array in _arrays(_members(step)))
    return Source(text, constants, plan.scores.scale, plan.scores.zero)


def _step(plan: Plan, step: Step) -> str:
    members = {
        "inputs": [plan.number(one) if one.values is None else one.values for one in step.inputs],
        "output": plan.number(step.output),
        "shape": step.output.maps,
        **_members(step),
    }
    return f"{INDENT}{{ kernel: {step.kernel}, {_named(members)} }},"


def _members(step: Step) -> Mapping[str, Any]:
    tables = [one for one in step.arguments if isinstance(one, np.ndarray)]
    return {**step.members, **({"table": tables[0]} if tables else {})}


def _named(members: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in members.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {_named(value)} }}"
    if isinstance(value, np.ndarray):
        return f'{value.dtype.name}("{b64encode(value.tobytes()).decode("ascii")}")'
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value if value is None or isinstance(value, bool) else int(value))


def _arrays(members: Mapping[str, Any]) -> Iterator[np.ndarray[Any, Any]]:
    for value in members.values():
        if isinstance(value, Mapping):
            yield from _arrays(value)
        elif isinstance(value, np.ndarray):
            yield value


def _kernel(name: str) -> str:
    return (KERNELS / f"{name}.js").read_text(encoding="utf-8")
