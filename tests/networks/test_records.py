"""The records' networks learn: a few steps each, which is all that can be asked here."""

import keras
import numpy as np
import pytest
import small_networks

from digitrec import networks


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matuzas", "an_m3", "an_m5"])
def test_a_few_steps_at_full_width_lower_the_loss(name):
    keras.utils.set_random_seed(0)
    network = networks.build(name)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(1e-3), loss)
    train = small_networks.uci().train
    images, labels = train.images[:32, ..., None], train.labels[:32]
    course = [network.train_on_batch(images, labels) for _ in range(6)]
    assert np.isfinite(course).all()
    assert course[-1] < 0.7 * course[0]
