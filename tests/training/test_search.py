"""The search: what it samples, prunes, refuses and goes on with; most of it without a training."""

import optuna
import pytest
import small_networks

from digitrec.errors import DataError, OptionError, TrainingError
from digitrec.training import run_folder, search, space
from digitrec.training.recipe import Recipe
from digitrec.training.search import STUDY
from digitrec.training.space import Span
from digitrec.training.trial import FINISHED, PRUNED, REFUSED, Search

TINY = {"network": "linear", "augment": "none", "epochs": 1, "limit": 100, "precision": "float32"}
TINY |= {"weight_decay": 0.0, "dropout": 0.0}  # each knob that is chosen costs a write to the disk


def looked_for(objectives=("accuracy",), kind="training", **knobs):
    fixed = {**TINY, **knobs}
    return Search(Recipe().changed(**fixed), "default", fixed, kind, objectives)


@pytest.fixture
def scored(monkeypatch):
    """Scores are made up from the learning rate; `courses` are a trial's, epoch by epoch."""
    courses = []

    def score(self, recipe, watchers):
        for epoch, wrong in enumerate(courses.pop(0) if courses else []):
            for watcher in watchers:
                watcher.on_epoch_end(epoch, {"val_accuracy": 1 - wrong})
        if recipe.label_smoothing > 0.19:
            raise OptionError("label_smoothing: expected less")
        misses = round(10_000 * abs(recipe.learning_rate - 0.01))
        figures = {"misses": misses, "count": 5000, "seconds": 0.1}
        return {**figures, "parameters": recipe.batch_size, "multiply_adds": recipe.batch_size}

    monkeypatch.setattr(search._Scorer, "__call__", score)
    return courses


def run(folder, wanted=None, trials=4, **options):
    return search.search(
        small_networks.uci(), wanted or looked_for(), folder, trials=trials, **options
    )


def chosen(found):
    return [trial.knobs for trial in found]


def test_the_same_seed_gives_the_same_trials(tmp_path, scored):
    first = run(tmp_path / "a", trials=12)  # ten by chance alone, two by the estimator
    assert chosen(first) == chosen(run(tmp_path / "b", trials=12))
    assert len({trial.knobs["learning_rate"] for trial in first}) == 12
    assert chosen(first)[:1] != chosen(run(tmp_path / "c", looked_for(seed=1), trials=1))


def test_it_goes_on_as_if_it_had_not_been_broken_off(tmp_path, scored, monkeypatch):
    whole = run(tmp_path / "whole", trials=12)
    run(tmp_path / "broken", trials=5)
    made_up = search._Scorer.__call__

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(search._Scorer, "__call__", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "broken", trials=12)
    monkeypatch.setattr(search._Scorer, "__call__", made_up)
    again = run(tmp_path / "broken", trials=12)
    assert chosen(again) == chosen(whole)
    assert [trial.number for trial in again] == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]


def test_enough_trials_are_enough_and_time_ends_it_too(tmp_path, scored):
    assert len(run(tmp_path, trials=3)) == 3
    assert len(run(tmp_path, trials=2)) == 3
    assert len(run(tmp_path, trials=5, timeout=0)) == 3


def test_a_trial_worse_than_the_median_is_pruned(tmp_path, scored):
    scored.extend([[0.5, 0.1]] * 5 + [[0.4, 0.2, 0.0], [0.4, 0.05]])
    states = [trial.state for trial in run(tmp_path, trials=7)]
    assert [state for state in states if state != REFUSED] == [FINISHED] * 5 + [PRUNED, FINISHED]


def test_with_several_objectives_nothing_is_pruned(tmp_path, scored):
    scored.extend([[0.1]] * 5 + [[0.9]])
    found = run(tmp_path, looked_for(("accuracy", "parameters")), trials=6)
    assert PRUNED not in {trial.state for trial in found}


