"""`digitrec compress` as it is typed: what it writes, how it goes on, what it refuses."""

import json

import numpy as np
import pytest
import small_networks

from digitrec import compress, files
from digitrec.compression import pipeline
from digitrec.compression.keras_classifier import open_classifier
from digitrec.compression.source import load_keras
from digitrec.compression.weights.formed import kerneled
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training.recipe import Recipe

QUICK = ("--data=uci", "--epochs=1", "--max-drop=100")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    recipe = {"recipe": Recipe(augment="none", optimizer="adam", batch_size=64).as_dict()}
    return small_networks.save(small_networks.reader(), path, Card("reader", facts=recipe))


@pytest.fixture
def run(model, tmp_path, capfd):
    def run(*arguments, output="out"):
        try:
            status = compress.main([str(model), *arguments, f"--output={tmp_path / output}"])
        except SystemExit as left:
            status = left.code
        return status, *capfd.readouterr()

    return run


def kernels(path):
    return [np.asarray(layer.kernel) for layer in kerneled(load_keras(path)[0])]


def test_each_step_is_done_measured_and_kept(run, tmp_path):
    status, printed, told = run(*QUICK, "--steps=prune:0.8,cluster:8,aware:4", "--to=int4")
    assert status == 0
    folder = tmp_path / "out"
    rows = files.read_json(folder / "steps.json")
    assert [row["step"] for row in rows] == ["beginning", "prune:0.8", "cluster:8", "aware:4"]
    assert told.count("of 200 validation digits wrong") == 4
    assert (folder / "steps.md").read_text().strip() in printed
    assert f"next: digitrec predict --model {folder / 'model.tflite'} FILE" in printed
    (kernel,) = kernels(folder / "1-prune" / "model.keras")
    assert (kernel == 0).mean() == pytest.approx(0.8, abs=0.01)
    for name in ("2-cluster", "3-aware"):
        (kernel,) = kernels(folder / name / "model.keras")
        assert len(np.unique(kernel)) <= 9
        assert (kernel == 0).mean() >= 0.79
    assert rows[1]["not_zero"] == pytest.approx(0.2, abs=0.01)
    assert rows[1]["gzipped"] < 0.7 * rows[0]["gzipped"]
    assert rows[-1]["bytes"] == (folder / "model.tflite").stat().st_size


def test_what_it_leaves_is_read_as_it_was_measured(run, tmp_path):
    run(*QUICK, "--steps=aware:8")
    last = files.read_json(tmp_path / "out" / "steps.json")[-1]
    validation = small_networks.uci().validation
    for name, misses in (("model.tflite", "misses"), ("model.keras", "float_misses")):
        classifier = open_classifier(tmp_path / "out" / name)
        found = classifier.probabilities(validation.images).argmax(axis=1)
        assert (found != validation.labels).sum() == last[misses]
    card = cards.read(tmp_path / "out" / "model.tflite")
    assert card.facts["compressed"]["steps"] == ["aware:8"]
    assert card.name == "reader"


@pytest.mark.slow
def test_steps_that_are_done_are_not_done_again(run, tmp_path, monkeypatch):
    run(*QUICK, "--steps=prune:0.5")
    trained = []
    real = pipeline.fit
    monkeypatch.setattr(pipeline, "fit", lambda *a, **b: trained.append(a[2].name) or real(*a, **b))
    _forget_a_knob(tmp_path / "out" / "1-prune" / "step.json")
    run(*QUICK, "--steps=prune:0.5,aware:8")
    assert trained == ["2-aware"]
    run(*QUICK, "--steps=prune:0.6,aware:8")
    assert trained == ["2-aware", "1-prune", "2-aware"]


def _forget_a_knob(step):
    """As a program wrote it that did not have the knob yet."""
    told = files.read_json(step)
    del told["asked"]["recipe"]["wilder"]
    files.write_json(step, told)


