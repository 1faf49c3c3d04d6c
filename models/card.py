"""Writes the shipped model's card: docs/model-card.md, in Hugging Face's form.

    python models/card.py

measures models/digitrec.tflite on MNIST's test digits, as `digitrec report --card` does for any
model. Expect a minute. models/make.py does so at the end.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from common import ROOT, digitrec  # noqa: E402

from digitrec import files  # noqa: E402

MODEL = HERE / "digitrec.tflite"
CARD = ROOT / "docs" / "model-card.md"

SHELL = "```sh\n"
SKIPPED = f"<!-- test: skip it is about a picture of your own -->\n{SHELL}"


def main() -> None:
    """Measure, and write the card."""
    with TemporaryDirectory() as folder:
        card = Path(folder, "card.md")
        digitrec(
            "report", str(MODEL), "--data=mnist", "--no-timing", "--changed=1000",
            "--attacked=1000", f"--card={card}", f"--output={folder}/page.html",
        )  # fmt: skip
        files.write(CARD, as_page(card.read_text(encoding="utf-8")))


def as_page(card: str) -> str:
    """The card, whose commands the tests of the pages leave alone."""
    return card.replace(SHELL, SKIPPED)


if __name__ == "__main__":
    main()
