"""What must alarm and what must not, however it is spelt and whatever was said before."""

import string
from pathlib import Path

import pytest

import knowledge
from knowledge.urgency import Assessor, Context, Urgency, louder
from knowledge.urgency_frames import (
    ALARM,
    CRISIS,
    LEVELS,
    NONE,
    SAFETY_NET,
    Frame,
    Frames,
    load_frames,
)

FOLDER = Path(knowledge.__file__).parent / "content" / "urgency"
LOUD = (ALARM, CRISIS)
DANGER = "Is anyone in danger, or is it happening now?"


@pytest.fixture(scope="module")
def loaded() -> Frames:
    return load_frames(FOLDER)[0]


@pytest.fixture(scope="module")
def assessor(loaded: Frames) -> Assessor:
    return Assessor(loaded)


def level(assessor: Assessor, text: str, asked: str = "", *recent: str) -> str:
    return assessor.assess(text, Context(asked, recent)).level


def test_the_shipped_data_has_no_problems():
    assert [str(problem) for problem in load_frames(FOLDER)[1]] == []


@pytest.mark.parametrize("file", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_the_examples_of_every_file_behave(file: str, loaded: Frames, assessor: Assessor):
    frames = frames_of(file, loaded)
    too_quiet = [
        text
        for frame in frames
        for text in frame.must
        if LEVELS.index(assessor.assess(text).level) < LEVELS.index(frame.level)
    ]
    too_loud = [
        text for frame in frames for text in frame.must_not if assessor.assess(text).level in LOUD
    ]
    assert (too_quiet, too_loud) == ([], [])


def test_every_frame_is_recognised_by_one_of_its_own_examples(loaded: Frames, assessor: Assessor):
    unheard = [
        frame.name
        for frame in loaded.frames
        if not any(frame.name in assessor.assess(text).why for text in frame.must)
    ]
    assert unheard == []


def test_ordinary_messages_do_not_alarm(loaded: Frames, assessor: Assessor):
    assert [text for text in loaded.ordinary if assessor.assess(text).level in LOUD] == []
    assert len(loaded.ordinary) > 100


@pytest.mark.parametrize(
    "text",
    [
        "HE HAS GOT A KNIFE",
        "he has got a kn1fe",
        "hes got a 🔪",
        "h e s  g o t  a  k n i f e",
        "h.e.s got a k.n.i.f.e",
        "he has got a knief",
        "h e  h a s  g o t  a  k n i f e",
        "h e ' s   g o t   a   k n i f e",
        "9 9 9",
        "a y u d a   p o r   f a v o r",
        "he's got a knnife",
        "he\u200b has g\u200bot a kn\u200dife",
        "hе hаs gоt а knifе",  # Cyrillic letters that look Latin
        "he has got a 𝐤𝐧𝐢𝐟𝐞",  # mathematical letters
        "he has got a kniiiiiife",
        "hes got a nife plz hlp",
        "hesgotaknife",
        "he has got a kn*fe",
    ],
)
def test_a_disguised_or_misspelt_plea_is_still_read(text: str, assessor: Assessor):
    assert level(assessor, text) == ALARM


@pytest.mark.parametrize(
    "text",
    ["help", "HELP ME", "help!!!", "999", "please help us", "police now", "救命", "помогите"],
)
def test_a_bare_plea_is_an_alarm(text: str, assessor: Assessor):
    assert level(assessor, text) == ALARM


@pytest.mark.parametrize(
    ("now", "otherwise"),
    [
        ("someone is breaking into my house", "my house was broken into last week"),
        ("he hit me and hes still here", "he hit me three years ago"),
        ("theres a man with a gun outside", "how do i renew the licence for my gun"),
        ("my nan has collapsed", "my nan collapsed in the episode last night"),
        ("hes trying to kill me", "my battery is dying and its killing me"),
        ("someone is in the river shouting", "no one is in the river, it was my dog"),
    ],
)
def test_the_past_questions_stories_and_sayings_are_quieter(
    now: str, otherwise: str, assessor: Assessor
):
    assert (level(assessor, now) in LOUD, level(assessor, otherwise) in LOUD) == (True, False)


def test_the_past_does_not_quieten_what_goes_on_now(assessor: Assessor):
    assert level(assessor, "he broke in last week and now he is outside my door again") == ALARM


def test_a_suicidal_thought_is_a_crisis_and_a_means_at_hand_an_alarm(assessor: Assessor):
    assert level(assessor, "i dont want to be alive anymore") == CRISIS
    assert level(assessor, "ive got the pills ready and im going to do it tonight") == ALARM


def test_yes_to_the_danger_question_is_an_alarm_and_no_is_not(assessor: Assessor):
    assert level(assessor, "yes", DANGER) == ALARM
    assert level(assessor, "yeah", DANGER) == ALARM
    assert level(assessor, "no", DANGER) == NONE
    assert level(assessor, "not sure", DANGER) == SAFETY_NET
    assert level(assessor, "yes", "Was this helpful?") == NONE
    assert level(assessor, "no", "Are you somewhere safe?") == ALARM


def test_no_does_not_quieten_an_emergency_told_in_the_same_breath(assessor: Assessor):
    assert level(assessor, "no but he has a knife and hes outside", DANGER) == ALARM


def test_an_emergency_split_over_messages_is_put_together(assessor: Assessor):
    assert level(assessor, "theres a man") not in LOUD
    assert level(assessor, "in my kitchen") not in LOUD
    assert level(assessor, "in my kitchen", "", "theres a man") == ALARM


def test_an_earlier_emergency_does_not_make_every_later_message_one(assessor: Assessor):
    text = "how do i get a crime reference number"
    assert level(assessor, text, "", "theres a man with a knife outside") not in LOUD


def test_a_bare_age_after_a_missing_child_keeps_the_alarm(assessor: Assessor):
    assert level(assessor, "4", "How old is he?", "i cant find my son") == ALARM
    assert level(assessor, "4", "How old is the bike?", "my bike was stolen") not in LOUD


def test_the_stand_down_leaves_the_safety_net(assessor: Assessor):
    before = "he is banging on my door"
    assert level(assessor, "sorry hes gone now, im safe", "", before) == SAFETY_NET


def test_the_reasons_are_names_of_frames(loaded: Frames, assessor: Assessor):
    verdict = assessor.assess("theres a man called Gerald in my kitchen with a knife")
    assert verdict.why
    assert set(verdict.why) <= {frame.name for frame in loaded.frames}


def test_a_script_nobody_here_reads_gets_the_safety_net(assessor: Assessor):
    assert level(assessor, "დამეხმარეთ") == SAFETY_NET


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00\ufffd\ud800",
        "a b " * 3000,
        "." * 9000,
        "ﷺ" * 5000,
        "\u0301" * 9000,
        string.printable * 20,
        "x" * 1_000_000,
        "he has a knife " * 700,
        "🔪" * 9000,
    ],
    ids=range(11),
)
def test_any_text_gets_a_verdict(text: str, assessor: Assessor):
    assert assessor.assess(text, Context(text, (text,))).level in LEVELS


