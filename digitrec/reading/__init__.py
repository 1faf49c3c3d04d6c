"""From a picture to its digits, with numpy, Pillow, OpenCV and LiteRT alone."""
