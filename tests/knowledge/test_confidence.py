"""Confidence grows with the evidence, and is learned from what was held out."""

import numpy as np
import pytest

from knowledge.confidence import (
    Calibration,
    Evidence,
    calibrate_ours,
    calibrate_right,
    evidence,
    is_ours,
    stretched,
)
from knowledge.floats import Floats, Floats64

PLAIN = Calibration((1.0, 1.0, 1.0, -3.0))


def floats(*rows: object) -> Floats:
    return np.array(rows, np.float32)


def weighed(scores: Floats, elsewhere: float = 0.0, telling: float = 4.0) -> Evidence:
    count = len(scores)
    rows = evidence(scores, np.full(count, elsewhere, np.float32))
    return stretched(rows, np.full(count, telling), 4.0)


def chances(calibration: Calibration, rows: Evidence) -> Floats64:
    return np.array([calibration.chance(*row) for row in rows.tolist()])


def test_evidence_is_the_score_and_the_leads() -> None:
    assert weighed(floats([1, 5, 3]), elsewhere=2).tolist() == [[5, 2, 3]]


def test_a_single_entry_leads_over_nothing() -> None:
    assert weighed(floats([4])).tolist() == [[4, 4, 4]]


def test_a_long_story_counts_as_much_as_the_question_in_it() -> None:
    short, long = weighed(floats([4, 2])), weighed(floats([2, 1]), telling=16)
    assert long.tolist() == short.tolist()


def test_a_single_word_counts_less_than_a_question() -> None:
    one, few = weighed(floats([4, 2]), telling=1), weighed(floats([4, 2]), telling=2)
    assert (one < few).all()


@pytest.mark.parametrize("column", [0, 1, 2])
def test_more_evidence_means_more_confidence(column: int) -> None:
    less, more = np.ones((1, 3)), np.ones((1, 3))
    more[0, column] = 2
    assert chances(PLAIN, more) > chances(PLAIN, less)


def test_what_lies_between_two_entries_is_ours_all_the_same() -> None:
    clear, torn = weighed(floats([5, 1])), weighed(floats([5, 4.9]))
    assert is_ours(clear).tolist() == is_ours(torn).tolist()


def test_being_near_to_something_else_speaks_against_being_ours() -> None:
    far, near = weighed(floats([5, 1])), weighed(floats([5, 1]), elsewhere=4)
    assert is_ours(near) < is_ours(far)


def test_ours_are_told_from_others() -> None:
    ours, others = held_out(8, 500, 6), held_out(9, 500, 1)
    learned = calibrate_ours(ours, [others])
    assert chances(learned, is_ours(ours)).mean() > 0.9
    assert chances(learned, is_ours(others)).mean() < 0.2


def test_confidence_stays_within_bounds_for_any_evidence() -> None:
    rows = np.array([[-1e6] * 3, [0.0] * 3, [1e6] * 3])
    assert chances(PLAIN, rows).tolist() == [0, pytest.approx(1 / (1 + np.exp(3))), 1]


def held_out(seed: int, count: int, around: float) -> Evidence:
    return np.random.default_rng(seed).normal(around, 1, (count, 3))


def test_the_curve_says_how_often_it_is_right() -> None:
    rows = held_out(1, 4_000, 2)
    truth = Calibration((0.5, 0.4, 0.3, -2.0))
    right = np.random.default_rng(2).random(4_000) < chances(truth, rows)
    learned = calibrate_right(rows, right, [])
    assert np.abs(chances(learned, rows) - chances(truth, rows)).max() < 0.1


def test_questions_about_something_else_lower_the_confidence() -> None:
    inside, outside = held_out(3, 500, 3), held_out(4, 500, 2.5)
    right = np.ones(500, bool)
    without, with_them = (
        calibrate_right(inside, right, []),
        calibrate_right(inside, right, [outside]),
    )
    assert chances(with_them, inside).mean() < chances(without, inside).mean()


def test_each_kind_of_something_else_counts_the_same_however_many_there_are() -> None:
    inside, near, far = held_out(5, 300, 3), held_out(6, 100, 2), held_out(7, 100, 0)
    right = np.ones(300, bool)
    once = calibrate_right(inside, right, [near, far])
    repeated = calibrate_right(inside, right, [near, np.repeat(far, 50, axis=0)])
    assert repeated.weights == pytest.approx(once.weights, abs=1e-3)


def test_perfectly_parted_examples_do_not_run_away() -> None:
    right = np.arange(400) % 2 == 0
    rows = np.where(right[:, None], 5.0, 1.0) * np.ones(3)
    weights = np.array(calibrate_right(rows, right, [np.zeros((50, 3))]).weights)
    assert np.isfinite(weights).all()
    assert np.abs(weights).max() < 20


def test_a_handful_of_examples_moves_the_defaults_little() -> None:
    none = calibrate_right(np.zeros((0, 3)), np.zeros(0, bool), [])
    few = calibrate_right(np.ones((2, 3)), np.array([True, False]), [np.zeros((1, 3))])
    assert few.weights == pytest.approx(none.weights, abs=0.5)
