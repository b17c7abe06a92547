"""`front-counter urgency`: why a message is taken for an emergency, and which are taken wrongly."""

from collections.abc import Iterator
from pathlib import Path

from knowledge.check_urgency import wrong_messages
from knowledge.library import Library
from knowledge.load import read
from knowledge.urgency import Explanation
from knowledge.urgency_sense import Opinion


def explain(library: Library, text: str) -> None:
    """Print how one message is taken, and what made it so."""
    if library.is_label(text):
        print("A button of ours says this, so typed it raises no 999 card by itself.")
    for line in lines_of(library.why_urgent(text)):
        print(line)


def list_wrong(library: Library, folder: Path) -> None:
    """Print which messages of the folder are not taken as their heading says; half a minute."""
    messages = read(folder).messages
    wrong = 0
    for problem in wrong_messages(folder, messages, library.assessor):
        wrong += 1
        print(problem)
    print(f"{wrong:,} of {len(messages):,} messages are not taken as their heading says.")


def lines_of(explained: Explanation) -> Iterator[str]:
    """The explanation, for the person who owns the files in urgency/."""
    verdict, found = explained.verdict, explained.found
    yield f"Taken as: {verdict.level}{_of(verdict.category)}"
    if verdict.language:
        yield f"Language: {verdict.language}"
    if explained.alone:
        yield f"For one of its sentences by itself: {explained.alone}"
    yield f"Read as: {' '.join(explained.words) or 'nothing'}"
    if found.why:
        yield f"Frames: {', '.join(found.why)}, by themselves {found.level}{_of(found.category)}"
    else:
        yield "Frames: none"
    if explained.circumstances:
        yield f"Made quieter by: {', '.join(explained.circumstances)}"
    if explained.opinion is not None:
        yield from _figures(explained.opinion)


def _figures(opinion: Opinion) -> Iterator[str]:
    limits = opinion.thresholds
    by_words = opinion.odds + opinion.bonus + opinion.slips
    yield f"By its words: {by_words:+.1f}; an alarm from {limits.alarm:+.1f}"
    yield f"  the messages say {opinion.odds:+.1f}, a loud frame adds {opinion.bonus:.1f}"
    if opinion.slips:
        yield f"  words that were mistyped add {opinion.slips:.1f}"
    for sign, weight in opinion.telling:
        yield f"  {weight:+.2f}  {sign}"
    if opinion.hunch is not None:
        yield f"By its meaning: {opinion.hunch:+.1f}"
        yield f"  both together may add an alarm from {limits.with_meaning:+.1f}"


def _of(category: str) -> str:
    return f" ({category})" if category else ""
