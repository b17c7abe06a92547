"""A knowledge folder becomes a Library, or every problem at once: never an exception."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.article import DATED
from knowledge.load import SHIPPED, Loaded, content_hash, fingerprint, load
from knowledge.source import LARGEST

TINY = Path(__file__).parent / "tiny"
ASB = "articles/report-asb.md"


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


def _load(folder: Path) -> Loaded:
    return load(folder, cache=folder.parent.parent / "cache", shipped=TINY)


def _lines(folder: Path) -> list[str]:
    """What is wrong, as it is printed; there must be no library then."""
    loaded = _load(folder)
    assert loaded.library is None
    return [str(problem) for problem in loaded.problems]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_valid_folder_becomes_a_library_without_problems(folder):
    loaded = _load(folder)
    assert loaded.problems == ()
    library = loaded.library
    assert library is not None
    article = library.articles["report-asb"]
    assert article.title == "Report antisocial behaviour"
    assert article.review_by == date(2027, 5, 31)
    assert len(article.examples) == 12
    assert article.body.startswith("Tell {force} about it.")
    assert article.file == ASB
    fact = article.fact("figures")
    assert fact is not None
    assert (fact.status, fact.seen) == (DATED, "July 2023")
    assert library.contacts["emergency"].vital
    assert library.force.colours == {"brand": "#1d2d5c"}
    assert library.force.exit_url == "https://weather.example"
    assert "loam" in library.places.districts
    assert library.match("loud music at night").article == "noisy-neighbours"
    assert library.assess("hello").level == "none"


def test_a_form_asks_its_own_questions_and_shared_ones_in_its_order(folder):
    library = _load(folder).library
    assert library is not None
    form = library.forms["asb"]
    assert [question.id for question in form.questions] == [
        "danger",
        "what",
        "still",
        "when",
        "where",
    ]
    what = form.question("what")
    assert what is not None
    assert [option.id for option in what.options] == ["noise", "damage"]
    assert what.options[1].flag == "urgent"


def test_the_library_says_wording_with_names_and_values(folder):
    library = _load(folder).library
    assert library is not None
    assert library.say("welcome.hello") == "Hello from Loamshire Police."
    assert library.say("welcome.reference", reference="FC-1") == "Your reference is FC-1."
    assert library.has("welcome.hello")
    assert not library.has("welcome.goodbye")
    assert library.fill("In {area}") == "In Loamshire"
    assert library.day(date(2026, 1, 2)) == "2 January 2026"
    with pytest.raises(KeyError, match=r"welcome\.goodbye"):
        library.say("welcome.goodbye")
    with pytest.raises(KeyError, match="reference"):
        library.say("welcome.reference")


def test_the_library_serves_an_answer_filled(folder):
    library = _load(folder).library
    assert library is not None
    shown = library.answer("report-asb", date(2026, 11, 22))
    assert shown.startswith("**If someone is in danger, call 999.**\n\nTell Loamshire Police")
    assert "(last seen July 2023)" in shown
    assert "0808 157 0100" in shown
    assert "Last checked 1 November 2026." in shown
    late = library.answer("report-asb", date(2027, 6, 1))
    assert "0808 157 0100" not in late
    assert "1 November 2026" in late


def test_every_problem_is_told_at_once_with_file_and_line(folder):
    _edit(folder / ASB, 'title = "Report', 'titel = "Report')
    _edit(folder / "contacts.toml", 'phone = "0808 157 0100"', 'phone = "ask us"')
    _edit(folder / "articles/fraud-report.md", "sensitive = false", 'sensitive = "no"')
    assert _lines(folder) == [
        "articles/fraud-report.md:8: error: `sensitive` must be true or false, without quotes",
        "articles/report-asb.md:3: error: unknown key `titel`: did you mean `title`?",
        "contacts.toml:9: error: `ask us` is not a number: digits and spaces only",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("owner = ", "owner ", 5, "this line needs the shape: key = value"),
        ('antisocial behaviour"\ncat', 'antisocial behaviour\ncat', 3, "quotation mark is missing"),
        ("checked_on = 2026-11-01", "checked_on = 1 November", 6, "left over"),
        ("sensitive = false", "sensitive = no", 8, "words need straight quotes"),
        ("sensitive = false", 'sensitive = false\nid = "x"', 9, "the same key stands twice"),
        ('    "yobs",\n]', '    "yobs",', 27, "a list above needs its `]`"),
        ("[facts.law]", "[facts.law", 34, "needs a `]`"),
        ("[facts.law]", "[facts.figures]", 34, "stands twice"),
        ('text = "Reports', 'text = "a\\qReports', 29, "backslash"),
        ("checked_on = 2026-11-01", 'checked_on = "2026-11-01"', 6, "without quotes"),
        ("checked_on = 2026-11-01", "checked_on = 2026-11-01T09:00:00", 6, "without a time"),
        ("review_by = 2027-05-31\n", "", 1, "`review_by` is missing"),
        ('owner = "Comms, Neighbourhood Policing"\n', "", 1, "`owner` is missing"),
        ('"yobs",', "12,", 13, "`examples` must be a list of texts"),
        ('related = ["noisy-neighbours"]', 'related = "noisy-neighbours"', 12, "must be a list"),
        ('id = "report-asb"', 'id = "asb"', 2, "must be the name of its file"),
        ('id = "report-asb"', 'id = "Report ASB"', 2, "small letters, digits and dashes"),
        ('title = "Report antisocial behaviour"', 'title = ""', 3, "`title` is empty"),
        ('status = "verified"', 'status = "verifed"', 36, "did you mean `verified`?"),
        ('seen = "July 2023"', 'sen = "July 2023"', 31, "did you mean `seen`?"),
        ('seen = "July 2023"\n', "", 30, "needs `seen`"),
        ('check = "Ask the web team."\n', "", 41, "needs `check`"),
        ('related = ["noisy', 'related = ["nosy', 12, "did you mean `noisy-neighbours`?"),
        ('related = ["noisy-neighbours"]', 'related = ["report-asb"]', 12, "not related to itself"),
        ('form = "asb"', 'form = "asp"', 11, "there is no form `asp`: did you mean `asb`?"),
        ("{seen:figures}", "{seen:figure}", 45, "no fact `figure`: did you mean `figures`?"),
        ("{seen:figures}", "{seen:drafted}", 45, "unverified and must not be shown"),
        ("{seen:figures}", "{seen:law}", 45, "leave out {seen:law}"),
        ("{phone:helpline}", "{phone:helpine}", 47, "did you mean `helpline`?"),
        ("{phone:helpline}", "{text:helpline}", 47, "has no text number"),
        ("{phone:helpline}", "{fone:helpline}", 47, "did you mean `phone`?"),
        ("{phone:helpline}", "{phone: helpline}", 47, "a curly bracket stands alone"),
        ("Tell {force}", "Tell {farce}", 45, "nothing is called {farce}: did you mean `force`?"),
        ("Tell {force}", "Tell {article:nothing}", 45, "there is no article `nothing`"),
        ("+++\nid", "id", 1, "the first line must be `+++`"),
        ("+++\nTell", "Tell", 1, "must end with a line that is `+++`"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_article_is_told_where_it_is(folder, old, new, line, words):
    _edit(folder / ASB, old, new)
    lines = _lines(folder)
    assert any(told.startswith(f"{ASB}:{line}: ") and words in told for told in lines), lines


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        ("contacts.toml", 'status = "verified"', 'state = "verified"', 5, "did you mean `status`?"),
        ("contacts.toml", 'link = "https://fraud.example"\n', "lnk = 1\n", 26, "mean `link`?"),
        ("contacts.toml", 'text = "60777"\n', "", 30, "nobody could reach it"),
        ("contacts.toml", "help@support.example", "help at support", 16, "not an e-mail address"),
        ("contacts.toml", 'seen = "2022"\n', "", 20, "needs `seen`"),
        ("contacts.toml", "[emergency]", "other = 3\n[emergency]", 1, "must be a table"),
        ("force.toml", 'area = "Loamshire"', "", 3, "`area` is missing under [names]"),
        ("force.toml", "#1d2d5c", "blue;}", 8, "not a colour"),
        ("force.toml", "exit_url", "exit", 1, "did you mean `exit_url`?"),
        ("wording/chat.toml", '[welcome]\n', '[welcome]\nx = 3\n', 2, "must be text in quotes"),
        ("wording/chat.toml", '[welcome]\n', 'hi = "x"\n[welcome]\n', 1, "must be a table"),
        ("wording/chat.toml", "hello =", "helo =", 2, "did you mean `welcome.hello`?"),
        ("wording/chat.toml", "[report]", '[answer]\nchecked = "x"\n[report]', 6, "already"),
        ("wording/chat.toml", "{reference}", "{referense}", 3, "did you mean `reference`?"),
        ("wording/chat.toml", "{force}", "{seen:figures}", 2, "belongs in articles only"),
        ("forms/asb.toml", 'kind = "text"', 'kind = "texts"', 18, "did you mean `text`?"),
        ("forms/asb.toml", '"when", "where"', '"when", "were"', 6, "did you mean `where`?"),
        ("forms/asb.toml", '"when", "where"', '"when", "when"', 6, "asked twice"),
        ("forms/asb.toml", "still=yes", "stil=yes", 21, "did you mean `still`?"),
        ("forms/asb.toml", "still=yes", "still=yep|no", 21, "`still` has no option `yep`"),
        ("forms/asb.toml", "still=yes", "still", 21, "must have the shape: question=option"),
        ("forms/asb.toml", "still=yes", "where=yes", 21, "`where` is not asked before"),
        ("forms/asb.toml", 'flag = "urgent"', 'flag = "urgant"', 14, "did you mean `urgent`?"),
        ("forms/asb.toml", 'flag = "urgent"', 'flg = "urgent"', 14, "did you mean `flag`?"),
        ("forms/asb.toml", 'id = "damage"', 'id = "noise"', 13, "the option `noise` stands twice"),
        ("forms/asb.toml", 'article = "noisy-', 'article = "nosy-', 13, "mean `noisy-neighbours`?"),
        ("forms/asb.toml", 'article = "report-asb"', 'article = "asb"', 5, "no article `asb`"),
        ("forms/asb.toml", "order = 10", 'order = "10"', 4, "must be a whole number"),
        ("forms/asb.toml", "order = 10", 'instead = "report.ovr"', 4, "mean `report.over`?"),
        ("forms/asb.toml", "order = 10", 'next_steps = "report.x"', 4, "no wording `report.x`"),
        ("forms/asb.toml", 'id = "asb"', 'id = "other"', 1, "must be the name of its file"),
        ("forms/common.toml", "report.over", "report.ower", 22, "mean `report.over`?"),
        ("forms/common.toml", "{area}", "{aria}", 14, "did you mean `area`?"),
        ("forms/common.toml", '{ id = "no", label = "No", stop', "# {", 20, "at least two options"),
        ("urgency/words.toml", "#", "= #", 1, "needs the shape: key = value"),
        ("districts.toml", "[district.loam]", "[district.loam", 1, "needs a `]`"),
    ],
)  # fmt: skip
def test_a_mistake_in_any_other_file_is_told_where_it_is(folder, file, old, new, line, words):
    _edit(folder / file, old, new)
    lines = _lines(folder)
    assert any(told.startswith(f"{file}:{line}: ") and words in told for told in lines), lines


def test_wording_that_the_program_says_must_be_there(folder):
    _edit(folder / "wording/chat.toml", 'hello = "Hello from {force}."\n', "")
    assert _lines(folder) == [
        "wording:1: error: the wording `welcome.hello` is missing: the counter says it"
    ]


def test_a_folder_may_have_wording_of_its_own(folder):
    _edit(folder / "wording/chat.toml", "[report]", '[extra]\nnote = "For {anything}."\n[report]')
    assert _load(folder).library is not None


def test_two_files_cannot_hold_the_same_article(folder):
    shutil.copy(folder / ASB, folder / "articles/copy.md")
    assert any("is taken by articles/copy.md" in told for told in _lines(folder))


def test_a_contact_that_is_not_confirmed_is_not_shown(folder):
    _edit(folder / "contacts.toml", 'status = "verified-old', 'status = "unverified"\n# "')
    assert any("`support` is unverified and must not be shown" in told for told in _lines(folder))


def _outside_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nothing-here.md")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "line", "words"),
    [
        (lambda path: path.write_bytes(b""), 1, "the file is empty"),
        (lambda path: path.write_bytes(b" \n\t\n"), 1, "the file is empty"),
        (lambda path: path.write_bytes(b"\x00\x01\x02"), 1, "not a text file"),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), 2, "not UTF-8"),
        (lambda path: path.write_bytes(b"x" * (LARGEST + 1)), 1, "larger than 256 KiB"),
        (_outside_link, 1, "outside the knowledge folder"),
        (_circle, 1, "cannot be read"),
        (_dangling, 1, "missing"),
        (_pipe, 1, "not a file"),
        (_directory, 1, "not a file"),
    ],
)
@pytest.mark.parametrize("file", [ASB, "contacts.toml", "wording/chat.toml", "urgency/words.toml"])
def test_whatever_lies_in_place_of_a_file_is_a_problem_and_no_exception(
    folder, file, spoil, line, words
):
    spoil(folder / file)
    lines = _lines(folder)
    assert any(told.startswith(f"{file}:{line}: error: ") and words in told for told in lines), (
        lines
    )


def test_a_byte_that_is_not_utf_8_is_told_with_its_line(folder):
    path = folder / ASB
    path.write_bytes(path.read_bytes().replace(b"yobs", b"yobs \x96"))
    (told,) = _lines(folder)
    assert told.startswith(f"{ASB}:25: error: this is not UTF-8 text")


@pytest.mark.parametrize(
    "value",
    ["[" * 20_000, "1" * 5_000, "{a=" * 5_000, '"\\ud800"', "'''", "1e999999", "0x"],
)
def test_hostile_toml_is_a_problem_and_no_exception(folder, value):
    path = folder / "force.toml"
    path.write_text(f"x = {value}\n{path.read_text()}")
    assert _load(folder).library is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(folder):
    (folder / ASB).chmod(0)
    assert any("cannot be read: Permission denied" in told for told in _lines(folder))


def test_a_missing_folder_is_one_problem(tmp_path):
    (problem,) = _load(tmp_path / "nowhere").problems
    assert problem.file.endswith("nowhere")
    assert problem.text == "there is no such folder"
    assert problem.error


def test_a_file_in_place_of_the_folder_is_one_problem(tmp_path):
    (tmp_path / "content").write_text("x")
    assert len(_load(tmp_path / "content").problems) == 1


@pytest.mark.parametrize("name", ["articles", "forms", "wording", "urgency"])
def test_a_missing_part_of_the_folder_is_a_problem(folder, name):
    shutil.rmtree(folder / name)
    assert f"{name}:1: error: the folder `{name}` is missing" in _lines(folder)


def test_an_empty_folder_is_told_what_is_missing(tmp_path):
    lines = [str(problem) for problem in _load(tmp_path).problems]
    for name in ("articles", "contacts.toml", "force.toml", "forms", "wording"):
        assert any(told.startswith(f"{name}:1: error: ") for told in lines), (name, lines)


def test_files_that_editors_leave_behind_are_passed_over(folder):
    for name in (".report-asb.md.swp", "~$report-asb.md", ".DS_Store", "report-asb.md~"):
        (folder / "articles" / name).write_bytes(b"\x00")
    assert _load(folder).problems == ()


def test_a_file_of_the_wrong_kind_is_a_warning(folder):
    (folder / "articles" / "noise.docx").write_bytes(b"PK")
    loaded = _load(folder)
    assert [str(problem) for problem in loaded.problems] == [
        "articles/noise.docx:1: warning: not read: files in `articles` end in .md"
    ]
    assert loaded.library is not None
    assert loaded.library.problems == loaded.problems


def test_windows_line_ends_and_byte_order_marks_are_read(folder):
    path = folder / ASB
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    library = _load(folder).library
    assert library is not None
    assert "\r" not in library.articles["report-asb"].body


def test_a_link_to_another_file_of_the_folder_is_read(folder):
    (folder / "articles" / "report-asb.md").rename(folder / "kept.md")
    (folder / "articles" / "report-asb.md").symlink_to(folder / "kept.md")
    assert _load(folder).library is not None


def test_a_change_of_any_file_changes_fingerprint_and_hash(folder):
    before = fingerprint(folder), content_hash(folder)
    assert before == (fingerprint(folder), content_hash(folder))
    _edit(folder / "forms/asb.toml", "Antisocial", "Bad")
    after = fingerprint(folder), content_hash(folder)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_new_date_changes_the_fingerprint_and_not_the_hash(folder):
    before = fingerprint(folder), content_hash(folder)
    os.utime(folder / ASB, (1, 1))
    assert fingerprint(folder) != before[0]
    assert content_hash(folder) == before[1]
    library = _load(folder).library
    assert library is not None
    assert library.content_hash == before[1]


def test_fingerprints_need_no_folder(tmp_path):
    assert fingerprint(tmp_path / "nowhere") == fingerprint(tmp_path / "elsewhere")
    assert content_hash(tmp_path / "nowhere")
