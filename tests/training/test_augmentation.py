"""RandomAffine: does what its spans say, keeps labels, and resamples the same way on any road."""

import keras
import numpy as np
import pytest
from keras import ops

from digitrec.errors import OptionError
from digitrec.training.augmentation import RandomAffine, augmented, layers_for, sample
from digitrec.training.recipe import Recipe

STILL = {"rotation": 0.0, "translation": 0.0, "shear": 0.0, "zoom": 0.0}


@pytest.fixture(scope="module")
def strokes():
    """Sixteen blurred crosses with one arm missing, as float32 pixels (16, 28, 28, 1)."""
    images = np.zeros((16, 28, 28, 1), "float32")
    images[:, 12:16, 5:23] = 200
    images[:, 5:14, 12:16] = 255
    return images


def test_does_nothing_outside_training(strokes):
    np.testing.assert_array_equal(RandomAffine()(strokes, training=False), strokes)


def test_spans_of_zero_change_nothing(strokes):
    np.testing.assert_allclose(RandomAffine(**STILL)(strokes, training=True), strokes, atol=1e-3)


def test_changes_every_image_its_own_way(strokes):
    changed = np.asarray(RandomAffine()(strokes, training=True))
    assert changed.shape == strokes.shape
    assert changed.min() >= 0
    assert changed.max() <= 255.001
    assert len(np.unique(changed.reshape(16, -1), axis=0)) == 16


def test_shifts_no_farther_than_it_says(strokes):
    spans = {**STILL, "translation": 3.0}
    changed = np.asarray(RandomAffine(**spans)(np.repeat(strokes, 20, axis=0), training=True))
    moved = _centres(changed) - _centres(strokes[:1])
    assert np.abs(moved).max() <= 3.01
    assert np.abs(moved).max() > 2.7
    assert np.abs(moved.mean(axis=0)).max() < 0.4


def test_turns_no_farther_than_it_says():
    bar = np.zeros((400, 28, 28, 1), "float32")
    bar[:, 12:16, 3:25] = 255
    changed = np.asarray(RandomAffine(**{**STILL, "rotation": 20.0})(bar, training=True))
    angles = np.array([_tilt(image[..., 0]) for image in changed])
    assert np.abs(angles).max() <= 20.5
    assert np.abs(angles).max() > 18
    assert (angles > 5).any()
    assert (angles < -5).any()


def test_zooms_about_the_middle():
    square = np.zeros((400, 28, 28, 1), "float32")
    square[:, 9:19, 9:19] = 255
    changed = np.asarray(RandomAffine(**{**STILL, "zoom": 0.2})(square, training=True))
    widths = (changed[:, 14, :, 0] / 255).sum(axis=1)
    assert widths.min() >= 10 / 1.2 - 0.3
    assert widths.max() <= 10 / 0.8 + 0.3
    assert widths.max() > 11.8
    np.testing.assert_allclose(_centres(changed), 13.5, atol=0.05)


def test_never_flips(strokes):
    """An upright cross without its lower arm stays one: the upper half keeps more ink."""
    layer = RandomAffine(translation=0.0)
    changed = np.asarray(layer(np.repeat(strokes, 20, axis=0), training=True))
    assert (changed[:, :14].sum(axis=(1, 2, 3)) > changed[:, 14:].sum(axis=(1, 2, 3))).all()


@pytest.mark.parametrize("seed", [0, 7])
def test_a_seed_repeats(strokes, seed):
    first, second = (np.asarray(RandomAffine(seed=seed)(strokes, training=True)) for _ in "ab")
    np.testing.assert_array_equal(first, second)


def test_both_ways_of_resampling_agree(strokes):
    """TensorFlow's kernel and the elementary operations, up to the ground around the picture."""
    quick, portable = (
        np.asarray(RandomAffine(seed=3, portable=way)(strokes, training=True))
        for way in (False, True)
    )
    np.testing.assert_allclose(quick, portable, atol=0.5)


def test_sample_turns_and_shifts_exactly(strokes):
    by_90_degrees = [0.0, 1.0, 0.0, -1.0, 0.0, 27.0]
    right_by_3 = [1.0, 0.0, -3.0, 0.0, 1.0, 0.0]
    maps = ops.convert_to_tensor([by_90_degrees, right_by_3], "float32")
    turned, shifted = np.asarray(sample(strokes[:2], maps))[..., 0]
    np.testing.assert_allclose(turned, np.rot90(strokes[0, ..., 0], -1), atol=1e-3)
    np.testing.assert_allclose(shifted, np.roll(strokes[1, ..., 0], 3, axis=1), atol=1e-3)


def test_runs_compiled_by_xla_when_portable(strokes):
    import tensorflow as tf

    layer = RandomAffine(portable=True)
    compiled = tf.function(lambda images: layer(images, training=True), jit_compile=True)
    assert compiled(strokes).shape == strokes.shape


