"""Smaller and elsewhere: Keras models in, files for phones out. Keras is loaded by the modules."""

KINDS = ("float32", "float16", "dynamic", "int8")
"""What a .tflite file can hold; see tflite.to_tflite."""
