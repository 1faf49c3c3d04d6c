"""Reads a folder of 28x28 pictures with onnxruntime: all of them opened, then one run.

python onnx_files.py MODEL.onnx FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1])
paths = sorted(Path(sys.argv[2]).glob("*.png"))
pixels = np.stack([np.asarray(Image.open(path).convert("L"), np.float32) for path in paths])
(logits,) = session.run(None, {session.get_inputs()[0].name: pixels[..., None]})
for path, answer in zip(paths, logits, strict=True):
    print(f"{path}: {answer.argmax()}")
