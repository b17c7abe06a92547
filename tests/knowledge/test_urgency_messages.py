"""What the messages teach: danger told from calm however it is put, and in which language."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.check_urgency import check_urgency, failing_examples, wrong_messages
from knowledge.library import Library
from knowledge.load import SHIPPED, content_hash, read
from knowledge.memory import Memory
from knowledge.urgency import Context
from knowledge.urgency_frames import ALARM, CRISIS, LOUD, NONE, SAFETY_NET, Frames
from knowledge.urgency_hunch import Hunch, learn_hunch
from knowledge.urgency_judge import UNKNOWN
from knowledge.urgency_kept import Lessons
from knowledge.urgency_messages import MIXED, Message, examples_of, read_messages
from knowledge.urgency_signs import Signs
from knowledge.urgency_weigh import Weigher

CATEGORIES = frozenset({"medical", "violence", "suicide"})
DANGER = (
    "my nan has gone grey and wont wake up",
    "the baby is blue and wont wake",
    "he is hitting mum in the kitchen",
    "a man is hitting a boy outside",
    "she wont wake and her lips are blue",
    "they are hitting him with a stick",
)
CALM = (
    "my phone wont wake up",
    "the sofa is blue and grey",
    "how do i report a lost phone",
    "when is the kitchen open",
    "what time do you open on sunday",
    "a man lost his phone outside",
)


def taught() -> tuple[Message, ...]:
    loud = [Message(text, ALARM, "medical" if "wake" in text else "violence") for text in DANGER]
    return (*loud, *(Message(text, NONE) for text in CALM))


@pytest.fixture
def weigher() -> Weigher:
    """What a dozen messages teach."""
    return Weigher(Lessons(taught() * 2, Frames(), Memory()).learned(), Signs({}))


def reading(text: str):
    return Lessons(taught() * 2, Frames(), Memory()).reader.read(text)


def put(folder: Path, name: str, text: str) -> None:
    (folder / "messages").mkdir(exist_ok=True)
    (folder / "messages" / name).write_text(text, encoding="utf-8")


class TestFiles:
    def test_messages_are_read_with_level_category_and_language(self, tmp_path: Path) -> None:
        put(
            tmp_path,
            "medical.txt",
            "# A note.\n[alarm medical]\nhe is blue\n\n[none]\nblue paint\n",
        )
        put(tmp_path, "language-pl.txt", "[crisis suicide]\nchcę umrzeć\n")
        messages, problems = read_messages(tmp_path, CATEGORIES)
        assert not problems
        assert set(messages) == {
            Message("he is blue", ALARM, "medical"),
            Message("blue paint", NONE),
            Message("chcę umrzeć", CRISIS, "suicide", "pl"),
        }

    @pytest.mark.parametrize(
        ("text", "line", "told"),
        [
            ("he is blue\n", 1, "write a heading first"),
            ("[loud medical]\nx\n", 1, "a heading is one of none, safety-net, crisis, alarm"),
            ("[alarm]\nx\n", 1, "needs a category: one of medical, suicide, violence"),
            ("[alarm medicine]\nx\n", 1, "needs a category"),
            ("[none]\nblue\n[alarm medical]\nBlue\n", 4, "“Blue” is alarm here and none at"),
        ],
    )
    def test_a_mistake_is_told_with_its_line(
        self, tmp_path: Path, text: str, line: int, told: str
    ) -> None:
        put(tmp_path, "x.txt", text)
        _, problems = read_messages(tmp_path, CATEGORIES)
        (problem,) = problems
        assert (problem.file, problem.line) == ("messages/x.txt", line)
        assert told in problem.text

    def test_no_messages_are_no_mistake(self, tmp_path: Path) -> None:
        assert read_messages(tmp_path, CATEGORIES) == ((), [])


class TestLearning:
    def test_what_is_like_danger_weighs_more_than_what_is_like_calm(self, weigher: Weigher) -> None:
        for danger in ("nan is blue and wont wake", "a boy is hitting mum"):
            for calm in ("what time is the kitchen open", "how do i report a phone"):
                assert weigher.score(reading(danger)) > weigher.score(reading(calm))

    def test_it_is_told_what_kind_it_is(self, weigher: Weigher) -> None:
        assert weigher.kind(reading("the baby wont wake")) == "medical"
        assert weigher.kind(reading("hitting mum with a stick")) == "violence"

    def test_the_score_is_the_sum_of_its_signs(self, weigher: Weigher) -> None:
        said = reading("nan is blue and a boy is hitting her")
        everything = sum(weight for _, weight in weigher.telling(said, most=10_000))
        learned = Lessons(taught() * 2, Frames(), Memory()).learned()
        assert weigher.score(said) == pytest.approx(everything + learned.intercept, abs=1e-4)

    def test_a_hunch_tells_two_clouds_apart_and_is_kept(self) -> None:
        chance = np.random.default_rng(1)
        near, far = chance.normal(1, 0.3, (80, 8)), chance.normal(-1, 0.3, (80, 8))
        vectors = np.concatenate([near, far]).astype(np.float32)
        hunch = learn_hunch(vectors, np.arange(160) < 80, np.ones(160))
        same = Hunch.unpack(hunch.pack())
        assert hunch.score(vectors[0]) > 0 > hunch.score(vectors[-1])
        assert same.score(vectors[5]) == pytest.approx(hunch.score(vectors[5]))

    def test_what_was_learned_is_kept_and_made_anew_for_other_messages(
        self, tmp_path: Path
    ) -> None:
        def learned(messages: tuple[Message, ...]) -> tuple[str, ...]:
            return Lessons(messages, Frames(), Memory(tmp_path)).learned().names

        first = learned(taught() * 2)
        (file,) = tmp_path.glob("urgency-*.npz")
        written = file.stat().st_ino
        assert learned(taught() * 2) == first
        assert file.stat().st_ino == written, "it was put anew"
        learned(taught() * 3)
        assert len({file, *tmp_path.glob("urgency-*.npz")}) == 2

    def test_a_broken_file_is_made_anew(self, tmp_path: Path) -> None:
        lessons = Lessons(taught() * 2, Frames(), Memory(tmp_path))
        names = lessons.learned().names
        (file,) = tmp_path.glob("urgency-*.npz")
        file.write_bytes(b"not a file of numbers")
        assert lessons.learned().names == names


class TestTheShippedMessages:
    """What they come to is measured by `python -m benchmarks urgency`; here, what must never go."""

    @pytest.mark.parametrize(
        "text",
        [
            "hes kicking the door in and i cant ring",
            "my dad has collapsed and he isnt breathing",
            "theres flames coming out the window next door and kids inside",
            "he has a knife to my throat",
            "im on the bridge and im going to jump now",
        ],
    )
    def test_an_emergency_is_an_alarm(self, library: Library, text: str) -> None:
        assert library.assess(text).level == ALARM

    @pytest.mark.parametrize(
        "text",
        [
            "my phone is dying",
            "this queue is killing me",
            "how do i renew my shotgun certificate",
            "my bike was stolen last week from the station",
            "what happens when someone calls 999 by accident",
            "can i have the lights on when i am shooting a film in the high street",
        ],
    )
    def test_what_only_sounds_like_one_is_none(self, library: Library, text: str) -> None:
        assert library.assess(text).level not in LOUD

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("dzień dobry, o której otwieracie", "pl"),
            ("bună ziua, cum pot face o programare", "ro"),
            ("привіт, як отримати довідку", "uk"),
            ("আপনারা কখন খোলেন", "bn"),
            ("สวัสดีครับ เปิดกี่โมง", UNKNOWN),
        ],
    )
    def test_a_calm_message_in_another_language_gets_one_line(
        self, library: Library, text: str, language: str
    ) -> None:
        found = library.assess(text)
        assert (found.level, found.language) == (SAFETY_NET, language)

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("pomocy on mnie bije i ma nóż", "pl"),
            ("ajutor, cineva a intrat in casa", "ro"),
            ("помогите он меня убьет", "ru"),
            ("救命 他要杀我", "zh"),
            ("au secours il me frappe", "fr"),
        ],
    )
    def test_an_emergency_in_another_language_is_an_alarm(
        self, library: Library, text: str, language: str
    ) -> None:
        found = library.assess(text)
        assert (found.level, found.language) == (ALARM, language)

    def test_english_has_no_language(self, library: Library) -> None:
        for text in ("hello", "when are you open", "wheres the nick in clacton", "ta"):
            assert not library.assess(text).language

    def test_an_emergency_told_in_pieces_shows_at_the_last(self, library: Library) -> None:
        before = ("my mum fell off the ladder", "shes at the bottom of the stairs")
        last = "theres blood coming out of her ear"
        assert library.assess(last, Context("", before)).level in LOUD

    def test_a_yes_counts_only_where_what_was_told_may_be_danger(self, library: Library) -> None:
        asked = "Are they still there?"
        hedge = ("next door's leylandii are too tall",)
        men = ("two men are trying the door handles of the cars",)
        assert library.assess("yes", Context(asked, men)).level == ALARM
        assert (
            library.assess("my roses are", Context("Is anyone in danger now?", hedge)).level == NONE
        )

    def test_hostile_texts_are_judged_whatever_they_are(self, library: Library) -> None:
        for text in ("\ud800" * 99, "a" * 9_000, "he " * 4_000, "🔥" * 2_000, "\u200b" * 500):
            assert library.assess(text).level

    @pytest.mark.parametrize(
        "text",
        [
            "I need to renew my card. my husband is not breathing. Do you know the opening hours?",
            "The bins were not emptied again. he is at the door with a knife. Who do I write to?",
            "How do I pay my fine? my little girl has gone under the water! Is it cheaper online?",
            # What is over is the matter of the bins.
            "I already told 101 about my bins. How do I renew my licence? my husband is not"
            " breathing. How do I pay the fine? Where is the station?",
            # Slips are mended in it as everywhere else.
            "Who do I write to? theres a fiire in the flat aboev, peolpe inside. Is it free?",
            " ".join(["How do I renew my licence?"] * 60) + " my husband is not breathing. Thanks.",
            # Nor does everybody write marks.
            "my card has run out do you know where i can renew it my husband is not breathing and i"
            " also want to know about the parking fine",
        ],
    )
    def test_one_sentence_among_calm_ones_is_heard(self, library: Library, text: str) -> None:
        assert library.assess(text).level in LOUD

    def test_it_is_named_to_whoever_asks_why(self, library: Library) -> None:
        text = "I want a form. My dad is not breathing. Is it free?"
        assert library.why_urgent(text).alone == "my dad is not breathing"

    @pytest.mark.parametrize(
        "text",
        [
            "Please help me. I need to renew my firearms certificate.",
            "How do I see my statement? He had a knife to my throat in 2019. Is it free?",
            "My dad was not breathing. The ambulance is here now. How do I pay my fine?",
            "How do I pay my fine? Is it cheaper online? Who do I write to about it?",
            "hi do you know the opening hours at chelmsford i need to renew my card he had a knife"
            " to my throat in 2019 and who do i write to for a copy of my statement from back then",
        ],
    )
    def test_what_the_others_say_of_it_counts_too(self, library: Library, text: str) -> None:
        assert library.assess(text).level not in LOUD

    def test_politeness_around_it_takes_nothing_away(self, library: Library) -> None:
        polite = "Hello, I hope you are well and that it is all right to write to you here. "
        cry = "my dad has collapsed and he isnt breathing"
        text = f"{polite}{cry} Sorry to trouble you, and thank you so much for your time."
        assert library.assess(text).level == ALARM

    @pytest.mark.parametrize(
        "text",
        [
            "5 5",
            "9 9 9",
            "h e ' s   g o t   a   k n i f e   t o   h e r",
            "m e   h e   t o m a d o   t o d a s   l a s   p a s t i l l a s",
        ],
    )
    def test_letters_that_stand_apart_are_read_together(self, library: Library, text: str) -> None:
        assert library.assess(text).level in LOUD

    @pytest.mark.parametrize(
        "text",
        [
            "1 2",
            "5/5",
            "5-5",
            "5.5",
            "1.1.2",
            "9/9/9",
            "a, b or c",
            "P&O, M&S, B&Q",
            "3 4 5 please",
        ],
    )
    def test_figures_in_a_row_are_no_code(self, library: Library, text: str) -> None:
        assert library.assess(text).level not in LOUD

    @pytest.mark.parametrize("before", [0, 1, 60])
    def test_a_cry_in_the_middle_of_a_very_long_text_is_heard(
        self, library: Library, before: int
    ) -> None:
        chatter = "and the garden is lovely at this time of the year with all its roses "
        text = chatter * before + "he has a knife to her throat right now " + chatter * 60
        assert library.assess(text).level == ALARM

    def test_why_is_told_for_the_owner_of_the_files(self, library: Library) -> None:
        explained = library.assessor.explain("he has a knife and hes coming up the stairs")
        assert explained.verdict.level == ALARM
        assert explained.opinion is not None
        assert explained.opinion.odds > 0
        assert explained.opinion.telling

    def test_mistyped_english_is_not_taken_for_another_language(self, library: Library) -> None:
        assert library.assess("acnt sepak").language == ""
        assert library.assess("mein Mann hat mich heute geschlagen").language == "de"

    def test_a_mistyped_word_speaks_for_danger_and_a_foreign_one_does_not(
        self, library: Library
    ) -> None:
        def added(text: str) -> float:
            opinion = library.assessor.explain(text).opinion
            assert opinion is not None
            return opinion.slips

        assert added("help hes strangkimg mum") > 0
        assert added("helpp hes strangkimg my mumn") <= 2 * added("help hes strangkimg mum")
        assert added("zxqv wvnq plokj mum") == 0
        assert added("the gardener waters his roses") == 0
        assert added("chcę zgłosić kradzież roweru") == 0


class TestTheCheck:
    def test_the_shipped_frames_keep_their_examples(self, library: Library) -> None:
        frames = read(SHIPPED).frames
        assert frames is not None
        assert list(check_urgency(SHIPPED, frames, library.assessor)) == []

    def test_an_example_that_fails_is_told_where_it_stands(self, library: Library) -> None:
        frames = read(SHIPPED).frames
        assert frames is not None
        weapon = next(frame for frame in frames.frames if frame.category == "weapon")
        strict = Frames(ordinary=("he has a knife and hes coming up the stairs",))
        (told,) = check_urgency(SHIPPED, strict, library.assessor)
        assert "is ordinary and alarms" in told.text
        assert weapon.must

    def test_files_that_kept_their_examples_once_are_not_tried_again_until_one_changes(
        self, library: Library, tmp_path: Path
    ) -> None:
        root, memory = tmp_path / "content", Memory(tmp_path / "kept")
        (root / "urgency").mkdir(parents=True)
        words = root / "urgency" / "words.toml"
        words.write_text("# first", encoding="utf-8")
        ordinary = Frames(ordinary=("when are you open",))
        strict = Frames(ordinary=("he has a knife and hes coming up the stairs",))

        def failing(frames: Frames, before: str = "") -> int:
            before = before or content_hash(root / "urgency")
            return len(failing_examples(root, frames, library.assessor, memory, before))

        assert failing(strict) == 1
        assert failing(strict) == 1, "what fails is told every time"
        assert failing(ordinary) == 0
        assert failing(strict) == 0, "these very files have kept their examples"
        first = content_hash(root / "urgency")
        words.write_text("# second", encoding="utf-8")
        assert failing(strict) == 1
        assert failing(strict, first) == 1, "what was read is not what is there now"
        assert failing(ordinary, first) == 0
        assert failing(strict) == 1, "so it has proved nothing"

    def test_a_message_that_is_not_taken_as_its_heading_says_is_listed_with_its_place(
        self, library: Library
    ) -> None:
        label, calm = "my phone is dying", "he has a knife and hes coming up the stairs"
        messages = (
            Message(label, ALARM, "medical"),
            Message(calm, NONE),
            Message("when are you open", NONE),
        )
        missed, false = wrong_messages(SHIPPED, messages, library.assessor)
        assert f"“{label}” stands under alarm" in missed.text
        assert f"“{calm}” stands under none and is taken as alarm" in false.text
        assert not missed.error
        assert missed.line > 1

    def test_examples_of_frames_are_learned_too(self) -> None:
        frames = read(SHIPPED).frames
        assert frames is not None
        examples = list(examples_of(frames))
        assert {example.language for example in examples} >= {"en", "pl", MIXED}
        assert len(examples) > 1_000


def test_every_language_has_guidance_and_nobody_has_checked_it_yet() -> None:
    languages = read(SHIPPED).folder.languages
    assert len(languages) == 20
    for language in languages.values():
        assert "999" in language.alarm
        assert "116 123" in language.crisis
        assert not language.checked_by
