"""Questions find their entry, say how sure they are, and never break the matcher."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder, open_encoder
from knowledge.features import senses
from knowledge.learned import elsewhere
from knowledge.match import ANSWER, OPTIONS, UNKNOWN, Match, Matcher, Thresholds
from knowledge.text import normalise, words

EXAMPLES: dict[str, Sequence[str]] = {
    "bike-theft": [
        "my bike was stolen outside the station",
        "pushbike nicked from the shed",
        "someone cut the lock and took my bicycle",
        "found my stolen bike for sale online",
        "what lock do you recommend for a bike",
        "stolen cycle report",
    ],
    "noisy-neighbours": [
        "neighbours playing loud music at night",
        "noise complaint about a party",
        "next door have music on till 3am",
        "who do i tell about a noisy pub",
        "loud party in my street every weekend",
        "dog next door barks all day",
    ],
    "lost-property": [
        "i lost my wallet in town",
        "has anyone handed in my keys",
        "left my bag on the bus",
        "lost passport what do i do",
        "where do i report lost property",
        "dropped my ring on the beach",
    ],
    "speeding-ticket": [
        "got a speeding fine in the post",
        "how do i pay a speeding ticket",
        "can i appeal my speeding fine",
        "i was not driving when the camera flashed",
        "notice of intended prosecution letter",
        "speed awareness course instead of points",
    ],
    "jobs": [
        "how do i become a police officer",
        "are you recruiting at the moment",
        "age limit to join the police",
        "fitness test for new recruits",
        "job vacancies for staff",
        "can i apply with a caution",
    ],
    "firearms": [
        "renew my shotgun certificate",
        "how do i get a gun licence",
        "change of address on my firearms certificate",
        "inherited a shotgun from my dad",
        "cost of a shotgun licence",
        "do i need a licence for an air rifle",
    ],
}
LONGER = {
    "jobs": "Work for us\nJoin as an officer or as staff. See {link:jobs} or https://jobs.example/x.",
    "nobody": "Text about an entry that does not exist.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the matcher of most tests is kept."""
    return tmp_path_factory.mktemp("matcher")


@pytest.fixture(scope="module")
def matcher(folder: Path) -> Matcher:
    return Matcher(EXAMPLES, LONGER, cache=folder)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("someone has stolen my bike", "bike-theft"),
        ("the people next door play loud music", "noisy-neighbours"),
        ("ive lost my keys", "lost-property"),
        ("i want to appeal a speeding ticket", "speeding-ticket"),
        ("how can i join the police", "jobs"),
        ("shotgun licence renewal", "firearms"),
        ("sum1 nicked my byke", "bike-theft"),
        ("lowd musik from my naighbours", "noisy-neighbours"),
        ("HAS MY WALLET BEEN HANDED IN???", "lost-property"),
        ("she＇s ｌｏｓｔ her\u200b passp\u00adort", "lost-property"),
    ],
)
def test_a_question_finds_its_entry(matcher: Matcher, question: str, entry: str) -> None:
    assert matcher.match(question).ranked[0][0] == entry


def test_a_clear_question_is_answered(matcher: Matcher) -> None:
    match = matcher.match("my bike was stolen from outside the station")
    assert (match.outcome, match.article, match.options) == (ANSWER, "bike-theft", ())


@pytest.mark.parametrize(
    "question",
    ["will it rain on sunday", "who won the football", "do my maths homework", "lasagne recipe"],
)
def test_a_question_about_something_else_is_not_answered(matcher: Matcher, question: str) -> None:
    assert matcher.match(question).outcome != ANSWER


def test_a_word_that_two_entries_share_is_less_certain_than_a_question(matcher: Matcher) -> None:
    vague = matcher.match("licence")
    clear = matcher.match("how do i get a shotgun licence")
    assert vague.confidence < clear.confidence


