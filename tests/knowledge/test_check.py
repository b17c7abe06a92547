"""The house rules: each mistake planted in a small valid folder is found where it stands."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.article import Problem
from knowledge.check import check
from knowledge.check_numbers import find_numbers
from knowledge.load import SHIPPED

TINY = Path(__file__).parent / "tiny"
TODAY = date(2026, 11, 22)
ASB = "articles/report-asb.md"
NOISE = "articles/noisy-neighbours.md"
FRAUD = "articles/fraud-report.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small valid knowledge folder of one's own; it recognises no emergency."""
    return _copy(tmp_path / "content")


def _copy(to: Path) -> Path:
    shutil.copytree(TINY, to)
    (to / "urgency").mkdir()
    for path in (SHIPPED / "urgency").glob("*.toml"):
        if "\ncategory = " not in f"\n{path.read_text()}":  # words and rules that frames share
            (to / "urgency" / path.name).write_text("# Nothing here.\n")
    return to


def _check(folder: Path, today: date = TODAY, *, launch: bool = False) -> list[Problem]:
    # The trained matcher is kept beside the tests' folders: most mistakes leave it as it is.
    cache = folder.parent.parent / "cache"
    return check(folder, today, launch=launch, shipped=TINY, cache=cache)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _planted(folder: Path, file: str, old: str, new: str) -> list[str]:
    _edit(folder / file, old, new)
    return [str(problem) for problem in _check(folder)]


