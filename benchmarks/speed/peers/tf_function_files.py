"""Reads a folder of 28x28 pictures with a tf.function: all of them opened, batches of 256.

python tf_function_files.py MODEL.keras FOLDER
"""

import sys
from pathlib import Path

import keras  # noqa: TID253
import numpy as np
import tensorflow as tf  # noqa: TID253
from PIL import Image

network = keras.models.load_model(sys.argv[1])
read = tf.function(lambda pixels: network(pixels, training=False), reduce_retracing=True)
paths = sorted(Path(sys.argv[2]).glob("*.png"))
pixels = np.stack([np.asarray(Image.open(path).convert("L"), np.float32) for path in paths])
for start in range(0, len(paths), 256):
    logits = read(tf.constant(pixels[start : start + 256, ..., None])).numpy()
    for path, answer in zip(paths[start:], logits, strict=False):
        print(f"{path}: {answer.argmax()}")
