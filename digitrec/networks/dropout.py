"""What training leaves out at random: units, maps, weights, whole branches."""

from typing import Any

import keras
from keras import layers, ops

from digitrec.errors import expect_one_of
from digitrec.networks import DROPOUTS
from digitrec.networks.activations import MAPS


def drop(x: Any, rate: float, kind: str = "units") -> Any:
    """The values of `x` with a share `rate` of them set to 0 in training, one of DROPOUTS.

    Args:
        x: maps (N, H, W, C) or vectors (N, C).
        rate: 0 to below 1; what stays is scaled so that the mean does.
        kind: "units" (Srivastava et al., "Dropout", 2014); "spatial", whole maps (Tompson et al.,
            "Efficient Object Localization Using Convolutional Networks", 2015); "alpha", which
            keeps mean and deviation after a SELU (Klambauer et al. 2017); "connect" leaves `x` as
            it is: DropConnectDense and DropConnectConv2D drop weights instead.

    Raises:
        OptionError: there is no such kind.
    """
    expect_one_of("dropout_kind", kind, DROPOUTS)
    if not rate or kind == "connect":
        return x
    if kind == "spatial" and len(x.shape) == MAPS:
        return layers.SpatialDropout2D(rate)(x)
    return (layers.AlphaDropout if kind == "alpha" else layers.Dropout)(rate)(x)


@keras.saving.register_keras_serializable("digitrec")
class StochasticDepth(layers.Dropout):
    """Leaves out the whole branch of a residual block, for each digit by itself.

    Huang et al., "Deep Networks with Stochastic Depth" (2016), except that it scales what is kept
    in training instead of what is answered at inference. (N, H, W, C) in and out.

    Args:
        rate: probability of leaving the branch out, 0 to below 1.
    """

    def __init__(self, rate: float, **options: Any) -> None:
        super().__init__(rate, noise_shape=(None, 1, 1, 1), **options)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("noise_shape")
        return config


@keras.saving.register_keras_serializable("digitrec")
class DropConnectDense(layers.Dense):
    """A Dense of which each step of training uses a random part of the weights.

    Wan et al., "Regularization of Neural Networks using DropConnect" (2013), with one mask for the
    whole batch, and what is kept scaled by 1 / (1 - rate). At inference an ordinary Dense.

    Args:
        units: answers of the layer.
        rate: probability of leaving a weight out, 0 to below 1.
    """

    def __init__(self, units: int, rate: float, **options: Any) -> None:
        super().__init__(units, **options)
        self.rate = rate
        self.random = keras.random.SeedGenerator()

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return super().call(inputs)
        kernel = _thinned(self.kernel, self.rate, self.random)
        outputs = ops.matmul(inputs, kernel)
        if self.use_bias:
            outputs = ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}


@keras.saving.register_keras_serializable("digitrec")
class DropConnectConv2D(layers.Conv2D):
    """A Conv2D of which each step of training uses a random part of the weights.

    As DropConnectDense, with one mask for all places of all digits of a batch.

    Args:
        filters: maps of the layer.
        kernel_size: side or (height, width) of the kernel.
        rate: probability of leaving a weight out, 0 to below 1.
    """

    def __init__(
        self, filters: int, kernel_size: int | tuple[int, int], rate: float, **options: Any
    ) -> None:
        super().__init__(filters, kernel_size, **options)
        self.rate = rate
        self.random = keras.random.SeedGenerator()

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return super().call(inputs)
        kernel = _thinned(self.kernel, self.rate, self.random)
        outputs = self.convolution_op(inputs, kernel)
        if self.use_bias:
            outputs = ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}


def _thinned(kernel: Any, rate: float, random: keras.random.SeedGenerator) -> Any:
    return keras.random.dropout(ops.convert_to_tensor(kernel), rate, seed=random)
