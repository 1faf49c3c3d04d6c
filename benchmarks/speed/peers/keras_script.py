"""Reads one picture as Keras's documentation shows: load_model, predict.

python keras_script.py MODEL.keras PICTURE
"""

import sys

import keras  # noqa: TID253
import numpy as np
from PIL import Image, ImageOps

model = keras.models.load_model(sys.argv[1])
image = ImageOps.invert(Image.open(sys.argv[2]).convert("L")).resize((28, 28))
pixels = np.asarray(image, np.float32)[None, :, :, None]
print(model.predict(pixels, verbose=0)[0].argmax())