ERRORS = [
    # numbers
    (ASB, "Tell {force}", "Ring 0808 157 0100. Tell {force}", 45, "write {phone:helpline} instead"),
    (ASB, "Tell {force}", "Ring 0808 157\n0100. Tell", 45, "write {phone:helpline} instead"),
    (ASB, "Tell {force}", "Ring 01632 960 123. Tell", 45, "is not in contacts.toml"),
    (ASB, "Tell {force}", "Text 60777. Tell {force}", 45, "write {text:scam-texts} instead"),
    (ASB, "danger, call 999", "danger, call 999 or 01632 960123", 9, "not in contacts.toml"),
    (ASB, "sensitive = f", 'media_warning = "Ring +44 1632 960123"\nsensitive = f', 8, "+44 1632"),
    ("wording/chat.toml", "Hello from", "Ring 01632 960123. Hello", 2, "not in contacts.toml"),
    ("forms/asb.toml", "What is happening?", "Or ring 0300 000 0001?", 10, "{phone:fraud-line}"),
    ("forms/common.toml", 'label = "No", stop', 'label = "01632 960123", stop', 22, "not in"),
    # names that lead nowhere
    (ASB, "{phone:helpline}", "{phone:helplime}", 47, "did you mean `helpline`?"),
    (NOISE, "{article:report-asb}", "{article:asb}", 30, "there is no article `asb`"),
    (NOISE, '["report-asb"]', '["report-abs"]', 12, "did you mean `report-asb`?"),
    (ASB, "{seen:figures}", "{seen:drafted}", 45, "must not be shown"),
    (ASB, 'seen = "July 2023"\n', "", 30, "needs `seen`"),
    # front matter
    (ASB, "review_by = 2027-05-31\n", "", 1, "`review_by` is missing"),
    (ASB, "title =", "titel =", 3, "unknown key `titel`: did you mean `title`?"),
    (ASB, '"antisocial-behaviour"', '"antisocial-behavior"', 4, "mean `antisocial-behaviour`?"),
    (ASB, 'form = "asb"', 'form = "asb"\npeople_only = true', 11, "must not lead to a form"),
    (ASB, 'form = "asb"', 'form = "asb"\ndiscloses = "children"', 12, "beside `people_only"),
    (ASB, "danger, call 999", "danger, shout", 9, "`urgent` must say when to call 999"),
    (ASB, 'urgent = "If someone is in danger, call 999."', 'urgent = ""', 9, "must say when"),
    (ASB, "call 999.", "call **999**.", 9, "one line without `*`"),
    (ASB, "review_by = 2027-05-31", "review_by = 2026-10-01", 7, "later than `checked_on`"),
    # addresses
    (ASB, "https://www.police.example/asb", "http://www.police.example", 10, "must be an https"),
    (ASB, "https://www.police.example/asb", "https://", 10, "must be an https"),
    (ASB, "https://www.police.example/fig", "http://police.example/fig", 32, "are https addresses"),
    (ASB, "Tell {force}", "[x](http://a.example) Tell", 45, "links must be https"),
    (ASB, "Tell {force}", "See HTTP://a.example Tell", 45, "links must be https"),
    (ASB, "Tell {force}", "[x](javascript:alert) Tell", 45, "links lead to https"),
    (ASB, "Tell {force}", "[x](ftp://a.example/b) Tell", 45, "links lead to https"),
    (ASB, "Tell {force}", "[x](noisy-neighbours) Tell", 45, "links lead to https"),
    ("contacts.toml", "https://support", "http://support", 17, "links must be https"),
    ("force.toml", "https://weather", "http://weather", 1, "links must be https"),
    ("force.toml", 'area = "Loam', 'web = "http://a.example"\narea = "Loam', 5, "must be https"),
    ("wording/chat.toml", "Hello", "[x](http://a.example)", 2, "links must be https"),
    ("wording/chat.toml", "Hello", "[x](mailto:a@a.example)", 2, "links lead to https"),
    # the answer
    (ASB, "Tell {force}", "Tell <b>{force}</b>", 45, "HTML and images are not shown"),
    (ASB, "Tell {force}", "![x](https://a.example) Tell", 45, "HTML and images are not shown"),
    (ASB, "Tell {force}", "word " * 900 + "{force}", 45, "at most 4096 fit"),
    # examples
    (ASB, '    "yobs",\n', "", 13, "only 11 examples"),
    (FRAUD, "examples = [", "examples = []\nnot_for = [", 12, "only 0 examples"),
    (ASB, '"yobs"', '"LOUD music, all night!"', 25, "belongs to articles/noisy-neighbours.md"),
    (ASB, '"yobs"', '"?!"', 25, "has no words"),
    # forms
    ("forms/asb.toml", '["danger", "what"', '["what", "danger"', 6, "of the kind danger"),
    ("forms/asb.toml", '"danger", "what", "still", "when", "where"', "", 6, "asks nothing"),
    ("forms/asb.toml", 'kind = "text"', 'kind = "essay"', 18, "unknown kind `essay`"),
    ("forms/asb.toml", "still=yes", "still=si", 21, "has no option `si`"),
    ("forms/common.toml", 'kind = "place"', 'kind = "danger"', 10, "must be called `danger`"),
    ("forms/common.toml", '"yes", label = "Yes", flag', '"y", label = "Yes", flag', 1, "the 999"),
    ("forms/common.toml", "report.over", "report.never", 22, "no wording `report.never`"),
]  # fmt: skip


def test_a_valid_folder_has_no_problems(folder):
    assert _check(folder) == []


@pytest.mark.parametrize(("file", "old", "new", "line", "words"), ERRORS)
def test_a_planted_mistake_is_an_error_at_its_line(folder, file, old, new, line, words):
    found = _planted(folder, file, old, new)
    start = f"{file}:{line}: error: "
    assert any(told.startswith(start) and words in told for told in found), found
    for told in found:
        _assert_for_people(told.split(": ", 2)[2])


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (ASB, "review_by = 2027-05-31", "review_by = 2026-11-21", 7, "overdue since 2026-11-21"),
        (ASB, "review_by = 2027-05-31", "review_by = 2029-05-31", 7, "more than a year"),
        (ASB, "checked_on = 2026-11-01", "checked_on = 2026-11-23", 6, "in the future"),
        (ASB, 'related = ["noisy-neighbours"]\n', "", 1, "names no other article"),
        (ASB, "Tell {force}", "See https://a.example or {force}", 45, "put it in contacts.toml"),
        (ASB, "Tell {force}", "Write to a@b.example or {force}", 45, "put it in contacts.toml"),
        (ASB, "Tell {force}", "## Who\n\nTell {force}", 45, "no headings"),
        (ASB, '"yobs"', '"ASB!"', 25, "stands twice"),
        (
            "forms/asb.toml",
            'order = 10',
            'instead = "report.over"',
            6,
            "asks no questions",
        ),
        ("forms/asb.toml", 'label = "Noise"', f'label = "{"x" * 41}"', 13, "longer than 40"),
        ("forms/asb.toml", '"still", "when"', '"still"', 6, "`when` is written but never asked"),
    ],
)  # fmt: skip
def test_what_can_wait_is_a_warning_at_its_line(folder, file, old, new, line, words):
    found = _planted(folder, file, old, new)
    start = f"{file}:{line}: warning: "
    assert any(told.startswith(start) and words in told for told in found), found
    assert not any(": error: " in told for told in found), found


