"""What goes wrong is told in one line, whatever the names and texts have in them; so are notes."""

import re
import sys
from collections.abc import Iterable

_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Line breaks, and what else moves a terminal's cursor."""


def complain(prefix: str, error: object) -> None:
    """Print an error on stderr as one line, whatever line breaks its text has."""
    print(f"{on_one_line(prefix)}: {' '.join(str(error).split())}", file=sys.stderr)


def note(notes: Iterable[str]) -> None:
    """Print on stderr, a line each, what is worth knowing and stops nothing."""
    for one in notes:
        print(f"note: {one}", file=sys.stderr)


def on_one_line(name: str) -> str:
    r"""A name with its line breaks and other control characters shown as `\n` and the like."""
    return _BREAKING.sub(lambda sign: sign[0].encode("unicode_escape").decode("ascii"), name)
