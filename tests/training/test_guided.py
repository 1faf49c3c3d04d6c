"""The gate of guided backpropagation."""

import gradients
import numpy as np

from digitrec.training.guided import PositiveGradients


def test_values_pass_and_only_gradients_above_zero_come_back():
    x = np.array([[1.0, -2.0, 3.0]])
    gate = PositiveGradients()
    np.testing.assert_array_equal(np.asarray(gate(x)), x)
    (back,) = gradients.of_sum(lambda values: gate(values) * np.array([2.0, 5.0, -4.0]), x)
    np.testing.assert_array_equal(back, [[2.0, 5.0, 0.0]])
