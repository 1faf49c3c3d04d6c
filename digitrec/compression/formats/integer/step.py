"""A step of a routine of whole numbers: a kernel and what it is called with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digitrec.compression.formats.integer.graph import Tensor


@dataclass(frozen=True)
class Step:
    """A call of a kernel.

    Attributes:
        kernel: the file that it is in, and the function's name.
        inputs: maps that it takes, by their tensors.
        output: the map that it makes.
        structure: the kind of its structure, where it has one.
        members: of that structure; arrays are pointers to constants, None is one to nothing.
        arguments: what stands before the maps in the call.
        words: of 32 bits that it needs for itself.
    """

    kernel: str
    inputs: list[Tensor]
    output: Tensor
    structure: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    arguments: tuple[Any, ...] = ()
    words: int = 0
