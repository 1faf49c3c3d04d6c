"""What LiteRT answers to digits, of a .tflite file's content."""

from ai_edge_litert.interpreter import Interpreter


def answer(content, images, **options):
    """The output (N, classes) as the file gives it, of images (N, 28, 28) of 0 to 255."""
    interpreter = Interpreter(model_content=content, **options)
    taken = interpreter.get_input_details()[0]
    interpreter.resize_tensor_input(taken["index"], [len(images), 28, 28, 1])
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], images[..., None].astype(taken["dtype"]))
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
