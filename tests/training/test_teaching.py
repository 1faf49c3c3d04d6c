"""Distillation: the loss by hand, what the teachers see, and that they teach."""

import keras
import numpy as np
import pytest
import small_networks
from keras.distillation import LogitsDistillation

from digitrec import files
from digitrec.command import EXIT_FAILED, EXIT_OK
from digitrec.reading.card import Card
from digitrec.train import main
from digitrec.training.fit import compile_for
from digitrec.training.recipe import Recipe
from digitrec.training.teaching import Lesson, Taught
from digitrec.training.trained import stages

SHARE, TEMPERATURE = 0.25, 2.0
IMAGES = small_networks.noise(6)[..., None] % 8  # logits of some units
TARGETS = np.eye(10, dtype="float32")[[3, 1, 4, 1, 5, 9]]
WEIGHTS = np.array([1, 1, 1, 1, 0.6, 0.6], "float32")


@keras.saving.register_keras_serializable("tests")
class Halve(keras.layers.Layer):
    """An augmentation that can be followed by hand."""

    def call(self, pixels, training=False):
        return pixels / 2 if training else pixels


def network(seed):
    keras.utils.set_random_seed(seed)
    return small_networks.linear()


@pytest.fixture
def taught():
    recipe = Recipe(label_smoothing=0.0, schedule="constant", warmup=0.0)
    lesson = Lesson((network(1), network(2)), SHARE, TEMPERATURE)
    model = Taught(network(0), [Halve()], stages(recipe), lesson)
    compile_for(model, recipe, 1, xla=False)
    return model


