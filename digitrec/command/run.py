"""Runs a verb: its errors become one line on stderr and an exit status."""

import argparse
import os
import sys
from collections.abc import Callable

from digitrec.command.parser import USAGE_ERROR, Parser
from digitrec.errors import DigitrecError, OptionError

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = USAGE_ERROR
EXIT_INTERRUPTED = 130


def run(
    parser: Parser, work: Callable[[argparse.Namespace], int], argv: list[str] | None = None
) -> int:
    """Parse `argv` (default: the command line), do the `work`, return the exit status.

    0: done. 1: something could not be done. 2: wrong usage. 130: interrupted.
    """
    options = parser.parse_args(argv)
    try:
        return work(options)
    except DigitrecError as error:
        complain(parser.prog, error)
        return EXIT_USAGE if isinstance(error, OptionError) else EXIT_FAILED
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing is wrong, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK


def complain(prefix: str, error: object) -> None:
    """Print an error on stderr as one line, whatever line breaks its text has."""
    print(f"{prefix}: {' '.join(str(error).split())}", file=sys.stderr)