def test_one_planted_mistake_is_told_once(folder):
    assert _planted(folder, ASB, "Tell {force}", "Ring 0808 157 0100. Tell {force}") == [
        f"{ASB}:45: error: the number 0808 157 0100 is typed: write {{phone:helpline}} instead"
    ]


def test_problems_come_by_file_and_line_and_all_at_once(folder):
    _edit(folder / FRAUD, "sensitive = false", "sensitiv = false")
    _edit(folder / NOISE, "{article:report-asb}", "{article:asb}")
    _edit(folder / ASB, "Tell {force}", "Ring 01632 960123")
    _edit(folder / ASB, "danger, call 999", "danger, shout")
    found = [(problem.file, problem.line) for problem in _check(folder)]
    assert found == [(FRAUD, 8), (NOISE, 30), (ASB, 9), (ASB, 45)]


def test_an_example_that_finds_another_article_is_an_error(folder):
    # Read aloud, all four are the same question, and three of them stand under noise.
    same = '    "you are loud",\n    "u are loud",\n    "you r loud",\n'
    _edit(folder / NOISE, "examples = [\n", f"examples = [\n{same}")
    found = _planted(folder, FRAUD, '"fraud"', '"u r loud"')
    assert f"{FRAUD}:15: error: the example “u r loud” finds `noisy-neighbours`" in "\n".join(found)


def test_an_article_whose_examples_are_like_those_of_others_is_a_warning(folder):
    text = (folder / FRAUD).read_text()
    start, end = text.index("examples = ["), text.index("\n]\n")
    # Each is like an example of another article, and like no other example of its own.
    odd = ["zinc from upstairs", "noise yodel", "barking quilts", "loud music velvet"]
    odd += ["shouting mango", "eggs and igloos", "smashing kiosk", "youths drizzle"]
    odd += ["loud abacus", "party harpoon", "noisy wombat", "bottles of plough"]
    examples = "".join(f'\n    "{word}",' for word in odd)
    (folder / FRAUD).write_text(f"{text[:start]}examples = [{examples}{text[end:]}")
    found = _check(folder)
    assert {(problem.file, problem.error) for problem in found} == {(FRAUD, False)}
    told = " ".join(problem.text for problem in found)
    assert "of 12 examples come here only because they are examples, such as “" in told
    assert "mistaken for `noisy-neighbours`: without them it would get" in told


def test_before_launch_dated_facts_dated_contacts_and_drafts_are_listed(folder):
    found = [str(problem) for problem in _check(folder, launch=True)]
    assert found == [
        f"{ASB}:28: warning: confirm before going live: "
        "“Reports fell by a third” (last seen: July 2023)",
        f"{ASB}:39: warning: not shown until it is checked: "
        "“There is a new team” Ask the web team.",
        "contacts.toml:13: warning: confirm before going live: "
        "Support Service 01632 960001, help@support.example (last seen: 2022)",
    ]


def test_a_dated_contact_that_no_text_names_needs_no_confirming(folder):
    _edit(folder / ASB, "{contact:support}", "{link:fraud-line}")
    _edit(folder / FRAUD, "{email:support}", "{link:fraud-line}")
    assert not any(problem.file == "contacts.toml" for problem in _check(folder, launch=True))


def test_an_article_of_a_calm_category_needs_no_999(folder):
    assert _planted(folder, NOISE, 'urgent = ""', 'urgent = "Keep calm."') == []


def test_urgent_may_name_999_by_its_contact(folder):
    assert _planted(folder, ASB, "call 999", "call {phone:emergency}") == []