def test_the_end_of_an_endless_message_is_read(assessor: Assessor):
    assert level(assessor, "blah " * 100_000 + ". he has a knife help me") == ALARM


def test_the_louder_verdict_wins_and_the_first_of_equals():
    quiet, crisis, alarm = Urgency(SAFETY_NET), Urgency(CRISIS), Urgency(ALARM, "fire")
    assert louder(quiet, crisis) == louder(crisis, quiet) == crisis
    assert louder(alarm, crisis) == alarm
    assert louder(alarm, Urgency(ALARM, "water-rail")) == alarm


def test_mistakes_in_the_data_come_back_with_file_and_line(tmp_path: Path):
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "zoo.toml").write_text(
        'category = "zoo"\norder = 50\n\n[[frame]]\nname = "lion"\nlevel = "louder"\nsays = [\n'
        '    "{nobody-knows} roars",\n    "(lion",\n    "lion roars",\n]\nmust = ["lion roars"]\n'
        'despite = ["weather"]\ncolour = "red"\n'
    )
    (tmp_path / "words.toml").write_text(
        (FOLDER / "words.toml").read_text(encoding="utf-8") + '\nloop = ["{loop}"]\n',
        encoding="utf-8",
    )
    (tmp_path / "fire.toml").write_text("category = \n")
    last = (tmp_path / "words.toml").read_text(encoding="utf-8").count("\n")

    loaded, problems = load_frames(tmp_path)

    assert {(problem.file, problem.line) for problem in problems} == {
        ("fire.toml", 1),
        ("words.toml", last),
        ("zoo.toml", 5),
        ("zoo.toml", 8),
        ("zoo.toml", 9),
        ("zoo.toml", 13),
    }
    assert any(frame.name == "lion" for frame in loaded.frames)


def test_an_empty_folder_is_told_of_rather_than_raised(tmp_path: Path):
    loaded, problems = load_frames(tmp_path)
    assert {problem.file for problem in problems} == {
        "answers.toml",
        "circumstances.toml",
        "real_words.toml",
        "spelling.toml",
        "words.toml",
    }
    assert Assessor(loaded).assess("help").level == NONE


def frames_of(file: str, loaded: Frames) -> list[Frame]:
    """The frames of one file, which the loader does not keep apart."""
    text = (FOLDER / f"{file}.toml").read_text(encoding="utf-8")
    return [frame for frame in loaded.frames if f'\nname = "{frame.name}"\n' in text]
