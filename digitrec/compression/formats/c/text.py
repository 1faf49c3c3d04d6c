"""Numbers as C has them: constants, each written once, and structures."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 100


class Constants:
    """Arrays of numbers by name; equal ones have one name."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, bytes], str] = {}
        self._texts: list[str] = []
        self.bytes = 0

    def add(self, values: NDArray[Any], kind: str) -> str:
        """Keep an array; return what it is called.

        Args:
            values: of a dtype of numpy that C has as well, such as int8.
            kind: what it is, for the name.
        """
        values = values if values.size else np.zeros(1, values.dtype)  # C knows no empty array
        key = (values.dtype.name, values.tobytes())
        if key not in self._names:
            name = f"{kind}_{len(self._names)}"
            self._names[key] = name
            self._texts.append(array(name, values))
            self.bytes += values.nbytes
        return self._names[key]

    def structure(self, kind: str, name: str, members: Mapping[str, Any]) -> str:
        """A structure's definition; what it points to is kept.

        Args:
            kind: of structure.
            name: of this one.
            members: by name numbers, lists of them, arrays to point to, None to point to nothing,
                or structures.
        """
        body = _filled(self._members(members))
        return f"static const struct {kind} {name} = {{\n{body}\n}};"

    def _members(self, members: Mapping[str, Any]) -> str:
        return ", ".join(f".{name} = {self._value(value, name)}" for name, value in members.items())

    def _value(self, value: Any, name: str) -> str:
        if isinstance(value, Mapping):
            return f"{{ {self._members(value)} }}"
        if isinstance(value, np.ndarray):
            return self.add(value, name)
        if isinstance(value, tuple | list):
            return f"{{{', '.join(str(int(one)) for one in value)}}}"
        return str(int(value or 0))

    def __str__(self) -> str:
        return "\n".join(self._texts)


def array(name: str, values: NDArray[Any]) -> str:
    """An array's definition."""
    numbers = _filled(", ".join(map(str, values.ravel().tolist())))
    return f"static const {values.dtype}_t {name}[{values.size}] = {{\n{numbers}\n}};"


def _filled(text: str) -> str:
    return fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
