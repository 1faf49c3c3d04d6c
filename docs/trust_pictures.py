"""Draws the pictures of docs/trust.md that are of the shipped model, into docs/trust.

    python docs/trust_pictures.py             all of them
    python docs/trust_pictures.py silent      some

Expect five minutes; `make trust` does so after all is measured. The picture of the report wants
Chromium, that of attention trains a small network in runs/attention unless it is there. Others are
drawn by the scripts that measure them: benchmarks/invariance.py, robustness.py and drift.py.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from PIL import Image

from digitrec import datasets
from digitrec.compression.keras_classifier import open_classifier
from digitrec.insight.plots import draw_reliability, figure_of, save
from digitrec.insight.report import drawings, page
from digitrec.insight.report.facts import Asked, Facts, gather

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "trust"
PICTURES = ROOT / "docs" / "pictures"
MODELS = ROOT / "models"
ATTENTION = ROOT / "runs" / "attention"

COLOURS = 256
"""Of each PNG, which makes it half as large."""

WINDOW = {"width": 1100, "height": 1330}


def main(argv: list[str] | None = None) -> int:
    """Draw what is named, or all; return the exit status."""
    own = argparse.ArgumentParser(description="Draw the pictures of docs/trust.md.")
    own.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DRAWN))
    names = own.parse_args(argv).names
    if unknown := set(names) - set(DRAWN):
        own.error(f"expected names among {', '.join(DRAWN)}; received {', '.join(unknown)}")
    for name in names or DRAWN:
        path = FOLDER / f"{name}.png"
        DRAWN[name](path)
        with Image.open(path) as picture:
            smaller = picture.convert("RGB").quantize(COLOURS, kmeans=1)
        smaller.save(path, optimize=True)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB", flush=True)
    return 0


@cache
def facts() -> Facts:
    """What is known of the shipped model on MNIST's test digits."""
    path = MODELS / "digitrec.tflite"
    return gather(path, open_classifier(path), datasets.load("mnist"), Asked(timed=False))


def typed(*words: str) -> Callable[[Path], None]:
    """Draws what a command of digitrec does; `{}` among the words is the file to write."""
    return lambda path: run(*(word.format(path) for word in words))


def run(*words: str) -> None:
    """A command as a person types it, in the root of the repository."""
    subprocess.run([sys.executable, "-m", "digitrec", *words], cwd=ROOT, check=True)


def plotted(draw: Callable[..., None], width: float, height: float) -> Callable[[Path], None]:
    """Draws the facts by a function that takes a figure and these."""

    def write(path: Path) -> None:
        figure = figure_of(width, height)
        draw(figure, facts())
        save(figure, path)

    return write


def attention(path: Path) -> None:
    """What CBAM lets through of a digit, in a network that is trained for it."""
    model = ATTENTION / "model.keras"
    if not model.exists():
        knobs = ("--preset=quick", "--network=block_cnn", "--attention=cbam", "--epochs=1")
        run("train", "--data=mnist", *knobs, f"--output={ATTENTION}")
    picture = str(PICTURES / "three.png")
    run("explain", picture, "--show=attention", f"--model={model}", f"--output={path}")


def report(path: Path) -> None:
    """How the page of `digitrec report` begins, in a real browser."""
    from playwright.sync_api import sync_playwright

    written = path.with_suffix(".html")
    written.write_text(page.of_one(facts()), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        window = browser.new_page(viewport=WINDOW, color_scheme="light")
        window.goto(written.as_uri())
        window.screenshot(path=path)
        browser.close()
    written.unlink()


DRAWN: Mapping[str, Callable[[Path], None]] = {
    "sheet": typed("explain", "docs/pictures/numbers.jpg", "--digit=4", "--output={}"),
    "filters": typed("explain", "--show=filters", "--output={}"),
    "liked": typed("explain", "--show=liked", "--output={}"),
    "features": typed(
        "explain", "docs/pictures/three.png", "--show=features", "--layer=activation_2",
        "--output={}",
    ),
    "attention": attention,
    "embedding": typed("explain", "--show=embedding", "--data=mnist", "--output={}"),
    "reliability": plotted(
        lambda figure, of: draw_reliability(
            figure, of.evaluation.probabilities, of.evaluation.labels
        ), 5.5, 5.5,
    ),
    "silent": plotted(lambda figure, of: drawings.draw_risk_coverage(figure, [of]), 6, 3.6),
    "recall": plotted(drawings.draw_precision_recall, 6, 4),
    "groups": plotted(drawings.draw_groups, 7, 5),
    "none": plotted(drawings.draw_energies, 7.5, 4),
    "labels": plotted(drawings.draw_doubts, 9, 5.6),
    "severity": plotted(
        lambda figure, of: drawings.draw_severities(figure, of.changed), 6, 4
    ),
    "fooled": typed(
        "attack", "models/digitrec.keras", "--data=mnist", "--epsilon=0.1", "--steps=20",
        "--limit=200", "--draw={}",
    ),
    "report": report,
}  # fmt: skip
"""By its name in docs/trust: what draws it."""


if __name__ == "__main__":
    sys.exit(main())
