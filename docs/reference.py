"""Writes docs/reference.md: every command with its options, from the commands' own parsers.

python docs/reference.py             writes it anew
python docs/reference.py --check     exits with 1 when it is not up to date
"""

import argparse
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from digitrec import files
from digitrec.__main__ import VERBS
from digitrec.command import Parser

PAGE = Path(__file__).with_name("reference.md")

INTRODUCTION = """# Commands

Written by `python docs/reference.py` from the commands' own parsers, so `--help` says the same.
Every command also runs as `python -m digitrec.COMMAND`. Data goes to stdout, everything else to
stderr. The exit status is 0 when all is done, 1 when something could not be done, 2 for wrong
usage.
"""

DEFAULT = re.compile(r"\s*\(default: (?P<value>.*?)\)")


def main(argv: list[str] | None = None) -> int:
    """Write the page, or check it; return the exit status."""
    own = argparse.ArgumentParser(description="Write docs/reference.md from the parsers.")
    own.add_argument("--check", action="store_true", help="only say whether it is up to date")
    if not own.parse_args(argv).check:
        files.write(PAGE, page())
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is out of date: python docs/reference.py writes it anew", file=sys.stderr)
    return 1


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([INTRODUCTION, *map(section, parsers())])


def parsers() -> Iterator[Parser]:
    """Each command's parser, and after it those of its actions, such as `data show`."""
    for verb in VERBS:
        module = import_module(f"digitrec.{verb}")
        yield module.parser()
        for name, make in vars(module).items():
            own = getattr(make, "__module__", "") == module.__name__
            if own and name.endswith("_parser") and not name.startswith("_"):
                yield make()


def section(parser: Parser) -> str:
    """A heading, what the command does, how it is called, a table of its options, an example."""
    arguments = [action for action in _actions(parser) if not action.option_strings]
    depth = "#" * len(parser.prog.split())
    options = ["[OPTION ...]"] if len(arguments) < len(_actions(parser)) else []
    usage = " ".join([parser.prog, *options, *map(_usage, arguments)])
    return "\n".join(
        [
            f"{depth} {parser.prog}\n",
            f"{parser.description}\n",
            f"```text\n{usage}\n```\n",
            *_table(parser),
            f"{(parser.epilog or '').replace('example: ', 'Example: `')}`\n",
        ]
    )


def _actions(parser: Parser) -> list[argparse.Action]:
    return [action for action in parser.arguments() if "--help" not in action.option_strings]


def _usage(argument: argparse.Action) -> str:
    name = str(argument.metavar or argument.dest)
    return {"+": f"{name} [{name} ...]", "*": f"[{name} ...]", "?": f"[{name}]"}.get(
        str(argument.nargs), name
    )


def _table(parser: Parser) -> Iterator[str]:
    actions = _actions(parser)
    if not actions:
        return
    yield "| option | default | what it does |"
    yield "|---|---|---|"
    for action in actions:
        default, explained = _default_and_help(action)
        yield f"| `{_name(action)}` | {default} | {explained} |"
    yield ""


def _name(action: argparse.Action) -> str:
    metavar = str(action.metavar or action.dest)
    if not action.option_strings:
        return metavar
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {metavar}"


def _default_and_help(action: argparse.Action) -> tuple[str, str]:
    """The default goes to a column of its own, whether the help or only the parser has it."""
    explained = (action.help or "") % vars(action)
    told = DEFAULT.search(explained)
    if told:
        explained, default = DEFAULT.sub("", explained), told["value"]
    else:
        default = "" if action.default in (None, False, []) else f"{action.default}"
    return _cell(default), _cell(explained)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
