import keras
import numpy as np
import pytest
from keras import ops

from digitrec.compression.rounding import best_steps, whole
from digitrec.compression.weights.forms import Codebook, Grid, Mask, Signs
from digitrec.training.optimizers import optimizer
from digitrec.training.recipe import Recipe

random = np.random.default_rng(0)
KERNEL = random.normal(size=(3, 3, 4, 5)).astype("float32")


def begun(form, kernel=KERNEL):
    form.build(kernel.shape)
    form.begin(kernel)
    return ops.convert_to_numpy(form(keras.Variable(kernel)))


def a_filter(kernel):
    return kernel.reshape(-1, kernel.shape[-1])


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_a_grid_has_so_many_whole_numbers_a_channel(bits):
    form = Grid(bits)
    made = begun(form)
    numbers = made / ops.convert_to_numpy(form.step)
    np.testing.assert_allclose(numbers, np.round(numbers), atol=1e-4)
    assert abs(numbers).max() <= 2 ** (bits - 1) - 1
    assert all(len(np.unique(one)) <= 2**bits - 1 for one in a_filter(np.round(numbers)).T)


def test_a_grid_s_step_by_hand():
    made = begun(Grid(3), np.array([[0.0, 0.0], [1.0, 2.2], [-3.0, 6.0]], "float32"))
    np.testing.assert_allclose(made, [[0, 0], [1, 2], [-3, 6]], rtol=0.03)


def test_what_is_on_a_grid_is_found_again():
    numbers = random.integers(-7, 8, KERNEL.shape)
    steps = random.uniform(0.01, 1, (1, 1, 1, 5))
    found = best_steps(numbers * steps, 7, (0, 1, 2))
    np.testing.assert_allclose(whole(numbers * steps, found, 7) * found, numbers * steps, rtol=1e-6)


def test_a_step_that_cuts_off_outliers_loses_less_than_one_that_holds_them():
    weights = np.append(random.normal(size=2000), 30.0)[:, None]
    step = best_steps(weights, 7, (0,))
    largest = 30.0 / 7

    def lost(step):
        return np.square(whole(weights, step, 7) * step - weights).sum()

    assert lost(step) < lost(np.array([[largest]]))


def test_one_step_for_all_channels():
    form = Grid(4, ())
    numbers = begun(form) / float(ops.convert_to_numpy(form.step).item())
    assert form.step.shape == (1, 1, 1, 1)
    np.testing.assert_allclose(numbers, np.round(numbers), atol=1e-4)


def test_gradients_go_straight_through_rounding_and_to_the_step():
    import tensorflow as tf

    form, kernel = Grid(2, ()), keras.Variable(np.array([[0.4], [0.6], [5.0]], "float32"))
    form.build((3, 1))
    form.begun.assign([[1.0]])
    with tf.GradientTape() as tape:
        total = ops.sum(form(kernel))
    of_kernel, of_step = tape.gradient(total, [kernel.value, form.growth.value])
    np.testing.assert_allclose(of_kernel, [[1.0], [1.0], [0.0]])  # beyond the grid there is none
    # Esser et al.: round(v) - v inside, the number itself outside; over sqrt(weights * top).
    np.testing.assert_allclose(of_step, [(-0.4 + 0.4 + 1.0) / np.sqrt(3)], rtol=1e-5)


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_an_optimiser_moves_a_step_by_no_more_than_its_rate(kind):
    """Steps of 8 bits are a hundred times smaller than weights are."""
    form = Grid(8)
    begun(form, 0.1 * KERNEL)
    before = ops.convert_to_numpy(form.step)
    trained = optimizer(
        Recipe(optimizer=kind, learning_rate=0.01, schedule="constant", warmup=0.0), 10
    )
    trained.build(form.trainable_variables)
    for _ in range(5):
        trained.apply([10.0 * ops.ones_like(form.growth)])
    moved = ops.convert_to_numpy(form.step) / before
    np.testing.assert_allclose(np.log(moved), -0.05, rtol=0.1)


def test_signs_have_their_channel_s_mean_size():
    made = begun(Signs(), np.array([[1.0, -1.0], [-3.0, 0.0]], "float32"))
    np.testing.assert_allclose(made, [[2.0, -0.5], [-2.0, 0.5]])


def test_a_depthwise_kernel_has_a_size_a_map():
    kernel = random.normal(size=(3, 3, 4, 1)).astype("float32")
    made = begun(Signs((2, 3)), kernel)
    np.testing.assert_allclose(abs(made)[0, 0], abs(kernel).mean(axis=(0, 1)), rtol=1e-5)


def test_a_codebook_has_so_many_values_and_keeps_zeros():
    kernel = np.where(random.random(KERNEL.shape) < 0.5, 0, KERNEL)
    made = begun(Codebook(8), kernel)
    assert ((made == 0) == (kernel == 0)).all()
    assert len(np.unique(made[made != 0])) == 8
    assert np.square(made - kernel).mean() < 0.05 * np.square(kernel).mean()


def test_a_codebook_for_fewer_values_than_it_has_loses_nothing():
    kernel = random.choice(np.array([-1.5, 0, 2], "float32"), (4, 4))
    np.testing.assert_array_equal(begun(Codebook(8), kernel), kernel)


def test_a_codebook_s_values_learn_and_its_kernel_does_not():
    import tensorflow as tf

    form, kernel = Codebook(2), np.array([[-1.0, 0.0], [2.0, 2.1]], "float32")
    form.build(kernel.shape)
    form.begin(kernel)
    with tf.GradientTape() as tape:
        total = ops.sum(form(kernel))
    np.testing.assert_allclose(tape.gradient(total, form.table.value), [1.0, 2.0])
    assert form.replaces


def test_a_mask_keeps_what_is_zero():
    kernel = np.where(random.random(KERNEL.shape) < 0.9, 0, KERNEL)
    form = Mask()
    np.testing.assert_array_equal(begun(form, kernel), kernel)
    learnt = ops.convert_to_numpy(form(keras.Variable(kernel + 1)))
    np.testing.assert_array_equal(learnt == 0, kernel == 0)
