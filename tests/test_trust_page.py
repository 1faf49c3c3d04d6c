"""docs/trust.md shows what was measured of the models in models/, and of no older ones.

Whoever makes a new model runs `make trust`.
"""

import importlib.util
import re
from pathlib import Path

import benchmark_modules
import pytest

from digitrec import files

HOME = Path(__file__).parents[1]
TFLITE, KERAS = (HOME / "models" / f"digitrec.{kind}" for kind in ("tflite", "keras"))


def rows(name, file, column="sha256", **key):
    """The rows of benchmarks/results that are of a model as it is now."""
    sha256 = files.sha256(file)
    kept = files.read_json(HOME / "benchmarks" / "results" / f"{name}.json")
    found = [row for row in kept if row.items() >= key.items()]
    return [row for row in found if row.get(column) and sha256.startswith(row[column])]


def between_marks(name):
    page = (HOME / "docs" / "trust.md").read_text(encoding="utf-8")
    return re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", page, re.DOTALL)[1]


def maps(script):
    return {"maps": script.shown(rows("maps", KERAS)[0])}


def disagreement(script):
    (row,) = rows("disagreement", TFLITE, tree=files.sha256(script.TREE)[:12])
    return {"disagreement": script.shown(row)}


def invariance(script):
    return {"invariance": script.shown(rows("invariance", TFLITE, part="shipped")[0])}


def trust(script):
    (tflite,), (keras,) = (rows("trust", model) for model in (TFLITE, KERAS))
    said = dict(zip(script.MODELS, (tflite, keras), strict=True))
    return {"sure": script.sure(said), "silent": script.silent(tflite),
            "labels": script.labels(tflite)}  # fmt: skip


def drift(script):
    found = rows("drift", TFLITE, "model")
    assert len(found) == len(script.POOLS)
    return {"drift": script.shown(found, found[0]["model"])}


@pytest.mark.parametrize("table", [maps, disagreement, invariance, trust, drift])
def test_tables_are_of_the_models_that_are_shipped(table):
    script = benchmark_modules.load(table.__name__)
    for name, text in table(script).items():
        assert between_marks(name) == text


def test_corruptions_are_of_the_model_that_is_shipped():
    script = benchmark_modules.load("corruptions")
    (row,) = rows("corruptions", TFLITE, model="shipped")
    shown = between_marks("corruptions").splitlines()
    for line in script.tables({"shipped": row}).splitlines():
        cells = line.split(" | ")
        assert any(other.startswith(" | ".join(cells[:2])) for other in shown)


def test_attacks_are_of_the_model_that_is_shipped():
    script = benchmark_modules.load("robustness")
    found = rows("attacks", KERAS, model="shipped")
    assert {row["attack"] for row in found} == set(script.ATTACKS)
    for row in found:
        assert f"| {row['attack']} | {script.told_row(row)} |" in between_marks("attacks")


def test_the_card_is_of_the_model_that_is_shipped():
    card = (HOME / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert f"SHA-256 of the file {files.sha256(TFLITE)[:16]}" in card
    for group in ("stroke width", "slant", "Crossed 7", "European 1"):
        assert group in card


def test_the_stroke_tree_follows_the_model_that_is_shipped():
    assert files.read_json(HOME / "models" / "strokes.json")["follows"] == files.sha256(TFLITE)


def test_every_picture_is_drawn_by_a_script_shown_on_the_page_and_small():
    place = HOME / "docs" / "trust_pictures.py"
    spec = importlib.util.spec_from_file_location("trust_pictures", place)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    by_others = {"epsilon", "invariance", "invariance-augmentation", "invariance-pooling"}
    pictures = {path.stem: path for path in script.FOLDER.glob("*.png")}
    page = (HOME / "docs" / "trust.md").read_text(encoding="utf-8")
    assert set(pictures) == set(script.DRAWN) | by_others
    assert set(pictures) == set(re.findall(r"\]\(trust/([\w-]+)\.png\)", page))
    assert sum(path.stat().st_size for path in pictures.values()) < 1_500_000