@pytest.mark.slow
def test_a_step_that_was_broken_off_goes_on(run, tmp_path, monkeypatch):
    options = ("--data=uci", "--max-drop=100", "--epochs=3", "--steps=prune:0.5")
    run(*options, output="whole")
    whole = kernels(tmp_path / "whole" / "model.keras")
    assert (whole[0] == 0).mean() == pytest.approx(0.5, abs=0.01)
    real = pipeline.fit

    def broken(*arguments, watchers=(), **options):
        return real(*arguments, watchers=[*watchers, Stop()], **options)

    monkeypatch.setattr(pipeline, "fit", broken)
    assert run(*options)[0] == 130
    assert (tmp_path / "out" / "1-prune" / "checkpoint.npz").is_file()
    monkeypatch.setattr(pipeline, "fit", real)
    assert run(*options)[0] == 0
    for one, other in zip(kernels(tmp_path / "out" / "model.keras"), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


class Stop(small_networks.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.slow
def test_a_network_of_another_kind_learns_from_the_model(run, tmp_path):
    status, _, _ = run(*QUICK, "--steps=distill@2,fold", "--network=lenet5", "--width=0.2")
    assert status == 0
    network, _ = load_keras(tmp_path / "out" / "model.keras")
    assert network.name == "lenet5"
    card = cards.read(tmp_path / "out" / "model.tflite")
    assert card.name == "lenet5"
    assert card.facts["recipe"]["width"] == 0.2


@pytest.mark.parametrize("step", ["filters:0.5", "factorise:0.9", "binary"])
def test_the_other_steps_run(run, step, tmp_path):
    linear = step.startswith("filters")
    status, _, told = run(*QUICK, f"--steps={step}")
    assert (status, "filters to remove" in told) == ((2, True) if linear else (0, False))
    assert linear or (tmp_path / "out" / "model.tflite").is_file()


def test_when_too_much_is_lost_there_is_no_model_but_the_steps(run, tmp_path):
    status, _, told = run("--data=uci", "--epochs=1", "--steps=prune:0.99", "--max-drop=0")
    assert status == 1
    assert "expected at most 0 points fewer right than the model's" in told
    assert not (tmp_path / "out" / "model.tflite").exists()
    assert (tmp_path / "out" / "1-prune" / "model.tflite").is_file()


def test_a_run_that_fails_leaves_no_model_of_an_earlier_one(run, tmp_path):
    results = [tmp_path / "out" / name for name in ("model.keras", "model.tflite", "model.json")]
    assert run(*QUICK, "--steps=prune:0.5")[0] == 0
    assert all(path.is_file() for path in results)
    assert run("--data=uci", "--epochs=1", "--steps=prune:0.99", "--max-drop=0")[0] == 1
    assert "prune:0.99" in (tmp_path / "out" / "steps.md").read_text()
    assert not [path for path in results if path.exists()]


def test_the_model_itself_stays_when_its_own_folder_is_the_output(model):
    before = model.read_bytes()
    arguments = ("--data=uci", "--epochs=1", "--steps=prune:0.99", "--max-drop=0")
    assert compress.main([str(model), *arguments, f"--output={model.parent}"]) == 1
    assert model.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--steps=prune:2"], 2, "a number from 0 to 0.99 for SHARE"),
        (["--to=int5"], 2, "did you mean int8?"),
        (["--max-drop=-1"], 2, "from 0 to 100"),
        (["--teacher=none.keras"], 1, "none.keras: no such model file"),
        (["--data=none"], 2, "received none"),
    ],
)
def test_wrong_options_are_one_line(run, arguments, status, message, tmp_path):
    found, printed, told = run(*arguments)
    assert (found, printed) == (status, "")
    assert message in told.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_model_of_another_program_says_how_it_wants_its_pixels(tmp_path, capfd):
    path = small_networks.save(small_networks.linear(activation="softmax"), tmp_path / "f.keras")
    assert compress.main([str(path), *QUICK, "--steps=fold"]) == 1
    assert "give --input-scale" in capfd.readouterr().err
    arguments = [str(path), *QUICK, "--steps=prune:0.5", "--input-scale=unit"]
    assert compress.main(arguments) == 0
    card = cards.read(tmp_path / "f-compressed" / "model.tflite")
    assert (card.input_scale, card.output) == ("pixels", "logits")


def test_json_has_the_rows(run):
    status, printed, _ = run(*QUICK, "--steps=fold", "--json")
    assert status == 0
    assert [row["step"] for row in json.loads(printed)] == ["beginning", "fold"]


def test_an_output_that_cannot_be_made(run, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, told = run(*QUICK, "--steps=fold", output="file/out")
    assert status == 1
    assert "cannot be written" in told.splitlines()[-1]
