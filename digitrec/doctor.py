"""Say what is installed, found and missing on this machine, with a line of advice each.

    digitrec doctor

exits with 0 when pictures can be read, else with 1. Nothing is downloaded, and TensorFlow is only
started, in a process of its own, where there is an NVIDIA driver.
"""

import argparse
import json
import sys
from dataclasses import asdict

from digitrec import command
from digitrec.command import options as shared
from digitrec.insight.health import Finding, check


def parser() -> command.Parser:
    """The options of `digitrec doctor`."""
    own = command.Parser(
        "doctor",
        "Say what is installed, found and missing, with advice. Exits with 0 when pictures can be "
        "read, else with 1.",
        "digitrec doctor",
    )
    shared.add_json(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    findings = check()
    works = all(finding.status != "broken" for finding in findings)
    if options.json:
        rows = [asdict(finding) for finding in findings]
        print(json.dumps({"works": works, "findings": rows}, indent=2))
    else:
        print("\n".join(map(_lines, findings)))
    return command.EXIT_OK if works else command.EXIT_FAILED


def _lines(finding: Finding) -> str:
    first = f"{finding.status:7}  {finding.name:15}  {finding.found}"
    return f"{first}\n{'':26}-> {finding.advice}" if finding.advice else first


if __name__ == "__main__":
    sys.exit(main())
