"""The ablation's variants are recipes that change the base; runs are kept and not repeated."""

import json
from collections import Counter

import benchmark_modules
import pytest

from digitrec.training.recipe import OF_THE_NETWORK, OPTIMIZERS, Recipe


@pytest.fixture(scope="module")
def experiments():
    return benchmark_modules.load("experiments")


@pytest.fixture(scope="module")
def common():
    return benchmark_modules.load("common")


def test_every_variant_is_a_recipe_with_a_change(experiments):
    for variant in experiments.VARIANTS:
        recipe = variant.recipe()
        assert isinstance(recipe, Recipe)
        assert recipe != experiments.BASE, variant.name


def test_no_two_variants_are_alike(experiments):
    names = Counter(variant.name for variant in experiments.VARIANTS)
    recipes = Counter(variant.recipe() for variant in experiments.VARIANTS)
    assert max(names.values()) == max(recipes.values()) == 1
    assert "base" not in names


def test_every_theme_has_at_least_two_variants(experiments):
    assert all(len(variants) > 1 for variants in experiments.THEMES.values())


def test_all_kinds_of_every_choice_are_tried(experiments):
    tried = [experiments.BASE, *(variant.recipe() for variant in experiments.VARIANTS)]
    for name in OF_THE_NETWORK:
        among = Recipe.__dataclass_fields__[name].metadata["among"]
        if name != "pretrained":
            assert {getattr(recipe, name) for recipe in tried} >= set(among), name
    assert {recipe.optimizer for recipe in tried} == set(OPTIMIZERS)


def test_selu_is_measured_as_its_authors_have_it(experiments):
    (recipe,) = [one.recipe() for one in experiments.VARIANTS if "authors" in one.name]
    assert (recipe.activation, recipe.initializer) == ("selu", "lecun_normal")
    assert (recipe.dropout_kind, recipe.normalization) == ("alpha", "none")


def test_other_batches_take_as_many_steps(experiments):
    def steps(recipe):
        return -(-experiments.DIGITS // recipe.batch_size) * recipe.epochs

    for variant in experiments.VARIANTS:
        assert steps(variant.recipe()) == pytest.approx(steps(experiments.BASE), rel=0.03)


def test_rates_are_tried_around_those_of_the_variants(experiments):
    for variant in experiments.VARIANTS:
        if "optimizer" in variant.changes:
            rates = experiments.RATES[variant.changes["optimizer"]]
            assert variant.changes["learning_rate"] in rates


def test_a_run_that_is_kept_is_not_repeated(common, tmp_path):
    kept = common.Kept("some", tmp_path)
    assert kept.once(lambda: {"misses": 3}, variant="a", seed=0) == {
        "variant": "a",
        "seed": 0,
        "misses": 3,
    }
    again = common.Kept("some", tmp_path)
    assert again.once(pytest.fail, variant="a", seed=0)["misses"] == 3
    assert (kept.measured, again.measured) == (1, 0)


def test_what_failed_is_kept_and_what_is_broken_is_tried_again(common, tmp_path):
    kept = common.Kept("some", tmp_path)
    kept.once(lambda: {"failed": "the loss is nan"}, variant="a")
    assert kept.once(pytest.fail, variant="a") == {"variant": "a", "failed": "the loss is nan"}
    kept.once(lambda: {"broken": "no such layer"}, variant="b")
    assert kept.once(lambda: {"misses": 1}, variant="b") == {"variant": "b", "misses": 1}
    assert len(kept.rows) == 2


def test_two_processes_keep_their_runs_in_one_file(common, tmp_path):
    one, other = common.Kept("some", tmp_path), common.Kept("some", tmp_path)
    one.once(lambda: {"misses": 1}, seed=0)
    other.once(lambda: {"misses": 2}, seed=1)
    one.once(lambda: {"misses": 3}, seed=2)
    assert [row["misses"] for row in common.Kept("some", tmp_path).rows] == [1, 2, 3]


def test_kept_runs_are_one_a_line(common, tmp_path):
    kept = common.Kept("some", tmp_path)
    for seed in range(2):
        kept.once(lambda: {"misses": 3}, seed=seed)
    text = (tmp_path / "some.json").read_text()
    assert text == '[\n{"seed": 0, "misses": 3},\n{"seed": 1, "misses": 3}\n]\n'
    assert json.loads(text) == kept.rows


def test_only_names_that_are_there_are_wanted(common):
    assert common.wanted(["a", "b"], None) == ["a", "b"]
    assert common.wanted(["a", "b"], ["b"]) == ["b"]
    with pytest.raises(SystemExit, match="expected names among a, b; received c"):
        common.wanted(["a", "b"], ["c"])


@pytest.mark.parametrize(
    ("there", "arguments"),
    [
        ((), "--data=mnist --preset=quick --output={folder} --epochs=1 --seed=3 --teacher=a.keras"),
        (("started.json", "recipe.json"), "--resume {folder}"),
        (("metrics.json", "recipe.json"), None),
    ],
)
def test_a_run_is_begun_resumed_or_left_as_it_is(common, tmp_path, monkeypatch, there, arguments):
    recipe = common.PRESETS["quick"].changed(epochs=1, seed=3)
    typed = []
    monkeypatch.setattr(common, "digitrec", lambda *words: typed.append(" ".join(words)))
    for name in there:
        (tmp_path / name).write_text(json.dumps(recipe.as_dict()))
    common.trained(tmp_path, "quick", 3, ["a.keras"], {"epochs": 1})
    assert typed == ([f"train {arguments.format(folder=tmp_path)}"] if arguments else [])


def test_a_run_of_another_recipe_is_refused(common, tmp_path):
    (tmp_path / "recipe.json").write_text(json.dumps(common.PRESETS["best"].as_dict()))
    with pytest.raises(common.DataError, match="expected a run of today's recipe quick"):
        common.trained(tmp_path, "quick")