def test_is_saved_with_its_spans(tmp_path):
    model = keras.Sequential([keras.Input((28, 28, 1)), RandomAffine(rotation=5.0, seed=4)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[0]
    assert loaded.spans["rotation"] == 5.0
    assert loaded.seed == 4


def test_layers_for_a_recipe():
    assert layers_for(Recipe(augment="none")) == []
    assert layers_for(Recipe(augment="classic")) == []
    (shape,) = layers_for(Recipe(augment="affine", rotation=3.0))
    assert (shape.spans["rotation"], shape.spans["elastic"]) == (3.0, 0.0)
    recipe = Recipe(augment="full", elastic=2.0, blur=0.3, lines=0.2, noise=0.01, looks=0.7)
    shape, looks = layers_for(recipe)
    assert (shape.spans["elastic"], looks.spans["share"]) == (2.0, 0.7)
    pen, line, paper = (look.spans for look in looks.looks)
    assert (pen["blur"], line["lines"], paper["noise"]) == (0.3, 0.2, 0.01)


def test_digits_whose_looks_change_may_change_their_shape_once_more():
    shape, looks = layers_for(Recipe(augment="full", rotation=8.0, zoom=0.1, wilder=0.5))
    first, *others = looks.looks
    assert (first.spans["rotation"], first.spans["zoom"], first.spans["elastic"]) == (4.0, 0.05, 0)
    assert first.seed != shape.seed
    assert [look.name for look in others] == ["pen", "line", "paper"]


def test_wilder_shapes_are_of_those_digits_alone():
    upright = np.zeros((40, 28, 28, 1), np.float32)
    upright[:, 4:24, 13:15] = 255
    still = {"rotation": 0.0, "translation": 0.0, "shear": 0.0, "zoom": 0.0, "elastic": 0.0}
    plain = {"thickness": 0.0, "blur": 0.0, "lines": 0.0, "contrast": 0.0, "ground": 0.0}
    recipe = Recipe(augment="full", **{**still, "translation": 4.0}, **plain, noise=0.0, looks=0.25)
    shape, looks = layers_for(recipe.changed(wilder=1.0))
    found = keras.ops.convert_to_numpy(looks(upright, training=True))
    moved = np.abs(found - upright).max(axis=(1, 2, 3)) > 1
    assert 7 <= moved.sum() <= 10
    assert shape.spans == {**still, "translation": 4.0}


def test_erasing_asks_for_no_other_looks():
    _, erasing, looks = layers_for(Recipe(augment="full", erasing=0.3, looks=0.0))
    assert (erasing.spans["erasing"], looks.spans["share"]) == (0.3, 0.0)


def test_elastic_shifts_are_as_large_as_it_says_and_smooth():
    field = np.asarray(RandomAffine(**STILL, elastic=2.0)._bends(2000)).reshape(2000, 2, 28, 28)
    controls = field[:, :, ::9, ::9]
    assert controls.std() == pytest.approx(2.0, rel=0.02)
    # Between two control points, nine pixels apart, no step is more than a third of their gap.
    steps = np.abs(np.diff(field, axis=-1)).max(axis=-1)
    gaps = np.abs(np.diff(controls, axis=-1)).max()
    assert steps.max() < gaps / 3


def test_elastic_bends_a_straight_line_and_keeps_the_ink():
    bar = np.zeros((200, 28, 28, 1), "float32")
    bar[:, 12:16, 3:25] = 255
    changed = np.asarray(RandomAffine(**STILL, elastic=1.5)(bar, training=True))[..., 0]
    rows = (changed * np.arange(28)[:, None]).sum(axis=1) / np.maximum(changed.sum(axis=1), 1)
    bow = rows[:, 14] - (rows[:, 6] + rows[:, 21]) / 2
    assert np.abs(bow).mean() > 0.2
    assert changed.sum() == pytest.approx(bar.sum(), rel=0.1)


@pytest.mark.parametrize("kind", ["classic", "affine", "full"])
def test_augmented_gives_bytes_and_repeats(strokes, kind):
    images = strokes[..., 0].astype(np.uint8)
    first, second = (augmented(images, kind, seed=5) for _ in "ab")
    assert first.dtype == np.uint8
    assert first.shape == images.shape
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, images)


def test_augmented_none_is_the_same_and_a_typo_is_told(strokes):
    images = strokes[..., 0].astype(np.uint8)
    np.testing.assert_array_equal(augmented(images, "none"), images)
    with pytest.raises(OptionError, match=r"did you mean affine\?"):
        augmented(images, "afine")


def _centres(images):
    """Centre of mass (N, 2) as row and column."""
    mass = images[..., 0].sum(axis=(1, 2))
    places = np.arange(28)
    rows = (images[..., 0].sum(axis=2) * places).sum(axis=1) / mass
    columns = (images[..., 0].sum(axis=1) * places).sum(axis=1) / mass
    return np.stack([rows, columns], axis=1)


def _tilt(image):
    """Direction of the most spread, in degrees from the horizontal."""
    rows, columns = np.nonzero(image > 20)
    weights = image[rows, columns]
    spread = np.cov(columns, rows, aweights=weights)
    vector = np.linalg.eigh(spread)[1][:, 1]
    return np.rad2deg(np.arctan(vector[1] / vector[0]))
