"""Reads one picture as onnxruntime's documentation shows: InferenceSession, run.

python onnx_script.py MODEL.onnx PICTURE
"""

import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(sys.argv[1])
image = ImageOps.invert(Image.open(sys.argv[2]).convert("L")).resize((28, 28))
pixels = np.asarray(image, np.float32)[None, :, :, None]
print(session.run(None, {session.get_inputs()[0].name: pixels})[0][0].argmax())
