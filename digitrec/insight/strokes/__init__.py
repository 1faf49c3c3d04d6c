"""A digit by its strokes, in words: features that have names, and a small tree on them."""
