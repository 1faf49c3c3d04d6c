"""Statistics of batch normalisation for weights that no step was trained with."""

from itertools import islice

import keras
from keras import ops

from digitrec.training.batches import TrainingBatches
from digitrec.training.trained import Trained

BATCHES = 100


def renew_statistics(model: Trained, batches: TrainingBatches) -> None:
    """Measure each layer's mean and variance anew, as the mean over up to BATCHES batches.

    The mean of several epochs' weights needs it (Izmailov et al. 2018, section 3.2).
    """
    layers = [
        layer
        for layer in model.network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    before = [layer.momentum for layer in layers]
    for number, (images, _, _) in enumerate(islice(batches, BATCHES)):
        for layer in layers:
            layer.momentum = number / (number + 1)
        model(ops.convert_to_tensor(images, "float32"), training=True)
    for layer, momentum in zip(layers, before, strict=True):
        layer.momentum = momentum
