"""Puts measured figures into the README, between a pair of marks that a reader does not see."""

import re
from pathlib import Path

from digitrec import files
from digitrec.errors import DataError

README = Path(__file__).parents[1] / "README.md"


def put_between_marks(name: str, text: str, page: Path = README) -> None:
    """Replace what stands between `<!-- NAME -->` and `<!-- /NAME -->`.

    Raises:
        DataError: the page has no such marks.
    """
    before = page.read_text(encoding="utf-8")
    after, found = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
        lambda match: f"{match[1]}{text.rstrip()}\n{match[2]}",
        before,
        flags=re.DOTALL,
    )
    if not found:
        raise DataError(f"{page.name}: expected the marks <!-- {name} --> and <!-- /{name} -->")
    files.write(page, after)
