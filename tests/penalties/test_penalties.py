"""Gradients are derivatives, no point is better than the proximal one, and steps end past kinks."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.optimizers import SGD, Adam, Momentum
from descend.penalties import (
    L1,
    L2,
    Box,
    ElasticNet,
    NonNegative,
    NoPenalty,
    by_name,
    check,
    has_trivial_prox,
    is_smooth,
)
from descend.protocols import StatesSmooth, verbs


class Folded(NamedTuple):
    """One's own penalty: `|w|`, by its proximal step alone."""

    def value(self, w):
        return np.abs(w)

    def gradient(self, w):
        return 0.0 * w

    def curvature(self, w):
        return 0.0 * w

    def prox(self, w, rate):
        return np.sign(w) * np.maximum(np.abs(w) - rate, 0.0)


W = np.array([-3.0, -1.3, -0.4, 0.2, 0.9, 2.8])
# each with the interval that it keeps to
PENALTIES = [
    (NoPenalty(), -np.inf, np.inf),
    (L2(), -np.inf, np.inf),
    (L2(0.0), -np.inf, np.inf),
    (L2(2.5), -np.inf, np.inf),
    (L1(0.7), -np.inf, np.inf),
    (L1(0.0), -np.inf, np.inf),
    (ElasticNet(0.7, 0.4), -np.inf, np.inf),
    (ElasticNet(0.7, 0.0), -np.inf, np.inf),
    (Box(-1.0, 2.0), -1.0, 2.0),
    (Box(0.5, 2.0, L1(0.3)), 0.5, 2.0),
    (Box(-np.inf, 0.5, ElasticNet(1.0, 0.5)), -np.inf, 0.5),
    (NonNegative(), 0.0, np.inf),
    (NonNegative(L2(1.0)), 0.0, np.inf),
    (NonNegative(L1(0.3)), 0.0, np.inf),
    (Folded(), -np.inf, np.inf),
    (Box(-1.0, 2.0, Folded()), -1.0, 2.0),
]
EACH = pytest.mark.parametrize(
    ("penalty", "low", "high"), PENALTIES, ids=[repr(row[0]) for row in PENALTIES]
)


def nonsmooth(penalty, w):
    """Return what a penalty of the library holds beside half of `gradient * w`, a ridge's value."""
    return penalty.value(w) - 0.5 * penalty.gradient(w) * w


@EACH
def test_the_smooth_part_is_the_value_without_the_kink(penalty, low, high):
    kink = 1.0 if "Folded" in repr(penalty) else verbs.kink(penalty)
    rise = (penalty.value(W + 1e-5) - penalty.value(W - 1e-5)) / 2e-5
    np.testing.assert_allclose(penalty.gradient(W) + kink * np.sign(W), rise, atol=1e-8)


@EACH
def test_the_curvature_is_the_derivative_of_the_gradient(penalty, low, high):
    turn = (penalty.gradient(W + 1e-5) - penalty.gradient(W - 1e-5)) / 2e-5
    np.testing.assert_allclose(penalty.curvature(W), turn, atol=1e-8)


@EACH
@given(w=st.floats(-10, 10), rate=st.floats(1e-3, 10), other=st.floats(-10, 10))
def test_no_point_is_better_than_the_proximal_one(penalty, low, high, w, rate, other):
    def cost(v):
        return rate * nonsmooth(penalty, v) + (v - w) ** 2 / 2

    best = penalty.prox(np.float64(w), rate)
    assert low <= best <= high
    assert cost(best) <= cost(np.clip(np.float64(other), low, high)) + 1e-9


@EACH
@given(w=st.floats(-5, 5), g=st.floats(-5, 5), rate=st.floats(1e-3, 3))
def test_plain_descent_past_a_kink_is_the_proximal_step(penalty, low, high, w, g, rate):
    w = np.clip(np.array([w]), low, high)
    stepped, _ = verbs.advance(SGD(), penalty, w, np.array([g]), (), rate, 1.0)
    np.testing.assert_allclose(stepped, penalty.prox(w - rate * g, rate), atol=1e-12)


@pytest.mark.parametrize("optimizer", [Momentum(), Adam()], ids=repr)
@pytest.mark.parametrize("g", [-1.0, -0.6, 0.0, 0.9])
def test_zero_is_left_only_by_a_slope_steeper_than_the_kink(optimizer, g):
    w, memory = np.zeros(1), tuple(np.zeros(1) for _ in optimizer.memory)
    for t in range(1, 50):
        w, memory = verbs.advance(optimizer, L1(0.95), w, np.array([g]), memory, 0.01, float(t))
    assert (w[0] == 0) == (abs(g) <= 0.95)
    assert np.sign(w[0]) in (0, -np.sign(g))


