"""`front-counter check`: every problem in the knowledge files at once, in words for comms."""

from datetime import date
from pathlib import Path

from knowledge.check import check


def check_folder(folder: Path, today: date, *, launch: bool, cache: Path) -> int:
    """Print all problems of the folder; 1 where there are errors, 0 where there are none."""
    if not folder.is_dir():
        print(f"There is no folder {folder}. Name the folder with the knowledge files.")
        return 1
    problems = check(folder, today, launch=launch, cache=cache)
    for problem in problems:
        print(problem)
    errors = sum(problem.error for problem in problems)
    warnings = len(problems) - errors
    if errors:
        print(
            f"\n{errors} to mend, {warnings} to look at. Residents still see the last good files."
        )
        return 1
    print(f"{folder}: no errors, {warnings} to look at.")
    return 0
