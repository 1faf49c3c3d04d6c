"""The layers of looks: each change is as large as its span, and only in training."""

import keras
import numpy as np
import pytest

from digitrec.training.looks import (
    RandomErasing,
    RandomLine,
    RandomLooks,
    RandomPaper,
    RandomPen,
    part_of,
)

LAYERS = [RandomPen(), RandomLine(), RandomPaper(), RandomLooks([RandomPen()])]
PLAIN_PEN = {"thickness": 0.0, "blur": 0.0}
PLAIN_PAPER = {"contrast": 0.0, "ground": 0.0, "noise": 0.0}
MANY = 400


@pytest.fixture(scope="module")
def bars():
    """An upright bar of four pixels' width and twenty's height, many times."""
    images = np.zeros((MANY, 28, 28, 1), "float32")
    images[:, 4:24, 12:16] = 255
    return images


def changed(layer, images):
    return np.asarray(layer(images, training=True))[..., 0]


@pytest.mark.parametrize(
    "layer", [RandomPen(), RandomLine(), RandomPaper(), RandomLooks([RandomPen()])]
)
def test_nothing_happens_outside_training(bars, layer):
    np.testing.assert_array_equal(layer(bars, training=False), bars)


@pytest.mark.parametrize(
    "layer", [RandomPen(**PLAIN_PEN), RandomLine(0.0), RandomPaper(**PLAIN_PAPER)]
)
def test_spans_of_zero_change_nothing(bars, layer):
    np.testing.assert_array_equal(layer(bars, training=True), bars)


@pytest.mark.parametrize("span", [0.3, 1.0])
def test_a_bar_becomes_up_to_so_much_wider_and_narrower_on_each_side(bars, span):
    widths = changed(RandomPen(thickness=span, blur=0.0), bars)[:, 14].sum(axis=1) / 255
    assert widths.min() == pytest.approx(4 - 2 * span, abs=0.05)
    assert widths.max() == pytest.approx(4 + 2 * span, abs=0.05)
    assert abs(np.median(widths) - 4) < 0.2


def test_blur_softens_the_edges_of_half_and_keeps_the_ink(bars):
    blurred = changed(RandomPen(thickness=0.0, blur=1.0), bars)
    soft = blurred[:, 14, 11] > 0
    assert 0.4 < soft.mean() < 0.6
    assert blurred[:, 14, 11].max() == pytest.approx(85, abs=2)  # a third of full ink
    np.testing.assert_allclose(blurred.sum(axis=(1, 2)), bars[0].sum(), rtol=1e-4)


def test_a_line_crosses_its_share_half_of_them_as_gaps(bars):
    lined = changed(RandomLine(lines=0.4), np.repeat(bars, 3, axis=0))
    sums = lined.sum(axis=(1, 2)) - bars[0].sum()
    assert 0.33 < (np.abs(sums) > 1).mean() < 0.45
    assert 0.12 < (sums > 1).mean() < 0.26
    assert 0.12 < (sums < -1).mean() < 0.26
    assert (lined.min(), lined.max()) == (0, 255)


def test_a_line_is_as_wide_as_a_thin_pen():
    field = np.zeros((MANY, 28, 28, 1), "float32")
    lined = changed(RandomLine(lines=1.0), field)
    areas = lined.sum(axis=(1, 2)) / np.maximum(lined.max(axis=(1, 2)), 1)
    lengths = areas[areas > 0]
    assert (lengths > 5).all()
    assert lengths.max() <= 2.5 * 28 * np.sqrt(2)


def test_contrast_is_lost_by_half_up_to_its_span(bars):
    ink = changed(RandomPaper(**{**PLAIN_PAPER, "contrast": 0.6}), bars).max(axis=(1, 2))
    assert ink.min() == pytest.approx(0.4 * 255, abs=3)
    assert 0.4 < (ink == 255).mean() < 0.6


