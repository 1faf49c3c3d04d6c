"""What the verbs share: parsing with suggestions, common options, printing, exit codes."""

from digitrec.command.complaint import note
from digitrec.command.parser import Parser, one_of, within
from digitrec.command.run import EXIT_FAILED, EXIT_OK, EXIT_USAGE, guarded, run

__all__ = [
    "EXIT_FAILED",
    "EXIT_OK",
    "EXIT_USAGE",
    "Parser",
    "guarded",
    "note",
    "one_of",
    "run",
    "within",
]
