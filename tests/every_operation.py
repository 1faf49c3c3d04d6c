"""A network of every operation that there is a kernel for in C and JavaScript."""

import keras
import small_networks
from keras import layers, ops

from digitrec.compression.weights.binary import signed
from digitrec.compression.weights.formed import plain


@keras.saving.register_keras_serializable("tests")
class Shuffle(layers.Layer):
    """Channels (N, H, W, 4) in the order 0, 2, 1, 3, as a shuffle of two groups has them."""

    def call(self, x):
        side = x.shape[1]
        x = ops.transpose(ops.reshape(x, (-1, side * side, 2, 2)), (0, 1, 3, 2))
        return ops.reshape(x, (-1, side, side, 4))


def every_operation():
    """Untrained."""
    images = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 3, strides=2, padding="same")(layers.Rescaling(1 / 255)(images))
    x = layers.PReLU(shared_axes=[1, 2], alpha_initializer="ones")(x)
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu6")(x)
    x = layers.Concatenate()([Shuffle()(y), layers.Conv2D(4, (1, 3), padding="same", groups=2)(x)])
    x = layers.MaxPooling2D()(x)
    gate = layers.Conv2D(8, 1, activation="sigmoid")(
        layers.GlobalAveragePooling2D(keepdims=True)(x)
    )
    x = layers.Subtract()([layers.Multiply()([x, gate]), layers.Conv2D(8, 3, padding="same")(x)])
    x = layers.AveragePooling2D(3, strides=2, padding="same", activity_regularizer=None)(x)
    x = layers.Activation("gelu")(x)
    x = layers.Add()([layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)])
    return keras.Model(images, layers.Dense(10)(x))


def binary():
    keras.utils.set_random_seed(3)
    images = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(images)
    for filters, strides, padding in ((6, 2, "same"), (40, 1, "same"), (8, 2, "valid")):
        x = layers.Conv2D(filters, 3, strides=strides, padding=padding, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPooling2D()(x) if filters == 6 else x
    network = keras.Model(images, layers.Dense(10)(layers.Flatten()(x)))
    network(small_networks.uci().train.images[:256, ..., None].astype("float32"), training=True)
    return plain(signed(network))