def test_ground_lies_under_a_quarter_and_never_over_full_ink(bars):
    papers = changed(RandomPaper(**{**PLAIN_PAPER, "ground": 0.5}), bars)
    grounds = papers[:, :, :4].max(axis=(1, 2))
    assert 0.17 < (grounds > 0).mean() < 0.33
    assert 100 < grounds.max() <= 127.5
    np.testing.assert_allclose(papers[:, 14, 13], 255, atol=1e-3)
    uneven = papers[:, 0, 0] - papers[:, 27, 27]
    assert uneven.std() > 5


def test_noise_has_its_deviation_on_a_quarter_and_stays_among_pixels():
    grey = np.full((MANY, 28, 28, 1), 128, "float32")
    noisy = changed(RandomPaper(**{**PLAIN_PAPER, "noise": 0.1}), grey)
    spread = noisy.std(axis=(1, 2))
    assert 0.17 < (spread > 0).mean() < 0.33
    assert spread.max() == pytest.approx(25.5, abs=3)
    loud = changed(RandomPaper(**{**PLAIN_PAPER, "noise": 1.0}), grey)
    assert (loud.min(), loud.max()) == (0, 255)


def test_a_rectangle_is_erased_from_its_share():
    """Sides of a fifth to a half of 28 pixels, less what lies outside."""
    erased = changed(RandomErasing(erasing=0.3), np.full((MANY, 28, 28, 1), 9, "float32")) == 0
    hit = erased.any(axis=(1, 2))
    assert hit.sum() == 0.3 * MANY
    rows, columns = erased.any(axis=2).sum(axis=1), erased.any(axis=1).sum(axis=1)
    np.testing.assert_array_equal(rows * columns, erased.sum(axis=(1, 2)))
    assert rows.max() <= 15
    assert 12 <= columns.max() <= 15
    assert set(np.unique(changed(RandomErasing(erasing=0.0), np.ones((4, 28, 28, 1))))) == {1}


@pytest.mark.parametrize(
    ("count", "share", "part"),
    [(64, 0.5, 32), (64, 0.15, 10), (5, 0.5, 3), (1, 0.25, 0), (7, 1, 7)],
)
def test_a_part_is_a_whole_number_of_images(count, share, part):
    assert part_of(count, share) == part
    assert int(part_of(keras.ops.convert_to_tensor(count), share)) == part


def test_the_rest_stays_in_its_place():
    """Each image is known by its grey: what was not changed is where it was."""
    greys = np.tile(np.arange(40.0, 240.0).reshape(200, 1, 1, 1), (1, 28, 28, 1)).astype("float32")
    found = changed(RandomErasing(erasing=0.4), greys)
    np.testing.assert_array_equal(found.max(axis=(1, 2)), greys.max(axis=(1, 2, 3)))


def test_a_share_of_the_images_gets_all_looks_and_the_others_none(bars):
    looks = [RandomLine(lines=1.0), RandomPaper(contrast=0.0, ground=0.0, noise=0.5)]
    some = changed(RandomLooks(looks, share=0.3), np.repeat(bars, 3, axis=0))
    touched = (some != bars[0, :, :, 0]).any(axis=(1, 2))
    assert 0.24 < touched.mean() < 0.36
    assert not changed(RandomLooks(looks, share=0.0), bars)[:, :4].any()


def test_looks_are_saved_with_what_they_are_made_of(tmp_path, bars):
    looks = RandomLooks([RandomPen(thickness=0.3), RandomPaper(noise=0.4)], share=0.7, seed=2)
    keras.Sequential([keras.Input((28, 28, 1)), looks]).save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[0]
    assert (loaded.spans, loaded.seed) == ({"share": 0.7}, 2)
    assert [look.spans for look in loaded.looks] == [look.spans for look in looks.looks]


@pytest.mark.parametrize("layer", [RandomPen(0.4, 0.2, seed=3), RandomPaper(0.1, 0.2, 0.3, seed=3)])
def test_layers_are_saved_with_their_spans_and_repeat(tmp_path, bars, layer):
    model = keras.Sequential([keras.Input((28, 28, 1)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras").layers[0]
    assert (loaded.spans, loaded.seed) == (layer.spans, 3)
    np.testing.assert_array_equal(
        changed(type(layer)(**layer.spans, seed=3), bars), changed(loaded, bars)
    )
