"""Smaller and elsewhere: Keras models in, files for phones out. Keras is loaded by the modules."""

KINDS = ("float32", "float16", "dynamic", "int8", "int4")
"""What a .tflite file can hold; see tflite.to_tflite."""

PER_CHANNEL = ("int8", "int4", "c", "js")
"""Those in which each channel's weights have a scale of their own, unless told otherwise."""

MIXED = "mixed"
"""int8, with 4 or 2 bits where validation does not suffer; see mixed.mixed."""

LITERT_KINDS = (*KINDS, MIXED)
"""All that a .tflite file is asked for as."""

SAMPLES = 500
"""Digits enough for an int8 model's ranges."""

LONGEST_REASON = 200


def short(error: object) -> str:
    """The words of Keras or TensorFlow on one line, which may run to pages, cut short."""
    return " ".join(str(error).split())[:LONGEST_REASON]
