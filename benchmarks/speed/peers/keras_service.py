"""A service for digits as tutorials write it: FastAPI, and Keras's predict for each request.

uvicorn --app-dir THIS_FOLDER keras_service:app, with the model's path in $MODEL
"""

import io
import os

import keras  # noqa: TID253
import numpy as np
from fastapi import FastAPI, UploadFile
from PIL import Image

app = FastAPI()
model = keras.models.load_model(os.environ["MODEL"])


@app.post("/predict")
def predict(file: UploadFile) -> dict[str, object]:
    """Read a picture."""
    image = Image.open(io.BytesIO(file.file.read())).convert("L").resize((28, 28))
    pixels = np.asarray(image, np.float32)[None, :, :, None]
    logits = model.predict(pixels, verbose=0)[0]
    return {"digit": int(logits.argmax()), "logits": logits.tolist()}
