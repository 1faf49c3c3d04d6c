"""Makes the stroke tree that comes with the shipped model, as `make strokes` does.

    python models/strokes.py

measures the strokes of 20,000 training digits, asks the shipped model what they are, and writes
the tree that answers most like it to models/strokes.json, and its rules to docs/trust.md. How many
rules there are is chosen on validation. Expect five minutes on two cores.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from common import ROOT, told  # noqa: E402
from laboratory_tables import table  # noqa: E402

from digitrec import datasets, files  # noqa: E402
from digitrec.datasets.split import some  # noqa: E402
from digitrec.insight.strokes import fitting, tree  # noqa: E402
from digitrec.insight.strokes.tree import StrokeTree  # noqa: E402
from digitrec.reading.classifier import Classifier  # noqa: E402

MODEL = HERE / "digitrec.tflite"
PAGE = ROOT / "docs" / "trust.md"

DIGITS = 20_000
"""Of the training digits: with more of them the tree is no more faithful."""

SHOWN = 0.005
"""Share of the digits from which a rule stands on the page."""


def main() -> None:
    """Fit, write down, show."""
    digits = datasets.load("mnist")
    found = fitting.fit(
        Classifier(MODEL), some(digits.train, DIGITS), digits.validation, files.sha256(MODEL)
    )
    tree.write(HERE / tree.FILE, found)
    told("strokes", rules(found), write=True, page=PAGE)


def rules(found: StrokeTree) -> str:
    """The tree's larger leaves as a table, and what was measured of it all."""
    facts = found.facts
    rows = [
        [
            f"**{found.classes[leaf.answer]}**",
            leaf.words,
            f"{100 * leaf.count / facts['digits']:.1f} %",
            f"{100 * leaf.precision:.0f} %",
        ]
        for leaf in found.leaves
        if leaf.count >= SHOWN * facts["digits"]
    ]
    said = (
        f"A tree of {facts['leaves']} leaves answers as the network does to "
        f"{100 * facts['fidelity']:.1f} % of the validation digits, and rightly to "
        f"{100 * facts['accuracy']:.1f} %. Its rules for at least {100 * SHOWN:.1f} % of the "
        "digits:"
    )
    heads = ["read as", "because of", "of all digits", "of those with it, read so"]
    return f"{said}\n\n{table(heads, rows)}"


if __name__ == "__main__":
    main()