def test_momentum_at_rest_at_a_kink_has_no_momentum():
    w, memory = np.array([0.3]), (np.zeros(1),)
    for t in range(1, 60):
        w, memory = verbs.advance(Momentum(), L1(1.0), w, np.array([0.4]), memory, 0.05, float(t))
    assert w[0] == 0
    np.testing.assert_allclose(memory[0], 0, atol=1e-12)


@EACH
def test_what_is_smooth_is_told_by_the_proximal_step(penalty, low, high):
    kinked = verbs.kink(penalty) > 0 or "Folded" in repr(penalty)
    assert is_smooth(penalty) == (not kinked and low == -np.inf and high == np.inf)


def test_formulas():
    assert L2(0.5).value(np.array([2.0, -4.0])).tolist() == [1, 4]
    assert L1(0.5).value(np.array([2.0, -4.0])).tolist() == [1, 2]
    assert ElasticNet(2.0, 0.25).value(np.array([2.0])).tolist() == [0.5 * 2 + 1.5 * 2]
    assert (L2().alpha, L1().alpha, ElasticNet().alpha, ElasticNet().l1_ratio) == (
        1e-4, 1e-4, 1e-4, 0.15,
    )  # fmt: skip


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_type_are_kept(penalty, low, high, dtype):
    w = np.ones((2, 3), dtype=dtype)
    for result in (penalty.value(w), penalty.gradient(w), penalty.curvature(w)):
        assert result.shape == (2, 3)
        assert result.dtype == dtype
    assert penalty.prox(w, 0.1).dtype == dtype
    stepped, memory = verbs.advance(Momentum(), penalty, w, w, (0 * w,), dtype(0.1), 1.0)
    assert (stepped.dtype, memory[0].dtype) == (dtype, dtype)


@pytest.mark.parametrize(
    ("given", "penalty"),
    [
        (None, NoPenalty()),
        ("l2", L2(0.3)),
        ("l1", L1(0.3)),
        ("elasticnet", ElasticNet(0.3, 0.6)),
        (NonNegative(L1(2.0)), NonNegative(L1(2.0))),
        (Folded(), Folded()),
    ],
    ids=repr,
)
def test_penalties_have_names(given, penalty):
    chosen = by_name(given, alpha=0.3, l1_ratio=0.6)
    assert chosen == penalty
    assert type(chosen) is type(penalty)


@pytest.mark.parametrize(
    ("penalty", "told"),
    [
        (L1(-1.0), r"L1\(alpha=-1.0\): alpha must be a number at least 0"),
        (L2(float("nan")), "alpha must be a number at least 0"),
        (L1("a"), "alpha must be a number at least 0"),
        (ElasticNet(1.0, 1.5), r"l1_ratio must be a number in \[0, 1\]"),
        (Box(1.0, 0.0), "lower must be a number at most upper"),
        (Box(float("nan"), 0.0), "lower must be a number at most upper"),
        (Box("a", 0.0), "lower must be a number at most upper"),
        (Box(np.zeros(2), 1.0), r"Box\(lower=\[0.0, 0.0\], .* the same for all coefficients"),
        (NonNegative(L1(-1.0)), "alpha must be a number at least 0"),
        (NonNegative("l1"), "'l1' is not a penalty"),
        (L1, "is not a penalty"),
        (3, "is not a penalty"),
    ],
    ids=repr,
)
def test_wrong_penalties_are_refused(penalty, told):
    with pytest.raises(ValueError, match=told):
        check(penalty)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="penalty='lasso' is not known; there are 'l2', 'l1'"):
        by_name("lasso")
    with pytest.raises(ValueError, match="alpha must be"):
        by_name("l1", alpha=-1.0)


class Stating(Folded):
    """A penalty of one's own that states what is not so."""

    smooth = True


@pytest.mark.parametrize(
    "penalty",
    [
        NoPenalty(),
        L2(0.1),
        L1(0.1),
        L1(0.0),
        ElasticNet(0.1, 0.5),
        ElasticNet(0.1, 0.0),
        ElasticNet(0.0, 0.5),
        Box(),
        Box(-1.0, 1.0),
        Box(upper=0.0),
        Box(penalty=L1(0.1)),
        NonNegative(),
        NonNegative(L2(0.1)),
    ],
    ids=repr,
)
def test_whether_a_penalty_is_smooth_is_stated_as_it_is_measured(penalty):
    assert isinstance(penalty, StatesSmooth)
    assert is_smooth(penalty) == has_trivial_prox(penalty)


def test_bounds_are_not_smooth_however_far_away():
    assert not is_smooth(Box(-1e12, 1e12))


def test_ones_own_penalty_is_measured_unless_it_states_it():
    assert is_smooth(Folded()) == has_trivial_prox(Folded())
    assert is_smooth(Stating())
