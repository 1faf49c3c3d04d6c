"""Serves readings over HTTP: a page to draw on, /predict, TF Serving's and KServe's protocols.

    digitrec serve                              http://127.0.0.1:8000
    curl --data-binary @seven.png http://127.0.0.1:8000/predict

prints the JSON of `digitrec predict --json`. /docs lists all addresses, docs/serving.md explains
them. SIGTERM lets accepted requests finish, SIGHUP takes over a new model file, SIGUSR2 goes back.
"""

import argparse
import sys

from digitrec import command
from digitrec.command import options as shared
from digitrec.errors import needs_extra
from digitrec.service.settings import Settings


def parser() -> command.Parser:
    """The options of `digitrec serve`."""
    own = command.Parser(
        "serve",
        "Serve readings over HTTP, with a page to draw on.",
        "digitrec serve --workers 2 --max-body 5000000",
    )
    shared.add_model(own)
    shared.add_knobs(own, Settings)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    settings = Settings(**shared.given_knobs(options, Settings))
    with needs_extra("serve"):
        if settings.workers > 1:
            from digitrec.service.workers import supervise

            supervise(settings, options.model)
        else:
            from digitrec.service.server import run
            from digitrec.service.workers import listen

            run(settings, options.model, listen(settings))
    return command.EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
