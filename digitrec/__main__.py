"""`digitrec VERB ...` and `python -m digitrec VERB ...`: picks the verb, imports only that one."""

import gc
import sys
from importlib import import_module

from digitrec import __version__
from digitrec.command.complaint import complain
from digitrec.command.run import EXIT_USAGE, guarded
from digitrec.errors import did_you_mean

VERBS = {
    "train": "train a network on MNIST, on folders of pictures or on a CSV file",
    "compare": "train several recipes with several seeds, in one table",
    "tune": "search for better knobs, or a better network, and draw the trade-offs",
    "combine": "make one model of several, chosen and weighted on validation",
    "adapt": "fit a model to one's own hand, from a few pictures of it",
    "describe": "list the networks, or draw one: parameters, multiply-adds, results",
    "evaluate": "measure a model: accuracy, confusion, calibration, worst mistakes",
    "explain": "show what speaks for a digit, which stroke decides, and what a network has learnt",
    "attack": "change digits so that a model misreads them, and measure how many it still reads",
    "report": "write all that is known of a model on one page; tell whether another is worse",
    "convert": "turn a Keras model into a TFLite file for phones and for `predict`",
    "compress": "make a model smaller: distil, prune, share, quantise, step by step",
    "predict": "read picture files, in well under a second",
    "monitor": "say whether readings have drifted: less sure, more doubted, other digits",
    "serve": "serve readings over HTTP, with a page to draw on",
    "data": "fetch, verify and look at digits",
    "doctor": "say what is installed, found and missing, with advice",
    "completion": "print what makes a shell complete commands, options and names by TAB",
}


def main(argv: list[str] | None = None) -> int:
    """Run the verb named first in `argv` (default: the command line); return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    status = guarded("digitrec", lambda: _run(arguments))
    if argv is None:
        gc.freeze()  # or Python would look through all that is loaded once more before it ends
    return status


def _run(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else "--help"
    if verb in ("--help", "-h"):
        print(_help())
        return 0
    if verb == "--version":
        print(f"digitrec {__version__}")
        return 0
    if verb not in VERBS:
        suggestion = did_you_mean(verb, VERBS)
        complain("digitrec", f"unknown command {verb}{suggestion}; see digitrec --help")
        return EXIT_USAGE
    status: int = import_module(f"digitrec.{verb}").main(arguments[1:])
    return status


def _help() -> str:
    width = max(map(len, VERBS))
    rows = "\n".join(f"  {verb:{width}}  {phrase}" for verb, phrase in VERBS.items())
    return (
        "usage: digitrec COMMAND ...\n\n"
        f"Reads handwritten digits.\n\n{rows}\n\n"
        "digitrec COMMAND --help explains one; every command also runs as "
        "python -m digitrec.COMMAND.\n"
        "example: digitrec predict seven.png"
    )


if __name__ == "__main__":
    sys.exit(main())
