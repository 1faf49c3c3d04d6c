"""Pictures of what a network sees: where it looks, what its layers answer, what it would like best.

A map (N, 28, 28) has a value a pixel: above 0 what speaks for the class, under 0 against it.
"""
