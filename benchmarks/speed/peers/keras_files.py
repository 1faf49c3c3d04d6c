"""Reads a folder of 28x28 pictures with Keras: all of them opened, then one predict.

python keras_files.py MODEL.keras FOLDER
"""

import sys
from pathlib import Path

import keras  # noqa: TID253
import numpy as np
from PIL import Image

model = keras.models.load_model(sys.argv[1])
paths = sorted(Path(sys.argv[2]).glob("*.png"))
pixels = np.stack([np.asarray(Image.open(path).convert("L"), np.float32) for path in paths])
for path, logits in zip(paths, model.predict(pixels[..., None], verbose=0), strict=True):
    print(f"{path}: {logits.argmax()}")
