"""Keeps TensorFlow's chatter off the terminal.

Its C++ libraries write straight to file descriptor 2 and heed no log level completely.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from digitrec.errors import DigitrecError

STDERR = 2
ONLY_FATAL = "3"


@contextmanager
def quiet() -> Iterator[None]:
    """Swallow what the block writes to stderr, from Python or from C++.

    When the block fails by an error that is not a DigitrecError, what it wrote may be the only
    explanation: then it is printed after all.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", ONLY_FATAL)
    _flush()
    with tempfile.TemporaryFile() as chatter:
        terminal = os.dup(STDERR)
        os.dup2(chatter.fileno(), STDERR)
        needed = False
        try:
            yield
        except DigitrecError:
            raise
        except Exception:
            needed = True
            raise
        finally:
            _flush()
            os.dup2(terminal, STDERR)
            os.close(terminal)
            if needed:
                chatter.seek(0)
                os.write(STDERR, chatter.read())


def _flush() -> None:
    """Bring what Python holds back to where descriptor 2 points now (None under pythonw)."""
    if sys.stderr is not None:
        sys.stderr.flush()
