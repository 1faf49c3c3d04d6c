"""How TensorFlow is loaded: with its chatter off the terminal, and with oneDNN's kernels.

Its C++ libraries write straight to file descriptor 2 and heed no log level completely.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from digitrec.errors import DigitrecError
from digitrec.reading.quiet import STDERR, stderr_into

ONLY_FATAL = "3"
"""For what TensorFlow says later, outside of any block: its level is read when it is loaded."""

WITH_ONEDNN = "1"
"""TensorFlow itself takes oneDNN's kernels only where the processor has AVX-512's VNNI; on an AMD
processor without it they brought a training step from 289 to 196 ms."""


@contextmanager
def quiet() -> Iterator[None]:
    """Swallow what the block writes to the process's stderr, from Python or from C++.

    When the block fails by an error that is not a DigitrecError, what it wrote may be the only
    explanation: then it is printed after all.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", ONLY_FATAL)
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", WITH_ONEDNN)
    logger = logging.getLogger("tensorflow")
    logger.setLevel(logging.ERROR)
    with tempfile.TemporaryFile() as chatter:
        try:
            with stderr_into(chatter.fileno()):
                yield
        except DigitrecError:
            raise
        except Exception:
            chatter.seek(0)
            os.write(STDERR, chatter.read())
            raise
        finally:
            # In a notebook TensorFlow sets it to INFO, and writes to stdout, when it is loaded.
            logger.setLevel(logging.ERROR)
