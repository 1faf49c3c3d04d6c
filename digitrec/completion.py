"""Completes commands, options and names in a shell.

    eval "$(digitrec completion bash)"           in ~/.bashrc
    eval "$(digitrec completion zsh)"            in ~/.zshrc, after compinit
    digitrec completion fish | source            in ~/.config/fish/config.fish

From then on TAB after `digitrec train --opt` writes --optimizer, and after that it offers the
optimisers. What is offered comes from the parsers themselves, by `digitrec completion words`, so it
is never older than the commands; where a file belongs, the shell completes files.
"""

import argparse
import sys

from digitrec import command
from digitrec.command.candidates import candidates

BASH = r"""_digitrec() {
    local line program="${COMP_WORDS[0]/#\~/$HOME}"
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <("$program" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _digitrec digitrec"""

ZSH = r"""#compdef digitrec
_digitrec() {
    local -a found
    local line
    while IFS= read -r line; do
        found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done < <(${~words[1]} completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    if (( $#found )); then _describe -V digitrec found; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _digitrec "$@"
else
    compdef _digitrec digitrec
fi"""

FISH = r"""function __digitrec
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] completion words -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c digitrec -f -a '(__digitrec)'"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
"""What each shell is told; all ask `digitrec completion words` and complete files where that is
silent."""

WORDS = "words"


def parser() -> command.Parser:
    """The options of `digitrec completion`."""
    own = command.Parser(
        "completion",
        "Print what makes a shell complete commands, options and names by TAB.",
        "digitrec completion bash",
    )
    own.add_argument(
        "shell",
        type=command.one_of((*SCRIPTS, WORDS)),
        metavar="SHELL",
        help=f"{', '.join(SCRIPTS)}; {WORDS}, for these to ask: what the last WORD may become",
    )
    own.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help=f"{WORDS}: after --, what is typed behind digitrec so far",
    )
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    if options.shell in SCRIPTS:
        print(SCRIPTS[options.shell])
        return command.EXIT_OK
    from digitrec.__main__ import VERBS

    for word, meaning in candidates(options.words, VERBS).items():
        print(f"{word}\t{meaning}")
    return command.EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
