"""Runs a verb: its errors become one line on stderr and an exit status."""

import argparse
import io
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
    _print_any_name()
    options = parser.parse_args(argv)
    try:
        status = work(options)
        print(end="", flush=True)
        return status
    except DigitrecError as error:
        complain(parser.prog, error)
        return EXIT_USAGE if isinstance(error, OptionError) else EXIT_FAILED
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing is wrong, and nothing more to say.
        _drop_stdout()
        return EXIT_OK
    except OSError as error:
        _drop_stdout()
        complain(parser.prog, error)
        return EXIT_FAILED


def _print_any_name() -> None:
    """A file's name may have what the terminal's encoding has not: then it is printed escaped."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_stdout() -> None:
    """Lose what is still to be written, lest Python try it again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def complain(prefix: str, error: object) -> None:
    """Print an error on stderr as one line, whatever line breaks its text has."""
    print(f"{prefix}: {' '.join(str(error).split())}", file=sys.stderr)
