"""digitrec reads handwritten digits, from MNIST training to the pictures that people really have.

>>> from digitrec import Reader
>>> Reader().read("seven.png").text
'7'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitrec.errors import DigitrecError
    from digitrec.reading.reader import Digit, Reader, Reading

__version__ = "0.1.0"
__all__ = ["Digit", "DigitrecError", "Reader", "Reading", "__version__"]

_HOMES = {
    "Digit": "digitrec.reading.reader",
    "DigitrecError": "digitrec.errors",
    "Reader": "digitrec.reading.reader",
    "Reading": "digitrec.reading.reader",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562), so that importing costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'digitrec' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
