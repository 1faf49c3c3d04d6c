"""How far a model is to be trusted: what it is sure of, when it should be silent, what it mistakes.

Each module takes probabilities and labels, needs no gradient, and so measures any kind of file.
"""
