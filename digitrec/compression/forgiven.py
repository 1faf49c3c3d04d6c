"""How much accuracy a smaller model may lose."""


def most_lost(max_drop: float, count: int) -> float:
    """How many more of `count` digits may be misread: percentage points of them, at least one.

    Under 1,000 digits one is more than 0.1 points. Of 0 points none is forgiven.
    """
    return max(max_drop / 100 * count, 1.0) if max_drop > 0 else 0.0
