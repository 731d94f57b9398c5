"""Groups are shortened as a whole, by the block soft threshold; wrong groups are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.penalties import L1, Box, GroupL1, NonNegative, check
from descend.penalties.groups import labels_of

LABELS = [4, 2, 4, 4, 2, 9]
MEMBERS = [[1, 4], [0, 2, 3], [5]]
W = np.array([1.0, 3.0, 2.0, -2.0, -4.0, 0.5])


def by_definition(w, alpha):
    return sum(alpha * np.sqrt(len(own)) * np.linalg.norm(w[own]) for own in MEMBERS)


@pytest.mark.parametrize("groups", [LABELS, tuple(LABELS), np.array(LABELS), MEMBERS], ids=repr)
def test_the_value_is_that_of_the_paper(groups):
    penalty = GroupL1(0.3, groups)
    assert penalty.value(W).sum() == pytest.approx(by_definition(W, 0.3), rel=1e-14)
    np.testing.assert_array_equal(penalty.value(0 * W), 0)
    check(penalty)


POINTS = st.lists(st.floats(-10, 10), min_size=6, max_size=6).map(np.array)


@given(w=POINTS, other=POINTS, rate=st.floats(1e-3, 10))
def test_no_point_is_better_than_the_proximal_one(w, other, rate):
    def cost(v):
        return rate * by_definition(v, 0.7) + np.sum((v - w) ** 2) / 2

    best = GroupL1(0.7, LABELS).prox(w, rate)
    for near in (other, best + 1e-3 * other, 1.01 * best):
        assert cost(best) <= cost(near) + 1e-9 * (1 + cost(near))


@given(w=POINTS, g=POINTS, held=st.lists(st.booleans(), min_size=3, max_size=3))
def test_the_minimum_norm_subgradient_is_the_slope_of_the_steepest_descent(w, g, held):
    for own, zero in zip(MEMBERS, held, strict=True):
        w[own] = 0 if zero else w[own] + np.sign(w[own]) + (w[own] == 0)
    bound = GroupL1(0.7, LABELS).over(6)
    left = bound.minimum_norm_subgradient(w, g)
    h = 1e-6
    slope = (by_definition(w - h * left, 0.7) - by_definition(w, 0.7)) / h - g @ left
    assert slope == pytest.approx(-left @ left, rel=1e-4, abs=1e-4)


@given(w=POINTS)
def test_single_features_of_one_output_are_the_lasso(w):
    for ours, lasso in ((GroupL1(0.5), L1(0.5)), (GroupL1(0.0), L1(0.0))):
        np.testing.assert_allclose(ours.value(w), lasso.value(w), rtol=1e-14)
        np.testing.assert_allclose(ours.prox(w, 2.0), lasso.prox(w, 2.0), atol=1e-14)
        assert ours.smooth == lasso.smooth


def test_intercepts_are_left_and_outputs_go_together():
    bound = GroupL1(1.0, [0, 0, 1]).over(3, n_outputs=2, intercept=True)
    w = np.array([3.0, 0.0, 1.0, 7.0, 0.0, 4.0, 0.0, 9.0])
    shorter = 1 - np.sqrt(2) / 5
    end = [3 * shorter, 0, 0, 7, 0, 4 * shorter, 0, 9]
    np.testing.assert_allclose(bound.prox(w, 1.0), end, atol=1e-15)
    assert bound.value(w).sum() == pytest.approx(5 * np.sqrt(2) + 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_runs_have_rates_of_their_own_and_the_type_is_kept(dtype):
    penalty, w = GroupL1(1.0, LABELS), np.stack([W, 2 * W]).astype(dtype)
    together = penalty.prox(w, np.array([[0.5], [1.0]], dtype=dtype))
    assert together.dtype == penalty.value(w).dtype == dtype
    for row, own, rate in zip(together, w, (0.5, 1.0), strict=True):
        np.testing.assert_array_equal(row, penalty.prox(own, rate))


def test_the_smallest_numbers_have_a_norm():
    assert GroupL1(1.0, [0, 0]).value(np.array([3e-200, 4e-200])).sum() > 6e-200


@pytest.mark.parametrize(
    ("penalty", "told"),
    [
        (GroupL1(-1.0), "alpha must be a number at least 0"),
        (GroupL1(1.0, []), "give a whole number for each feature"),
        (GroupL1(1.0, "ab"), "give a whole number for each feature"),
        (GroupL1(1.0, 3), "give a whole number for each feature"),
        (GroupL1(1.0, [0.5, 1.0]), "give a whole number for each feature"),
        (GroupL1(1.0, [True, False]), "give a whole number for each feature"),
        (GroupL1(1.0, [[0], []]), r"groups\[1\] is \[\]"),
        (GroupL1(1.0, [[0], 1]), r"groups\[1\] is 1"),
        (GroupL1(1.0, [[0, 1], [1]]), "feature 1 stands in groups twice"),
        (GroupL1(1.0, [[0], [2]]), "feature 1 is in none"),
        (GroupL1(1.0, [[0], [-1]]), "feature -1 is no position"),
        (NonNegative(GroupL1()), "NonNegative goes with penalties on single parameters"),
        (Box(0.0, 1.0, GroupL1()), "Box goes with penalties on single parameters"),
    ],
    ids=repr,
)
def test_wrong_groups_are_refused(penalty, told):
    with pytest.raises(ValueError, match=told):
        check(penalty)


def test_groups_are_of_as_many_features_as_there_are():
    with pytest.raises(ValueError, match="groups are of 3 features, and there are 6"):
        GroupL1(1.0, [0, 0, 1]).value(W)


def test_labels_are_numbered_in_their_order():
    np.testing.assert_array_equal(labels_of(LABELS), [1, 0, 1, 1, 0, 2])
