"""`digitrec combine` as it is typed: what it chooses, what it writes, what it refuses."""

import keras
import numpy as np
import pytest
import small_networks

from digitrec import combine, evaluate, files, train
from digitrec.command import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from digitrec.compression.source import load_keras
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training.ensembles import combined


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader of UCI digits, the same with its weights disturbed, and one that knows nothing."""
    folder = tmp_path_factory.mktemp("combine")
    random = np.random.default_rng(0)
    for name, spread in (("good", 0.0), ("fair", 0.3), ("poor", 3.0)):
        model = keras.models.clone_model(small_networks.reader())
        weights = small_networks.reader().get_weights()
        model.set_weights(
            [weight + spread * random.normal(size=weight.shape) for weight in weights]
        )
        small_networks.save(model, folder / f"{name}.keras", Card(name))
    return folder


@pytest.fixture
def run(folder, tmp_path, capsys, monkeypatch):
    """Run the verb in the models' folder; give its exit status, output and error output."""
    monkeypatch.chdir(folder)

    def run(*words, output=tmp_path / "ensemble.keras"):
        arguments = [*map(str, words), "--data", "uci", "--output", str(output)]
        return combine.main(arguments), *capsys.readouterr()

    return run


def rows(printed):
    """The table's, by the name of the model."""
    return {line.split()[0]: line.split()[1:] for line in printed.splitlines() if ".keras" in line}


def test_it_writes_one_model_and_says_what_it_chose(run, folder, tmp_path, capsys):
    status, printed, complained = run("good.keras", "fair.keras", "poor.keras")
    output = tmp_path / "ensemble.keras"
    assert (status, complained) == (EXIT_OK, "")
    assert "on 200 validation digits of uci" in printed
    table = rows(printed)
    facts = cards.read(output).facts
    assert table["poor.keras"][2] == "-"
    assert int(table[str(output)][0]) == facts["validation"]["errors"]
    assert facts["validation"]["errors"] <= min(int(table[name][0]) for name in table)
    assert facts["members"][0]["sha256"] == files.sha256(folder / "good.keras")
    assert evaluate.main([str(output), "--data", "uci", "--part", "validation"]) == EXIT_OK
    assert f"{facts['validation']['errors']} misses of 200" in capsys.readouterr().out


def test_every_model_weighted(run, folder, tmp_path):
    status, printed, _ = run(
        *("good.keras", "fair.keras", "--among", "all", "--weights", "validation", "--shifts", "5")
    )
    assert status == EXIT_OK
    assert "200 validation digits of uci, each at 5 shifts" in printed
    weights = [float(row[2]) for name, row in rows(printed).items() if "ensemble" not in name]
    assert sum(weights) == pytest.approx(1, abs=0.011)
    model, card = load_keras(tmp_path / "ensemble.keras")
    assert card.facts["shifts"] == 5
    members = [load_keras(folder / name)[0] for name in ("good.keras", "fair.keras")]
    expected = combined(members, [each["weight"] for each in card.facts["members"]], 5)
    images = small_networks.noise(3)[..., None] * 1.0
    np.testing.assert_allclose(np.asarray(model(images)), np.asarray(expected(images)), atol=1e-3)


@pytest.mark.slow
def test_an_ensemble_teaches_one_network(run, tmp_path, monkeypatch):
    run("good.keras", "fair.keras", "--among", "all")
    words = ["--data", "uci", "--network", "lenet5", "--epochs", "1", "--augment", "none"]
    words += ["--limit", "256", "--teacher", str(tmp_path / "ensemble.keras")]
    assert train.main([*words, "--output", str(tmp_path / "run")]) == EXIT_OK
    metrics = files.read_json(tmp_path / "run" / "metrics.json")
    assert metrics["teachers"] == [files.sha256(tmp_path / "ensemble.keras")]
    assert metrics["parameters"] < 100_000


def test_a_model_of_other_classes_is_refused(run, tmp_path):
    letters = Card("letters", tuple("abcdefghij"))
    other = small_networks.save(small_networks.linear(), tmp_path / "letters.keras", letters)
    status, printed, complained = run("good.keras", other)
    assert (status, printed) == (EXIT_FAILED, "")
    assert "expected a model of the classes 0 1 2" in complained


@pytest.mark.parametrize(
    ("words", "output", "status", "message"),
    [
        (["missing.keras"], "e.keras", EXIT_FAILED, "no such model file"),
        (["good.keras", "--shifts", "4"], "e.keras", EXIT_USAGE, "expected 1, 5, 9; received 4"),
        (["good.keras"], "good.keras", EXIT_USAGE, "another file than the models"),
        (["good.keras"], "e.tflite", EXIT_USAGE, "expected a file name that ends in .keras"),
        (["good.keras"], "other.keras", EXIT_FAILED, "name another --output"),
        (
            ["good.keras", "fair.keras", "--among", "all", "--most", "1"],
            "e.keras",
            EXIT_USAGE,
            "expected as many as there are models, 2",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(words, output, status, message, run, folder):
    (folder / "other.json").write_text("{}")
    found, printed, complained = run(*words, output=output)
    assert (found, printed) == (status, "")
    assert message in complained
    assert len(complained.splitlines()) == 1
