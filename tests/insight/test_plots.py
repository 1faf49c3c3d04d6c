"""Pictures are written whole, and show what they should."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from digitrec.errors import OutputError
from digitrec.insight import plots
from digitrec.insight.metrics import Mistake

HISTORY = {
    "loss": [0.5, 0.2, 0.1],
    "accuracy": [0.9, 0.95, 0.97],
    "val_loss": [0.2, 0.1, 0.15],
    "val_accuracy": [0.95, 0.98, 0.97],
}


def pixels(path):
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB")).astype(int)


def orange(picture):
    red, green, blue = np.moveaxis(picture, -1, 0)
    return (red > green + 40) & (green > blue + 20)


def test_one_mistake_shows_beside_a_thousand_digits_read_rightly(tmp_path):
    matrix = np.diag([1000] * 10)
    plots.plot_confusion(matrix, tuple("0123456789"), tmp_path / "without.png")
    matrix[4, 9] = 1
    plots.plot_confusion(matrix, tuple("0123456789"), tmp_path / "with.png")
    assert not orange(pixels(tmp_path / "without.png")).any()
    rows, columns = np.nonzero(orange(pixels(tmp_path / "with.png")))
    height, width, _ = pixels(tmp_path / "with.png").shape
    assert 0.35 < rows.mean() / height < 0.5  # the fifth row: a true 4
    assert columns.mean() / width > 0.85  # the last column: read as 9
    assert len(rows) > height * width / 400


def test_confusion_of_other_classes(tmp_path):
    plots.plot_confusion(np.array([[5, 1], [0, 6]]), ("plus", "minus"), tmp_path / "two.png")
    assert orange(pixels(tmp_path / "two.png")).any()


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (7, 2), (100, 6)])
def test_worst_mistakes_fill_rows_up_to_a_limit(count, rows, tmp_path):
    images = np.zeros((count, 28, 28), np.uint8)
    mistakes = [Mistake(index, "4", "9", 0.98) for index in range(count)]
    plots.plot_worst(images, mistakes, tmp_path / "worst.png")
    height, width, _ = pixels(tmp_path / "worst.png").shape
    assert height == pytest.approx(plots.DPI * (1.9 * rows + 0.4), abs=1)
    assert width == pytest.approx(plots.DPI * 1.75 * 6, abs=1)


def test_no_mistakes_are_a_picture_too(tmp_path):
    plots.plot_worst(np.zeros((3, 28, 28), np.uint8), (), tmp_path / "worst.png")
    assert pixels(tmp_path / "worst.png").min() < 100


def test_reliability_takes_a_model_that_is_always_sure(tmp_path):
    plots.plot_reliability(np.eye(2)[[0, 1, 1]], np.array([0, 1, 0]), tmp_path / "reliability.png")
    assert pixels(tmp_path / "reliability.png").min() < 100


@pytest.mark.parametrize("keys", [list(HISTORY), ["loss", "accuracy"]])
def test_history_with_and_without_validation(keys, tmp_path):
    plots.plot_history({key: HISTORY[key] for key in keys}, tmp_path / "history.png")
    assert orange(pixels(tmp_path / "history.png")).any() == ("val_loss" in keys)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    with pytest.raises(OutputError, match="cannot be written"):
        plots.plot_history(HISTORY, blocker / "history.png")
    assert list(tmp_path.iterdir()) == [blocker]


def test_plots_leave_pyplot_alone(tmp_path):
    program = (
        "import sys; from digitrec.insight import plots; "
        "assert 'matplotlib' not in sys.modules; "
        f"plots.plot_worst(None, (), {str(tmp_path / 'none.png')!r}); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
