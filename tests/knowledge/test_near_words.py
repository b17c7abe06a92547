"""Every word a slip away is found, whichever shelf it stands on."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.near_words import NearWords

few_letters = st.text("abc", min_size=1, max_size=9)


@given(words=st.sets(few_letters, max_size=60), typed=few_letters)
def test_one_slip_finds_what_looking_at_every_word_would(words: set[str], typed: str) -> None:
    found = NearWords(words).one_away(typed)
    assert len(found) == len(set(found))
    assert set(found) == {word for word in words if OSA.distance(typed, word) == 1}


@given(words=st.sets(few_letters, max_size=60), typed=few_letters)
def test_two_slips_find_all_that_begin_alike(words: set[str], typed: str) -> None:
    alike = {word for word in words if word[0] == typed[0]}
    near = {word for word in alike if 1 <= OSA.distance(typed, word) <= 2}
    assert set(NearWords(words).two_away(typed)) == near
