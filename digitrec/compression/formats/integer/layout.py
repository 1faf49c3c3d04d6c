"""Where each map is in one stretch of memory, so that what is no longer needed makes room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALIGNMENT = 4


@dataclass(frozen=True)
class Need:
    """What a map needs.

    Attributes:
        bytes: of it.
        first: the step that makes it.
        last: the last step that takes it.
    """

    bytes: int
    first: int
    last: int

    def beside(self, other: "Need") -> bool:
        """Whether both are needed at some step."""
        return self.first <= other.last and other.first <= self.last


def places(needs: Mapping[int, Need]) -> tuple[dict[int, int], int]:
    """For each map where it begins, and the bytes of it all.

    The largest map comes first, each as far in front as what is there beside it allows (Pisarchyk,
    Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, greedy by size).
    """
    found: dict[int, int] = {}
    for number in sorted(needs, key=lambda number: (-needs[number].bytes, number)):
        need = needs[number]
        there = [one for one in found if needs[one].beside(need)]
        taken = sorted((found[one], needs[one].bytes) for one in there)
        found[number] = _first_gap(taken, need.bytes)
    return found, max((place + needs[number].bytes for number, place in found.items()), default=0)


def _first_gap(taken: Sequence[tuple[int, int]], size: int) -> int:
    place = 0
    for start, length in taken:
        if start - place >= size:
            break
        place = max(place, -(-(start + length) // ALIGNMENT) * ALIGNMENT)
    return place
