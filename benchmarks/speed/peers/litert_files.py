"""Reads a folder of 28x28 pictures with LiteRT used plainly: one opened, one invoke, and the next.

python litert_files.py MODEL.tflite FOLDER
"""

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

interpreter = Interpreter(sys.argv[1])
interpreter.allocate_tensors()
entry, answer = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
for path in sorted(Path(sys.argv[2]).glob("*.png")):
    pixels = np.asarray(Image.open(path).convert("L"), entry["dtype"])
    interpreter.set_tensor(entry["index"], pixels.reshape(entry["shape"]))
    interpreter.invoke()
    print(f"{path}: {interpreter.get_tensor(answer['index'])[0].argmax()}")
