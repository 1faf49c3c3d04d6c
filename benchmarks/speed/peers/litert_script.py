"""Reads one picture as LiteRT's documentation shows: Interpreter, set_tensor, invoke, get_tensor.

python litert_script.py MODEL.tflite PICTURE
"""

import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

interpreter = Interpreter(sys.argv[1])
interpreter.allocate_tensors()
entry, answer = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
image = ImageOps.invert(Image.open(sys.argv[2]).convert("L")).resize((28, 28))
interpreter.set_tensor(entry["index"], np.asarray(image, entry["dtype"]).reshape(entry["shape"]))
interpreter.invoke()
print(interpreter.get_tensor(answer["index"])[0].argmax())
