"""Runs a verb: its errors become one line on stderr and an exit status."""

import argparse
import io
import os
import sys
from collections.abc import Callable

from digitrec.command.complaint import complain
from digitrec.command.parser import USAGE_ERROR, Parser
from digitrec.errors import DigitrecError, OptionError

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = USAGE_ERROR
EXIT_INTERRUPTED = 130


def run(
    parser: Parser, work: Callable[[argparse.Namespace], int], argv: list[str] | None = None
) -> int:
    """Parse `argv` (default: the command line), do the `work`, return the exit status."""
    return guarded(parser.prog, lambda: work(parser.parse_args(argv)))


def guarded(program: str, work: Callable[[], int]) -> int:
    """Do the `work` and return its exit status; what goes wrong is one line and a status.

    0: done. 1: something could not be done. 2: wrong usage. 130: interrupted.
    """
    _print_any_name()
    try:
        status = work()
        print(end="", flush=True)
        return status
    except DigitrecError as error:
        complain(program, error)
        return EXIT_USAGE if isinstance(error, OptionError) else EXIT_FAILED
    except KeyboardInterrupt:
        complain(program, "interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing is wrong, and nothing more to say.
        _drop_stdout()
        return EXIT_OK
    except OSError as error:
        _drop_stdout()
        complain(program, error)
        return EXIT_FAILED


def _print_any_name() -> None:
    """A file's name may have what the terminal's encoding has not: then it is printed escaped."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_stdout() -> None:
    """Lose what is still to be written, lest Python try it again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