def test_an_article_is_overdue_only_after_its_review_day(folder):
    assert _check(folder, date(2027, 5, 31)) == []
    overdue = _check(folder, date(2027, 6, 1))
    assert [problem.error for problem in overdue] == [False, False, False]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path):
    (problem,) = _check(tmp_path / "nowhere")
    assert problem.error


def test_errors_are_written_for_people(folder):
    for file, old, new, _, _ in ERRORS:
        path = folder / file
        if old in path.read_text():
            _edit(path, old, new)
    (folder / "wording/answer.toml").write_text("[answer]\nmonths = January")
    (folder / "articles/empty.md").write_text("")
    (folder / "articles/bytes.md").write_bytes(b"\xff\xfe")
    (folder / "articles/unclosed.md").write_text('+++\nid = "unclosed\n+++\nText')
    problems = _check(folder)
    assert len(problems) > 25
    for problem in problems:
        _assert_for_people(problem.text)


def _assert_for_people(told: str) -> None:
    assert 10 < len(told) < 250, told
    assert not re.search(r"Error|Exception|None|\bstr\b|\bdict\b|\\n|object at|TOML", told), told
    assert told.count("`") % 2 == 0, told


@pytest.mark.parametrize(
    "number",
    [
        "0808 157 0100",
        "08081570100",
        "(01632) 960-123",
        "+44 1632 960123",
        "+44 (0)1632 960123",
        "0044 1632 960123",
        "0 1 6 3 2 9 6 0 1 2 3",
        "01632\u00a0960\u00a0123",
        "**01632** 960123",
        "01632.960123",
        "020 7946 0123",
        "0800 1111",
        "0845 46 47",
        "116 123",
        "330 333 7444",
        "1234567",
        "０１６３２ 960123",
    ],
)
def test_a_phone_number_is_recognised_however_it_is_spaced(number):
    for sentence in ("{}", "Ring {} now.", "Since 2023 {} (free)", "- {}\n- 2 more"):
        assert len(find_numbers(sentence.format(number))) == 1, sentence


def test_the_same_number_has_the_same_digits_however_it_is_written():
    written = ["01632 960123", "+44 1632 960123", "0044 (0)1632 960123", "(01632) 960-123"]
    assert {find_numbers(number)[0].digits for number in written} == {"01632960123"}


@pytest.mark.parametrize(
    "text",
    [
        "Text 61016",
        "text HELP to 85258",
        "Forward it to 7726",
        "call 105 now",
        "Dial 112",
        "ring **105**",
    ],
)
def test_a_short_code_is_recognised_by_what_is_done_with_it(text):
    assert len(find_numbers(text)) == 1


def test_two_numbers_side_by_side_are_two():
    assert len(find_numbers("01632 960123 (01632 960124)")) == 2
    assert len(find_numbers("01632 960123 or 01632 960124, 116 123")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "in 2023 and 2024",
        "from 2015 to 2016, 2015-16",
        "2014 2015 2016",
        "- 2014\n- 2015\n- 2016",
        "56,577 incidents, down from 57,004",
        "£12 500, £1,000.50 or €20",
        "30 November 2026, 30/11/2026, 30-11-2026, 2026-11-30",
        "9am to 5pm, 9:30am, 24 hours a day, 7 days a week",
        "aged 18 and over, under 13",
        "42%, 12.5 per cent, 1 in 5",
        "CM2 6DA, PO Box 2",
        "{phone:refuge-0808} https://a.example/2023/07/08001111 a0800111111@b.example",
        "within 28 days, 14 days or 3 months",
        "section 21 of the 2014 Act",
        "send it by 4 December 2025",
        "call 2 people, call 2023",
        "under 10 MB, 0 or 3",
    ],
)
def test_years_dates_money_ages_and_counts_are_no_phone_numbers(text):
    assert find_numbers(text) == []


def test_the_codes_everybody_knows_may_be_typed(folder):
    bare = "Call 999, 101 or 111. Ring 159. Press 55. Dial 18000 or 18001 101."
    assert _planted(folder, ASB, "Tell {force}", f"{bare} Tell {{force}}") == []
