"""The shipped knowledge to be edited, with fewer examples, so that it is learned in a moment."""

import shutil
from pathlib import Path

from knowledge.load import SHIPPED

EXAMPLES = 14
_BEGIN, _END = "examples = [\n", "\n]\n"


def copied(folder: Path) -> Path:
    """A copy in that folder, of which every article has its first few examples only."""
    shutil.copytree(SHIPPED, folder)
    for article in (folder / "articles").glob("*.md"):
        before, begin, rest = article.read_text(encoding="utf-8").partition(_BEGIN)
        examples, end, after = rest.partition(_END)
        few = "\n".join(examples.split("\n")[:EXAMPLES])
        article.write_text(before + begin + few + end + after, encoding="utf-8")
    return folder
