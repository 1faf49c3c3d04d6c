"""Where MNIST and the shipped model are, and whether a picture can be read with it."""

import time

from digitrec.errors import DigitrecError
from digitrec.insight.health.finding import Finding

NAME = "prediction"


def check() -> list[Finding]:
    """The data, the model, and a picture read with it."""
    return [mnist(), model(), prediction()]


def mnist() -> Finding:
    """Where MNIST is on this machine. It is not downloaded."""
    advice = "digitrec data fetch downloads it; till then --data auto takes the UCI digits"
    try:
        from digitrec.datasets.mnist import places, search

        found = search()
    except (DigitrecError, ImportError) as error:
        return Finding("MNIST", "missing", str(error), advice)
    if found is None:
        looked = ", ".join(map(str, places()))
        return Finding("MNIST", "missing", f"not in {looked}", advice)
    return Finding("MNIST", "ok", f"found in {found.place}, training digits verified by SHA-256")


def model() -> Finding:
    """The shipped model, and whether it is the file that its card speaks of."""
    try:
        from digitrec.reading import card as cards
        from digitrec.reading.classifier import shipped_model

        path = shipped_model()
        card = cards.read(path)
    except (DigitrecError, ImportError) as error:
        return Finding("model", "missing", str(error), "install digitrec again")
    size = f"{path} ({path.stat().st_size / 1000:,.0f} kB)"
    if card is None:
        return Finding("model", "missing", f"{size} has no card", "install digitrec again")
    return Finding("model", "ok", f"{size}, {card.name}, verified by its card")


def prediction() -> Finding:
    """Whether a picture is read, through the same Reader as every picture, and how fast."""
    try:
        import numpy as np

        from digitrec.reading.reader import Reader

        reader = Reader()
        page = np.full((60, 60), 255, np.uint8)
        page[10:50, 28:33] = 0
        begun = time.perf_counter()
        text = reader.read(page).text
        took = time.perf_counter() - begun
    except (DigitrecError, ImportError, OSError) as error:
        advice = "see the lines above that say missing"
        return Finding(NAME, "broken", f"fails: {' '.join(str(error).split())}", advice)
    return Finding(
        NAME, "ok", f"works: an upright stroke is read as {text} in {1000 * took:.1f} ms"
    )
