"""What the word at the cursor may become: the other half of what a shell completes by TAB."""

import argparse
from collections.abc import Mapping, Sequence
from importlib import import_module

from digitrec.command.parser import OneOf, Parser

Candidates = dict[str, str]
"""Words, each with what it means, or nothing where that goes without saying."""

AT_THE_START = {"--help": "list the commands", "--version": "print the version"}


def candidates(words: Sequence[str], verbs: Mapping[str, str]) -> Candidates:
    """What the last of `words` may become; nothing where a file's name belongs.

    Args:
        words: what is typed behind `digitrec`; the last, which may be empty, is not finished.
            bash gives `--to=int8` as three words, other shells as one.
        verbs: the commands, and a phrase about each.
    """
    *before, start = _joined(words) or [""]
    if not before:
        return _beginning({**verbs, **AT_THE_START}, start)
    if before[0] not in verbs:
        return {}
    parser, before = _parser(before[0], before[1:])
    name, equals, value = start.partition("=")
    if equals and name.startswith("--"):
        return {f"{name}={word}": "" for word in _values(_option(parser, name), value)}
    found = _values(_waiting(parser, before), start)
    return found if found or _takes_value(parser, before) else _options(parser, start)


def _joined(words: Sequence[str]) -> list[str]:
    """The words without bash's own word for an equals sign."""
    ends_with_it = words[-1:] == ["="]
    return [word for word in words if word != "="] + [""] * ends_with_it


def _parser(verb: str, rest: list[str]) -> tuple[Parser, list[str]]:
    """The parser of a verb, or of its action, and the words that are left for it."""
    module = import_module(f"digitrec.{verb}")
    of_action = getattr(module, f"{rest[0]}_parser", None) if rest else None
    return (of_action(), rest[1:]) if of_action else (module.parser(), rest)


def _option(parser: Parser, name: str) -> argparse.Action | None:
    return next((one for one in parser.arguments() if name in one.option_strings), None)


def _takes_value(parser: Parser, before: Sequence[str]) -> bool:
    """Whether the last word is an option that waits for its value."""
    option = _option(parser, before[-1]) if before else None
    return option is not None and option.nargs != 0


def _waiting(parser: Parser, before: Sequence[str]) -> argparse.Action | None:
    """What the next word is for: an option, or the argument whose turn it is."""
    if _takes_value(parser, before):
        return _option(parser, before[-1])
    taken = [
        word
        for place, word in enumerate(before)
        if not word.startswith("-") and not _takes_value(parser, before[:place])
    ]
    places = [one for one in parser.arguments() if not one.option_strings]
    return places[min(len(taken), len(places) - 1)] if places else None


def _values(action: argparse.Action | None, start: str) -> Candidates:
    """The names that an argument takes; nothing when it takes a number, or a file."""
    if action is None or not isinstance(action.type, OneOf):
        return {}
    done, comma, start = start.rpartition(",") if action.type.several else ("", "", start)
    return {f"{done}{comma}{name}": "" for name in action.type.names if name.startswith(start)}


def _options(parser: Parser, start: str) -> Candidates:
    """The options that begin so; where a file may stand, only for a word that begins with -."""
    takes_files = any(not one.option_strings for one in parser.arguments())
    if takes_files and not start.startswith("-"):
        return {}
    return _beginning(
        {
            name: " ".join((action.help or "").split()) % vars(action)
            for action in parser.arguments()
            for name in action.option_strings
        },
        start,
    )


def _beginning(words: Mapping[str, str], start: str) -> Candidates:
    return {word: meaning for word, meaning in words.items() if word.startswith(start)}