def test_the_three_outcomes_follow_the_thresholds(folder: Path) -> None:
    def match(thresholds: Thresholds) -> Match:
        matcher = Matcher(EXAMPLES, LONGER, thresholds=thresholds, cache=folder)
        return matcher.match("bike lost next door")

    sure = match(Thresholds(answer=0.0, options=0.0))
    torn = match(Thresholds(answer=1.1, options=0.0))
    lost = match(Thresholds(answer=1.1, options=1.1))
    assert (sure.outcome, sure.article, sure.options) == (ANSWER, sure.ranked[0][0], ())
    assert (torn.outcome, torn.article) == (OPTIONS, None)
    assert torn.options == tuple(entry for entry, _ in torn.ranked[:3])
    assert len(set(torn.options)) == 3
    assert (lost.outcome, lost.article, lost.options) == (UNKNOWN, None, ())
    assert sure.ranked == torn.ranked == lost.ranked


def test_the_best_five_come_with_probabilities_best_first(matcher: Matcher) -> None:
    ranked = matcher.match("stolen wallet").ranked
    chances = [chance for _, chance in ranked]
    assert len({entry for entry, _ in ranked}) == len(ranked) == 5
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1 + 1e-6


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "?!", "🔥🔥", "\ud800", "\x00", "\u200b" * 50, "_", "Ω" * 9, "हिन्दी", "xqzj"],
)
def test_a_text_without_a_known_word_is_unknown(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert match.outcome == UNKNOWN
    assert len(match.ranked) == 5
    assert 0 <= match.confidence <= 1
    assert matcher.explain(text).match == match


@pytest.mark.parametrize("piece", ["stolen bike ", "q", "é̶🔥", "\u202e", "asdf "])
def test_a_text_of_any_size_is_matched(matcher: Matcher, piece: str) -> None:
    match = matcher.match(piece * (1_000_000 // len(piece)))
    assert len(match.ranked) == 5


def test_every_example_finds_its_own_entry(matcher: Matcher) -> None:
    assert matcher.own() == []


def test_an_example_that_stands_under_two_entries_is_reported() -> None:
    clash = {**EXAMPLES, "other": ["my bike was stolen outside the station"] * 2}
    assert ("bike-theft", "my bike was stolen outside the station") in Matcher(clash).own()


def test_an_example_in_the_wrong_place_would_not_find_its_entry_if_held_out() -> None:
    wrong = "renew my shotgun licence certificate"
    held_out = Matcher({**EXAMPLES, "jobs": [*EXAMPLES["jobs"], wrong]}).held_out()
    assert ("jobs", wrong) in held_out
    assert ("bike-theft", "stolen cycle report") not in held_out


def test_holding_out_is_milder_where_more_places_count_as_found(matcher: Matcher) -> None:
    strict, mild = matcher.held_out(), matcher.held_out(among=3)
    assert set(mild) < set(strict)
    assert matcher.held_out(among=len(EXAMPLES)) == []


def test_holding_out_says_what_learning_without_the_example_would_say(matcher: Matcher) -> None:
    held_out = set(matcher.held_out())
    agree = []
    for entry, texts in list(EXAMPLES.items())[:4]:
        others = {**EXAMPLES, entry: texts[1:]}
        lost = Matcher(others, LONGER).match(texts[0]).ranked[0][0] != entry
        agree.append(lost == ((entry, texts[0]) in held_out))
    assert sum(agree) >= 3


def test_an_explanation_shows_what_was_read_and_what_is_near(matcher: Matcher) -> None:
    explanation = matcher.explain("sum1 stole my bicicle")
    assert explanation.match == matcher.match("sum1 stole my bicicle")
    assert explanation.words == ("someone", "stole", "my", "bicycle")
    assert explanation.changes == (("sum1", "someone"), ("bicicle", "bicycle"))
    entry, text, similarity = explanation.nearest[0]
    assert entry == "bike-theft"
    assert text in EXAMPLES["bike-theft"]
    assert 0 < similarity <= 1
    assert explanation.scores[0][0] == "bike-theft"
    assert explanation.scores[0][1] > explanation.elsewhere


def test_an_example_is_as_near_to_itself_as_can_be(matcher: Matcher) -> None:
    nearest = matcher.explain("renew my shotgun certificate").nearest
    assert nearest[0][:2] == ("firearms", "renew my shotgun certificate")
    assert nearest[0][2] == pytest.approx(1, abs=1e-5)


def test_what_is_written_about_an_entry_helps_to_find_it() -> None:
    question = "how to claim for a pothole in the carriageway"
    longer = {"jobs": "Careers\nClaims for a pothole in the carriageway go to the council."}
    assert Matcher(EXAMPLES).match(question).confidence < 0.2
    assert Matcher(EXAMPLES, longer).match(question).ranked[0][0] == "jobs"


def test_addresses_and_placeholders_are_not_read() -> None:
    plain = Matcher(EXAMPLES, {"jobs": "Work for us\nSee or"})
    marked = Matcher(EXAMPLES, {"jobs": "Work for us\nSee {phone:101} or https://a.example/b."})
    assert marked.match("phone 101 example") == plain.match("phone 101 example")


def test_a_question_about_something_else_that_the_knowledge_does_answer_is_answered() -> None:
    weather = {**EXAMPLES, "weather": [line for line in elsewhere() if "weather" in line]}
    assert Matcher(weather).match("what is the weather like today").article == "weather"


def test_no_entries_at_all_still_work() -> None:
    matcher = Matcher({})
    assert matcher.match("bike") == Match(UNKNOWN, None, (), (), 0.0, 0.0)
    assert matcher.own() == matcher.held_out() == []


def test_a_single_entry_still_works() -> None:
    matcher = Matcher({"bike-theft": EXAMPLES["bike-theft"]})
    near = matcher.match("someone stole my bike from the station")
    far = matcher.match("will it rain today")
    assert near.ranked == (("bike-theft", 1.0),)
    assert near.confidence > far.confidence
    assert far.outcome != ANSWER


def test_two_entries_and_an_entry_without_examples_still_work() -> None:
    two = {name: EXAMPLES[name] for name in ("jobs", "firearms")}
    assert Matcher(two).match("gun licence").ranked[0][0] == "firearms"
    match = Matcher({**two, "empty": []}).match("gun licence")
    assert match.ranked[0][0] == "firearms"
    assert {entry for entry, _ in match.ranked} == {"jobs", "firearms", "empty"}


def test_examples_without_words_do_no_harm() -> None:
    assert Matcher({**EXAMPLES, "odd": ["", "???"]}).match("shotgun").ranked[0][0] == "firearms"


def test_the_same_knowledge_gives_the_same_answers(matcher: Matcher) -> None:
    again = Matcher(EXAMPLES, LONGER)
    for text in ("lost my bike", "speeding", "hello", ""):
        assert again.match(text) == matcher.match(text)


def test_threads_may_share_a_matcher(matcher: Matcher) -> None:
    texts = [f"{word} question {n}" for n, word in enumerate(["bike", "noise", "gun", "job"] * 25)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(matcher.match, texts)) == [matcher.match(text) for text in texts]


def test_what_was_learned_is_kept_and_read_back(tmp_path: Path, matcher: Matcher) -> None:
    cache = tmp_path / "not yet there"
    fresh = Matcher(EXAMPLES, LONGER, cache=cache)
    (file,) = cache.iterdir()
    written = file.stat().st_ino
    kept = Matcher(EXAMPLES, LONGER, cache=cache)
    assert file.stat().st_ino == written, "it was put anew"
    for text in ("sum1 stole my byke", "gun", "", "weather"):
        assert kept.explain(text) == fresh.explain(text) == matcher.explain(text)
    assert kept.held_out() == fresh.held_out()
    assert kept.own() == fresh.own()


def test_of_what_was_kept_that_used_longest_ago_makes_room(tmp_path: Path) -> None:
    def learned(new: str) -> set[str]:
        before = {file.name for file in tmp_path.iterdir()}
        Matcher({**EXAMPLES, "new": [new]}, cache=tmp_path)
        return {file.name for file in tmp_path.iterdir()} - before

    first, second = learned("a new thing"), learned("another thing")
    assert not learned("a new thing"), "it was learned twice"
    for new in ("a third", "a fourth", "a fifth"):
        learned(new)
    left = {file.name for file in tmp_path.iterdir()}
    assert first < left
    assert len(left) == 4
    assert left.isdisjoint(second)


@pytest.mark.parametrize("spoil", ["empty", "cut", "flip", "rubbish", "other arrays", "pickle"])
def test_a_broken_file_is_ignored_and_written_anew(
    tmp_path: Path, folder: Path, matcher: Matcher, spoil: str
) -> None:
    (kept_file,) = folder.iterdir()
    file = tmp_path / kept_file.name
    whole = kept_file.read_bytes()
    file.write_bytes(whole)
    middle = len(whole) // 2
    spoilt = {
        "empty": b"",
        "cut": whole[:middle],
        "flip": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
        "rubbish": b"no such thing",
    }
    if spoil in spoilt:
        file.write_bytes(spoilt[spoil])
    elif spoil == "pickle":
        np.savez(file, words=np.array([{}], object))
    else:
        with np.load(file) as kept:
            arrays = dict(kept)
        np.savez(file, **{**arrays, "words_slopes": arrays["words_slopes"][:-1]})
    again = Matcher(EXAMPLES, LONGER, cache=tmp_path)
    assert again.match("stolen bike") == matcher.match("stolen bike")
    with np.load(file) as kept:
        assert kept["words_slopes"].shape[1] == len(EXAMPLES) + 1


def test_a_folder_that_cannot_be_written_does_not_stop_the_start(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert Matcher(EXAMPLES, cache=blocked).match("stolen bike").ranked[0][0] == "bike-theft"


def test_the_thesaurus_is_in_the_form_of_words_that_are_read() -> None:
    for word in senses():
        assert words(normalise(word)) == [word]


# With an encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="module")
def understanding(folder: Path, encoder: Encoder) -> Matcher:
    return Matcher(EXAMPLES, LONGER, cache=folder, encoder=encoder)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("they took my two wheeler", "bike-theft"),
        ("next door have the telly on full blast", "noisy-neighbours"),
        ("mislaid my purse somewhere", "lost-property"),
        ("i want to be a cop", "jobs"),
        ("permit for hunting rifles", "firearms"),
    ],
)
def test_what_shares_no_word_is_found_by_its_meaning(
    understanding: Matcher, question: str, entry: str
) -> None:
    meaning = understanding.meaning(question)
    assert understanding.match(question, meaning).ranked[0][0] == entry


def test_without_a_meaning_the_words_decide(matcher: Matcher, understanding: Matcher) -> None:
    question = "someone stole my bike"
    assert understanding.match(question) == matcher.match(question)
    assert matcher.meaning(question) is None
    assert understanding.meaning("?!") is None
    assert matcher.match(question, understanding.meaning(question)) == matcher.match(question)


def test_what_is_not_ours_is_told_apart_by_its_meaning_too(understanding: Matcher) -> None:
    ours, other = "someone stole my bike from the station", "will it rain today"
    sure = understanding.match(ours, understanding.meaning(ours)).confidence
    unsure = understanding.match(other, understanding.meaning(other)).confidence
    assert sure > 0.5 > unsure


def test_what_was_learned_with_meanings_is_kept(
    understanding: Matcher, folder: Path, encoder: Encoder
) -> None:
    again = Matcher(EXAMPLES, LONGER, cache=folder, encoder=encoder)
    question = "mislaid my purse somewhere"
    meaning = again.meaning(question)
    assert again.match(question, meaning) == understanding.match(question, meaning)
    assert again.explain(question, meaning).match == again.match(question, meaning)
