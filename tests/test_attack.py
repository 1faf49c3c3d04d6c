"""digitrec attack, on models of which it is known how they can be fooled."""

import json
import subprocess
import sys

import linear_model
import numpy as np
import pytest
import tiny_models
from PIL import Image

from digitrec import attack
from digitrec.reading.card import Card
from digitrec.training.attacks.attack import Attack


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A linear Keras model, a tiny .tflite one, and grey digits that the first reads rightly."""
    folder = tmp_path_factory.mktemp("attack")
    linear_model.network(classes=10).save(folder / "linear.keras")
    part = linear_model.digits(60)
    np.savez(
        folder / "digits.npz",
        x_train=part.images, y_train=part.labels, x_test=part.images, y_test=part.labels,
    )  # fmt: skip
    tiny_models.write(folder / "tiny.tflite", card=Card("tiny"))
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
    labels = tiny_models.logits(images).argmax(axis=1)
    np.savez(folder / "ten.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    return folder


@pytest.fixture
def run(folder, capsys):
    def run(model, data, *words):
        arguments = [str(folder / model), "--data", str(folder / data), *map(str, words)]
        return attack.main(arguments), *capsys.readouterr()

    return run


LINEAR = ("linear.keras", "digits.npz", "--input-scale", "pixels")


@pytest.mark.parametrize("kind", ["fgsm", "pgd"])
def test_a_linear_model_is_left_with_what_its_weights_say(run, kind):
    network, part = linear_model.network(), linear_model.digits(60)
    leads = linear_model.leads(network, part.images, part.labels)
    epsilon = 0.012
    kept = (leads > linear_model.most_taken(network, epsilon * 255, "inf")).mean()
    assert 0.1 < kept < 0.9
    status, output, _ = run(*LINEAR, "--kind", kind, "--epsilon", epsilon, "--json")
    found = json.loads(output)
    assert status == 0
    assert found["clean"]["accuracy"] == 1
    assert found["attacked"]["accuracy"] == pytest.approx(kept, abs=0.02)
    assert found["attack"]["epsilon"] == epsilon


def test_squares_need_no_gradients(run):
    status, output, errors = run("tiny.tflite", "ten.npz", "--kind", "square", "--queries", 60)
    assert status == 0
    assert "30 digits" in output
    assert "as they are      100.00 % read rightly" in output
    assert "digits still read rightly" in errors


WITHOUT_KERAS = """
import sys
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("keras", "tensorflow", "jax"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refused())
from digitrec import attack
sys.exit(attack.main(sys.argv[1:]))
"""


def without_keras(folder, *options):
    model, data = str(folder / "tiny.tflite"), str(folder / "ten.npz")
    words = [sys.executable, "-c", WITHOUT_KERAS, model, "--data", data, "--kind", *options]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [("square", "--queries", "20"), ("moves", "--pixels", "1")])
def test_what_needs_no_gradients_needs_no_keras(folder, options):
    done = without_keras(folder, *options)
    assert done.returncode == 0, done.stderr
    assert "30 digits" in done.stdout


def test_gradients_without_keras_are_one_line(folder):
    done = without_keras(folder, "pgd")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "square and moves take any" in done.stderr


def test_moves_of_nothing_change_nothing(run):
    options = ("--kind", "moves", "--degrees", 0, "--pixels", 0, "--json")
    found = json.loads(run("tiny.tflite", "ten.npz", *options)[1])
    assert found["attacked"]["errors"] == 0


def test_some_are_drawn(run, folder):
    picture = folder / "fooled.png"
    assert run(*LINEAR, "--kind", "fgsm", "--draw", picture)[0] == 0
    with Image.open(picture) as drawn:
        assert drawn.width > 400


def test_only_the_first_are_attacked(run):
    found = json.loads(run(*LINEAR, "--kind", "fgsm", "--limit", 7, "--json")[1])
    assert found["count"] == 7


def test_gradients_of_a_file_without_any(run):
    status, output, errors = run("tiny.tflite", "ten.npz")
    assert (status, output) == (1, "")
    assert "expected a Keras model that gives logits" in errors
    assert [line for line in errors.splitlines() if not line.startswith("note: ")][1:] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--epsilon", 0), "0.001"),
        (("--norm", 3), "inf"),
        (("--kind", "pdg"), "pgd"),
        (("--limit", 0), "1"),
    ],
)
def test_bad_values_are_said_at_once(folder, capsys, options, said):
    with pytest.raises(SystemExit) as stopped:
        attack.main([str(folder / "linear.keras"), *map(str, options)])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--epsilon", 5), "epsilon: expected 0.001 to 1 by the norm inf; received 5"),
        (("--kind", "square", "--epsilon", 0.003), "epsilon: expected at least 1/255"),
        (("--kind", "square", "--norm", 2), "norm: expected inf for the attack square; received 2"),
    ],
)
def test_what_does_not_go_together_is_one_line(run, options, said):
    status, output, errors = run(*LINEAR, *options)
    assert (status, output) == (2, "")
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_a_long_change_by_the_norm_2_and_moves_of_any_epsilon_are_allowed():
    Attack(norm="2", epsilon=5)
    Attack("moves", "2", 5)
