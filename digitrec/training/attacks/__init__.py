"""Digits changed on purpose so that a network misreads them: to measure it, and to train it."""

ATTACKS = ("fgsm", "pgd", "square", "moves")
"""By gradients in one step and in many, by trying squares, by turning and shifting."""
NORMS = ("inf", "2")
GOALS = ("cross_entropy", "margin")
"""What an attack by gradients makes grow; see descent."""
WHITE = 255.0
"""A pixel that is all ink; the literature's is 1."""
