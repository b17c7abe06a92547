"""`front-counter check`: every problem in the knowledge files at once, in words for comms."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bot.understanding import encoder_here
from knowledge.check import check

SIGNOFFS = Path(__file__).with_name("signoffs.toml")
"""What the force has to sign, and whose it is to sign it."""


def list_unsigned(signed: Mapping[str, str]) -> None:
    """Print what nobody has signed yet, and what was signed that is not on the list."""
    wanted = tomllib.loads(SIGNOFFS.read_text(encoding="utf-8"))
    for id, item in wanted.items():
        if not signed.get(id, "").strip():
            print(f"not signed: {id}: {item['what']} ({item['who']})")
    for id in sorted(set(signed) - set(wanted)):
        print(f"not on the list: signed.{id}. See {SIGNOFFS.name} for what is.")


def check_folder(folder: Path, today: date, *, launch: bool, cache: Path) -> int:
    """Print all problems of the folder; 1 where there are errors, 0 where there are none."""
    if not folder.is_dir():
        print(f"There is no folder {folder}. Name the folder with the knowledge files.")
        return 1
    # What is learned is kept, so that the next start need not learn it again.
    problems = check(folder, today, launch=launch, cache=cache, encoder=encoder_here())
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
