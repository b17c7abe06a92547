"""The measure itself: what is counted as a hit, a false alarm and a disguise."""

import json
import random
from pathlib import Path

import pytest

from benchmarks.disguise import DISGUISES
from benchmarks.urgency import Judge, read_messages, read_ordinary, report, wilson
from benchmarks.urgency_talks import read_talks
from benchmarks.urgency_talks import report as report_talks
from knowledge.library import Library

SETS = Path(__file__).parents[2] / "benchmarks" / "sets"


def test_the_lower_end_of_a_share_is_wilsons() -> None:
    # Newcombe 1998, table I: 81 of 263 is 0.2553 at its lower end.
    assert wilson(81, 263) == pytest.approx(0.2553, abs=1e-4)
    assert wilson(0, 0) == 0


def test_what_must_alarm_and_what_must_not_is_counted(tmp_path: Path, library: Library) -> None:
    rows = (
        {"id": "1", "text": "he has a knife to her throat", "label": "urgent", "tier": "explicit"},
        {"id": "2", "text": "when are you open", "label": "urgent"},
        {"id": "3", "text": "my phone is dying", "label": "not_urgent"},
        {"id": "4", "text": "help", "label": "not_urgent", "tolerable_alarm": True},
    )
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    said = "\n".join(report(Judge(library).hear(read_messages(file))))
    assert "must alarm: 1 of 2" in said
    assert "must not: 0 of 1" in said
    assert "missed 2 [none] when are you open" in said


def test_a_line_that_is_no_message_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "x", "label": "urgent"}\nnonsense\n')
    with pytest.raises(ValueError, match="line 2"):
        read_messages(file)


def test_ordinary_traffic_is_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    table, splits = tmp_path / "a.csv", tmp_path / "b.json"
    table.write_text("text,category\nhello,1\n")
    splits.write_text('{"train": [["no", "x"]], "test": [["yes", "x"]], "oos_test": [["ja", "x"]]}')
    assert (read_ordinary(table), read_ordinary(splits)) == (["hello"], ["yes", "ja"])


@pytest.mark.parametrize("name", DISGUISES)
def test_every_disguise_changes_a_message_and_is_the_same_again(name: str) -> None:
    text = "please help, he's got a knife and somebody is hurt"
    once, again = (DISGUISES[name](text, random.Random(1)) for _ in range(2))  # noqa: S311 - no secret
    assert once == again != text


def test_the_sets_that_the_figures_are_from_can_be_read(library: Library) -> None:
    assert len(read_messages(SETS / "urgent_messages.jsonl")) == 650
    talks = read_talks(SETS / "urgent_conversations.jsonl")
    assert len(talks) == 70
    assert next(report_talks(Judge(library), talks[:5])).startswith("conversations:")