def test_a_recipe_that_cannot_be_is_refused_with_its_reason_and_counts(tmp_path, scored):
    found = run(tmp_path, looked_for(label_smoothing=0.5), trials=2)
    assert {trial.state for trial in found} == {REFUSED}
    assert found[0].reason == "label_smoothing: expected less"
    assert found[0].misses is None


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (looked_for(("accuracy", "parameters")), "objectives accuracy, with which"),
        (looked_for(kind="network", network="mlp"), "space training, with which"),
        (looked_for(epochs=2), "epochs 1, with which"),
        (looked_for(optimizer="muon"), "searched learning_rate"),
    ],
)
def test_a_study_of_something_else_is_refused(tmp_path, scored, other, named):
    run(tmp_path, trials=1)
    with pytest.raises(OptionError, match=named):
        run(tmp_path, other)


def test_what_is_no_study_is_refused(tmp_path):
    (tmp_path / STUDY).write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError, match="expected a study of digitrec tune"):
        run(tmp_path)


def test_two_at_a_time_are_refused(tmp_path):
    with (
        run_folder.locked(tmp_path),
        pytest.raises(TrainingError, match="no other process"),
    ):
        run(tmp_path)


def test_a_folder_of_any_name_will_do(tmp_path, scored):
    folder = tmp_path / "50 % of #1? é"
    assert len(run(folder, trials=1)) == 1
    assert (folder / STUDY).is_file()


@pytest.mark.parametrize("objectives", [(), ("parameters",), ("accuracy", "accuracy"), ("speed",)])
def test_objectives_are_accuracy_and_others_once_each(objectives):
    with pytest.raises(OptionError, match="objectives: expected"):
        looked_for(objectives)


def test_every_knob_of_a_space_is_allowed_from_end_to_end():
    for name, values in space.SPACES["both"].items():
        ends = (values.low, values.high) if isinstance(values, Span) else values
        for end in ends:
            assert Recipe().changed(**{name: end}) is not None


def test_only_knobs_that_change_something_are_searched():
    training = space.TRAINING
    left = space.left_to_choose(training, Recipe(augment="affine"), ["optimizer"])
    assert {*training} - {*left} == {"elastic", "looks", "optimizer"}
    assert "depth" not in space.left_to_choose(space.NETWORK, Recipe(network="linear"), [])
    assert {*space.left_to_choose(space.NETWORK, Recipe(network="block_cnn"), [])} == {
        *space.NETWORK
    }


def test_nothing_left_to_choose_is_refused():
    with pytest.raises(OptionError, match="space: expected knobs to choose"):
        Search(Recipe(), fixed=dict.fromkeys(space.NETWORK), space="network").choices()


def test_a_knob_of_each_kind_is_sampled():
    trial = optuna.trial.FixedTrial({"depth": 3, "width": 0.5, "pooling": "gem"})
    wanted = {name: space.NETWORK[name] for name in ("depth", "width", "pooling")}
    assert space.sampled(trial, wanted) == {"depth": 3, "width": 0.5, "pooling": "gem"}


def test_trials_learn_from_and_are_scored_on_training_digits_alone():
    parted = search.held_out(small_networks.uci())
    whole = len(small_networks.uci().train)
    assert len(parted.train) + len(parted.validation) == whole
    with pytest.raises(DataError, match="expected a test part"):
        _ = parted.test


def test_misses_are_counted():
    part = small_networks.uci().validation
    network = small_networks.reader()
    wrong = network.predict(part.images[..., None], verbose=0).argmax(1) != part.labels
    assert search.misses(network, part) == wrong.sum() < 20


def test_a_real_trial_has_its_figures(tmp_path):
    (trial,) = run(tmp_path, trials=1)
    assert (trial.state, trial.parameters, trial.multiply_adds) == (FINISHED, 7850, 7840)
    assert 0 <= trial.misses <= trial.count == len(search.held_out(small_networks.uci()).validation)
    assert {path.name for path in tmp_path.iterdir()} == {STUDY}


def test_networks_that_do_not_fit_together_are_refused(tmp_path):
    wanted = looked_for(
        kind="network", network="block_cnn", width=0.1, depth=1, stochastic_depth=0.5,
        connection="plain",
    )  # fmt: skip
    (trial,) = run(tmp_path, wanted, trials=1)
    assert (trial.state, trial.reason) == (
        REFUSED,
        "stochastic_depth: expected connection residual; received plain",
    )