def softmax(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(answers, logits):
    return -(answers * np.log(softmax(logits))).sum(axis=1)


def answered(model, images):
    (kernel, bias) = model.get_weights()
    return images.reshape(len(images), -1).astype("float64") @ kernel + bias


def test_the_loss_is_that_of_hinton_vinyals_and_dean(taught):
    logits = answered(taught.network, IMAGES / 2)
    shown = [
        softmax(answered(teacher, IMAGES / 2) / TEMPERATURE) for teacher in taught.lesson.teachers
    ]
    labelled = (cross_entropy(TARGETS, logits) * WEIGHTS).mean()
    compared = (cross_entropy(sum(shown) / 2, logits / TEMPERATURE) * WEIGHTS).mean()
    expected = (1 - SHARE) * labelled + SHARE * TEMPERATURE**2 * compared
    assert taught.train_on_batch(IMAGES, TARGETS, WEIGHTS)[0] == pytest.approx(expected, rel=1e-4)


def test_the_comparison_is_that_of_keras_but_for_a_constant():
    """Cross-entropy is the divergence that Keras has and the entropy of the teacher's answer.

    Taught stands beside keras.distillation for four reasons. The Distiller would show teachers the
    digits before they are changed, ours see what the network sees; it leaves the digits' weights
    out; it has one teacher; and the default of LogitsDistillation, "kl_divergence", is in Keras
    3.15 the function instead of the class that it looks for, and so is worked out on logits, cut
    to between 0 and 1, as if they were probabilities: with log-probabilities, all below 0, the
    loss is 0 whatever the network answers.
    """
    lesson = Lesson((network(1),), 1.0, TEMPERATURE)
    model = Taught(network(0), [], stages(Recipe()), lesson)
    compile_for(model, Recipe(schedule="constant", warmup=0.0), 1, xla=False)
    teacher, own = (answered(one, IMAGES) for one in (lesson.teachers[0], model.network))
    distillation = LogitsDistillation(TEMPERATURE, loss=keras.losses.KLDivergence())
    divergence = float(distillation.compute_loss(teacher, own))
    softened = softmax(teacher / TEMPERATURE)
    entropy = -(softened * np.log(softened)).sum(axis=1).mean()
    found = model.train_on_batch(IMAGES, TARGETS, np.ones(6, "float32"))[0]
    assert found == pytest.approx(divergence + TEMPERATURE**2 * entropy, rel=1e-4)
    logarithms = [np.log(softmax(logits)) for logits in (teacher, own)]
    assert float(LogitsDistillation(TEMPERATURE).compute_loss(*logarithms)) == 0


def test_the_easiest_digits_do_not_count_for_the_teacher_either():
    lesson = Lesson((network(1),), SHARE, TEMPERATURE)
    model = Taught(network(0), [], stages(Recipe()), lesson, easy=0.5)
    compile_for(model, Recipe(label_smoothing=0.0, schedule="constant", warmup=0.0), 1, xla=False)
    teacher, own = (answered(one, IMAGES) for one in (lesson.teachers[0], model.network))
    labelled = cross_entropy(TARGETS, own)
    compared = cross_entropy(softmax(teacher / TEMPERATURE), own / TEMPERATURE)
    hard = np.argsort(labelled)[3:]
    expected = (1 - SHARE) * labelled[hard] + SHARE * TEMPERATURE**2 * compared[hard]
    found = model.train_on_batch(IMAGES, TARGETS, np.ones(6, "float32"))[0]
    assert found == pytest.approx(expected.mean(), rel=1e-4)


def test_validation_is_compared_with_labels_alone(taught):
    expected = cross_entropy(TARGETS, answered(taught.network, IMAGES)).mean()
    assert taught.test_on_batch(IMAGES, TARGETS)[0] == pytest.approx(expected, rel=1e-4)


def test_only_the_network_changes(taught):
    before = [model.get_weights() for model in (taught.network, *taught.lesson.teachers)]
    taught.train_on_batch(IMAGES, TARGETS, WEIGHTS)
    after = [model.get_weights() for model in (taught.network, *taught.lesson.teachers)]
    assert not np.array_equal(before[0][0], after[0][0])
    for teacher_before, teacher_after in zip(before[1:], after[1:], strict=True):
        np.testing.assert_array_equal(teacher_before[0], teacher_after[0])


def test_a_network_learns_from_a_teacher_although_all_labels_are_wrong():
    """A reader of UCI digits teaches: with its answers alone, labels say nothing."""
    digits = small_networks.uci()
    student = keras.models.clone_model(small_networks.reader())
    recipe = Recipe(learning_rate=3e-3, schedule="constant", warmup=0.0)
    lesson = Lesson((small_networks.reader(),), 1.0, TEMPERATURE)
    model = Taught(student, [], stages(recipe), lesson)
    compile_for(model, recipe, 1, xla=False)
    images = digits.train.images[..., None]
    wrong = np.eye(10, dtype="float32")[(digits.train.labels + 1) % 10]
    model.fit(images, wrong, sample_weight=np.ones(len(wrong)), epochs=10, verbose=0)
    found = student.predict(digits.validation.images[..., None], verbose=0).argmax(axis=1)
    assert (found == digits.validation.labels).mean() > 0.9


SHORT = ["--data", "uci", "--network", "lenet5", "--epochs", "1", "--augment", "none"]


def test_a_run_says_who_taught_it(tmp_path):
    teacher = small_networks.save(network(0), tmp_path / "t.keras", Card("t"))
    output = tmp_path / "run"
    assert main([*SHORT, "--teacher", str(teacher), "--output", str(output)]) == EXIT_OK
    metrics = files.read_json(output / "metrics.json")
    assert metrics["teachers"] == [files.sha256(teacher)]


@pytest.mark.parametrize(
    ("model", "card", "message"),
    [
        (network(0), Card("t", tuple("abcdefghij")), "expected a teacher of the classes 0 1 2"),
        (small_networks.linear(activation="tanh"), Card("t", output="probabilities"), "logits"),
        (small_networks.linear((14, 14, 1)), None, "expected input (N, 28, 28, 1)"),
    ],
    ids=["classes", "probabilities", "shape"],
)
def test_an_unfit_teacher_is_refused_before_anything_is_written(
    tmp_path, capsys, model, card, message
):
    teacher = small_networks.save(model, tmp_path / "t.keras", card)
    output = tmp_path / "run"
    assert main([*SHORT, "--teacher", str(teacher), "--output", str(output)]) == EXIT_FAILED
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not output.exists()
