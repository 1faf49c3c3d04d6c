"""Smaller and elsewhere: Keras models in, files for phones out. Keras is loaded by the modules."""

KINDS = ("float32", "float16", "dynamic", "int8")
"""What a .tflite file can hold; see tflite.to_tflite."""

SAMPLES = 500
"""Digits enough for an int8 model's ranges."""

LONGEST_REASON = 200


def short(error: Exception) -> str:
    """The words of Keras or TensorFlow on one line, which may run to pages, cut short."""
    return " ".join(str(error).split())[:LONGEST_REASON]
