"""The command line: what each command prints, and the exit code it ends with."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.commands.ask import ask_jsonl
from knowledge.library import Library
from tests.small_content import copied

QUESTION = "how do i report antisocial behaviour"
ALARM = "someone is breaking into my house right now, I am hiding upstairs"
PASSWORD = "correct horse battery"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in an empty folder; its exit code, and what it printed and complained of."""
    monkeypatch.chdir(tmp_path)

    def running(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        try:
            code = main(words)
        except SystemExit as ended:  # argparse ends so
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return running


def test_help_names_every_command(run: Run) -> None:
    code, said, _ = run("--help")
    assert code == 0
    for command in ("run", "ask", "check", "staff", "unanswered", "demo", "doctor"):
        assert f"    {command} " in said


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[web]\nprot = 1\n", encoding="utf-8")
    assert run("ask", "hello") == (2, "", "`web.prot` is no setting. Did you mean web.port?\n")


class TestAsk:
    def test_one_question_is_answered_with_its_article(self, run: Run) -> None:
        code, said, _ = run("ask", QUESTION)
        assert code == 0
        assert "Last checked" in said

    def test_an_answer_can_be_explained(self, run: Run) -> None:
        code, said, _ = run("ask", "--explain", "my nieghbours are shouting evry night")
        assert code == 0
        assert "nieghbours → neighbours" in said
        assert "noisy-neighbours" in said
        assert "(something else)" in said
        assert "Nearest examples" in said

    def test_an_alarm_can_be_explained_and_so_can_a_button(self, run: Run) -> None:
        code, said, _ = run("urgency", "explain", "hes kicking the door in and i cant ring")
        assert code == 0
        assert said.startswith("Taken as: alarm")
        _, said, _ = run(
            "urgency", "explain", "I want a form. My dad is not breathing. Is it free?"
        )
        assert "For one of its sentences by itself: my dad is not breathing" in said
        _, said, _ = run("urgency", "explain", "Yes, now and then")
        assert said.startswith("A button of ours says this, so typed it raises no 999 card")

    def test_there_must_be_something_to_explain(self, run: Run) -> None:
        code, said, _ = run("ask", "--explain")
        assert code == 2
        assert "Say what is to be explained" in said

    def test_a_little_chat_goes_on_until_the_input_ends(self, run: Run) -> None:
        code, said, _ = run("ask", typed=f"hello\n{ALARM}\n{QUESTION}\n")
        assert code == 0
        assert "nothing is recorded" in said
        assert said.index("Call 999 now") < said.index("Last checked")


class TestAskInLines:
    def test_lines_come_in_and_go_out(self, run: Run) -> None:
        code, said, _ = run("ask", "--jsonl", typed=json.dumps({"id": 7, "text": QUESTION}))
        assert (code, json.loads(said)["id"]) == (0, 7)

    @pytest.mark.parametrize(
        "row",
        [
            {"text": QUESTION},
            {"question": QUESTION},
            {"turns": [{"role": "user", "text": "hi"}, {"role": "user", "text": QUESTION}]},
        ],
    )
    def test_a_question_in_any_shape_is_judged(self, library: Library, row: dict[str, Any]) -> None:
        judged = judge(library, {"id": "q1", **row})
        assert list(judged) == [
            "id",
            "urgency",
            "outcome",
            "article",
            "options",
            "ranked",
            "confidence",
        ]
        assert (judged["id"], judged["urgency"], judged["outcome"]) == ("q1", "none", "answer")
        assert judged["article"] == judged["ranked"][0][0] == "report-asb"
        assert len(judged["ranked"]) == 5
        assert 0 <= judged["confidence"] <= 1

    @pytest.mark.parametrize("text", ["", " ", "🙂", "asdkjh qwe", "x" * 100_000, ALARM])
    def test_five_are_ranked_whatever_is_asked(self, library: Library, text: str) -> None:
        judged = judge(library, {"id": 1, "text": text})
        assert len(judged["ranked"]) == 5
        assert (judged["urgency"] == "alarm") == (text == ALARM)
        assert judged["article"] is None or judged["outcome"] == "answer"

    def test_half_an_emoji_and_a_byte_order_mark_do_no_harm(self, library: Library) -> None:
        out = io.StringIO()
        assert ask_jsonl(library, io.StringIO('\ufeff{"id": "\\ud800", "text": "hi"}'), out) == 0
        assert json.loads(out.getvalue())["id"] == "\ud800"
        assert out.getvalue().isascii()

    def test_an_answer_is_judged_by_what_was_asked(self, library: Library) -> None:
        asked = {"role": "bot", "text": "Is anyone in danger now?"}
        turns = [asked, {"role": "user", "text": "yes"}]
        assert judge(library, {"id": 1, "turns": turns})["urgency"] == "alarm"

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "[]",
            "1",
            '{"id": 1}',
            '{"id": 1, "text": 2}',
            '{"turns": [1]}',
            '{"turns": [{"role": "bot", "text": "hi"}]}',
            "[" * 100_000,
            "9" * 5_000,
            '{"id": NaN, "text": "hi"}',
        ],
    )
    def test_a_line_that_is_no_question_is_named_and_the_rest_judged(
        self, library: Library, line: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good = json.dumps({"id": "good", "text": QUESTION})
        out = io.StringIO()
        assert ask_jsonl(library, io.StringIO(f"{line}\n\n{good}\n"), out) == 1
        assert json.loads(out.getvalue())["id"] == "good"
        complaint = capsys.readouterr().err
        assert complaint.startswith("line 1: ")
        assert len(complaint.splitlines()) == 1


def judge(library: Library, row: dict[str, Any]) -> dict[str, Any]:
    """What is printed for one row."""
    out = io.StringIO()
    assert ask_jsonl(library, io.StringIO(json.dumps(row)), out) == 0
    return dict(json.loads(out.getvalue()))


class TestCheck:
    def test_the_shipped_files_are_clean(self, run: Run) -> None:
        code, said, _ = run("check", "--today", "2026-11-26")
        assert code == 0
        assert "no errors" in said

    def test_a_mistake_is_named_with_file_and_line(self, run: Run, tmp_path: Path) -> None:
        content = copied(tmp_path / "content")
        article = content / "articles" / "stop-and-search.md"
        article.write_text(article.read_text("utf-8") + "\nRing 01632 960000.\n", encoding="utf-8")
        lines = len(article.read_text("utf-8").splitlines())
        code, said, _ = run("check", "content", "--today", "2026-11-26")
        assert code == 1
        assert f"articles/stop-and-search.md:{lines}: " in said
        assert "1 to mend" in said

    def test_an_example_that_stands_alone_is_a_warning(self, run: Run, tmp_path: Path) -> None:
        content = copied(tmp_path / "content")
        article = content / "articles" / "abandoned-vehicle.md"
        text = article.read_text("utf-8").replace(
            "examples = [",
            'examples = [\n    "can my brother see his solicitor before the interview",',
        )
        article.write_text(text, encoding="utf-8")
        code, said, _ = run("check", "content", "--today", "2026-11-26")
        assert code == 0
        assert "“can my brother see his solicitor before the interview” stands alone" in said

    def test_a_folder_that_is_not_there_is_said_so(self, run: Run) -> None:
        code, said, _ = run("check", "nowhere")
        assert (code, len(said.splitlines())) == (1, 1)
        assert "There is no folder nowhere." in said

    def test_what_is_to_be_confirmed_before_launch_is_listed(self, run: Run) -> None:
        code, said, _ = run("check", "--launch", "--today", "2026-11-26")
        assert code == 0
        assert "confirm before going live" in said


class TestStaff:
    def test_an_account_is_made_listed_and_closed(self, run: Run) -> None:
        add = ("staff", "add", "anna", "--name", "Anna Smith", "--role", "supervisor")
        code, said, _ = run(*add, typed=f"{PASSWORD}\n")
        assert code == 0
        assert "Anna Smith can now sign in as anna (supervisor)" in said
        assert "anna" in run("staff", "list")[1]
        assert run("staff", "disable", "anna")[0] == 0
        assert "(disabled)" in run("staff", "list")[1]

    @pytest.mark.parametrize(
        ("words", "typed", "said"),
        [
            (("add",), "", "Say whom"),
            (("add", "anna"), "short\n", "at least 12 characters"),
            (("add", "anna", "--role", "king"), f"{PASSWORD}\n", "There is no role “king”"),
            (("disable", "nobody"), "", "There is no account “nobody”"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence(
        self, run: Run, words: tuple[str, ...], typed: str, said: str
    ) -> None:
        code, out, complaint = run("staff", *words, typed=typed)
        assert code in {1, 2}
        assert said in complaint
        assert not out
        assert len(complaint.splitlines()) == 1


class TestDoctor:
    def test_before_the_first_run_it_says_what_is_not_there_yet(self, run: Run) -> None:
        code, said, _ = run("doctor")
        assert code == 0
        assert "not there yet" in said
        assert "off: no token is given" in said

    def test_a_data_folder_that_cannot_be_is_bad(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        (tmp_path / "config.toml").write_text('[knowledge]\nfolder = "none"\n', encoding="utf-8")
        code, said, _ = run("doctor", "--data", "file")
        assert code == 1
        assert "BAD   data         file is a file: name a folder" in said
        assert "BAD   knowledge" in said
        code, said, _ = run("doctor", "--data", "file/below")
        assert code == 1
        assert "BAD   data         file/below cannot be made" in said

    def test_afterwards_it_opens_the_database_and_checks_the_audit_trail(self, run: Run) -> None:
        run("staff", "add", "anna", typed=f"{PASSWORD}\n")
        code, said, _ = run("doctor")
        assert code == 0
        assert "opens with this key" in said
        assert "1 accounts can sign in" in said
        assert "the chain of events is whole" in said

    def test_a_key_that_others_may_read_is_bad(self, run: Run) -> None:
        run("staff", "add", "anna", typed=f"{PASSWORD}\n")
        (key,) = Path().rglob("*.key")
        key.chmod(0o644)
        code, said, _ = run("doctor")
        assert code == 1
        assert "can be read by others: chmod 600" in said


def test_where_nobody_asked_anything_there_is_nothing_to_learn_from(run: Run) -> None:
    code, said, _ = run("unanswered")
    assert (code, said.startswith("Nothing that 3 residents asked")) == (0, True)
    code, said, _ = run("unanswered", "waiting")
    assert (code, said) == (0, "Nothing waits for a handler.\n")
    code, _, complaint = run("unanswered", "pass", "abc")
    assert (code, len(complaint.splitlines())) == (1, 1)
