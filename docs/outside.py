"""What MkDocs does to each page before it is rendered (mkdocs.yml names this file under `hooks`).

Comments, which are for the tests and for the scripts that write tables, are left out. A link to a
file of the repository that is no page, such as ../benchmarks, cannot work on the site: it leads to
the repository where mkdocs.yml gives its address as `repo_url`, and else only its text is left.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

COMMENT = re.compile(r"^<!--.*?-->$\n?", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>\.\./[^)\s#]*)(?P<rest>[^)]*)\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """The page without comments and without links that lead nowhere.

    Raises:
        PluginError: a link leads to a file that is not there.
    """
    place, docs = Path(page.file.abs_src_path).parent, Path(config["docs_dir"]).resolve()

    def linked(link: re.Match[str]) -> str:
        target = (place / link["target"]).resolve()
        if target.is_relative_to(docs):
            return link[0]
        if not target.exists():
            raise PluginError(f"{page.file.src_uri}: {link['target']} is linked and not there")
        if not config.get("repo_url"):
            return link["text"]
        path = target.relative_to(docs.parent).as_posix()
        return f"[{link['text']}]({config['repo_url'].rstrip('/')}/blob/main/{path})"

    return LINK.sub(linked, COMMENT.sub("\n", markdown))
