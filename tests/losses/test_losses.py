"""Slopes and curvatures are derivatives; compiled is uncompiled; ranges and domains are kept."""

import re
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from descend.kernels.dispatch import OPTIONS
from descend.losses import (
    CLASSIFICATION,
    REGRESSION,
    AbsoluteError,
    Cauchy,
    CrossEntropy,
    EpsilonInsensitive,
    Focal,
    Gamma,
    Hinge,
    Huber,
    LogCosh,
    LogLoss,
    MeanSquaredError,
    ModifiedHuber,
    Perceptron,
    Poisson,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
    SquaredHinge,
    Tweedie,
    by_name,
    log_probabilities,
    refuse_out_of_domain,
)
from descend.losses.smoothed import SmoothedHinge, SmoothedTube
from descend.protocols import (
    Curved,
    Linked,
    Loss,
    Probabilistic,
    Redescending,
    Restricted,
    Smoothable,
    verbs,
)

NUMBERS = [
    SquaredError(),
    MeanSquaredError(),
    AbsoluteError(),
    Huber(),
    Huber(delta=0.3),
    LogCosh(),
    Quantile(),
    Quantile(0.9),
    EpsilonInsensitive(),
    EpsilonInsensitive(epsilon=0.0),
    SquaredEpsilonInsensitive(),
    Cauchy(),
    Cauchy(scale=2.5),
    SmoothedTube(0.2, 0.8, 0.5, 0.3),
]
AMOUNTS = [Poisson(), Gamma(), Tweedie(), Tweedie(power=1.1)]
CLASSES = [
    LogLoss(),
    Hinge(),
    SquaredHinge(),
    ModifiedHuber(),
    Perceptron(),
    Focal(),
    Focal(gamma=0.0),
    Focal(gamma=0.5),
    SmoothedHinge(1.0, 0.3),
]
ALL = [*NUMBERS, *AMOUNTS, *CLASSES]
BY_LOSS = pytest.mark.parametrize("loss", ALL, ids=repr)

# off the kinks, which are where z - y or the margin is a round number
Z = np.linspace(-6.013, 6.017, 50)
# scores whose exponentials overflow
FAR = np.array([-1e3, -800.0, -40.0, 0.0, 40.0, 800.0, 1e3])


def is_among(loss, losses):
    # all tuples without a field are equal
    return type(loss) in map(type, losses)


def targets(loss, n=50):
    if is_among(loss, CLASSES):
        return (np.arange(n) % 2).astype(float)
    if is_among(loss, AMOUNTS):
        return np.arange(n) % 7 + 0.25
    return 3 * np.sin(np.arange(n))


@BY_LOSS
def test_the_slope_is_the_derivative_of_the_value(loss):
    y, step = targets(loss), 1e-5
    rise = (loss.value(y, Z + step) - loss.value(y, Z - step)) / (2 * step)
    np.testing.assert_allclose(loss.slope(y, Z), rise, rtol=1e-7, atol=1e-8)


@BY_LOSS
def test_the_curvature_is_the_derivative_of_the_slope(loss):
    y, step = targets(loss), 1e-5
    turn = (loss.slope(y, Z + step) - loss.slope(y, Z - step)) / (2 * step)
    np.testing.assert_allclose(loss.curvature(y, Z), turn, rtol=1e-7, atol=1e-8)


@BY_LOSS
def test_the_largest_curvature_is_the_supremum(loss):
    z = np.linspace(-12, 12, 20_001)
    met = max(loss.curvature(np.full_like(z, y), z).max() for y in (1.0, 2.0))
    if is_among(loss, AMOUNTS):
        assert loss.largest_curvature == np.inf
        assert met > 100
    elif isinstance(loss, Smoothable):
        assert loss.largest_curvature == np.inf
        assert met == 0
    else:
        # the two kinks of a tube are felt together only if they are near
        reached = 0.5 if isinstance(loss, SmoothedTube) else 0.999
        assert reached * loss.largest_curvature <= met <= loss.largest_curvature


@pytest.mark.parametrize("loss", [each for each in ALL if isinstance(each, Curved)], ids=repr)
def test_the_typical_curvature_is_above_zero_where_the_slope_is_not(loss):
    y = targets(loss)
    typical = loss.typical_curvature(y, Z)
    assert (typical >= 0).all()
    assert (typical[loss.slope(y, Z) != 0] > 0).all()
    assert np.isfinite(loss.typical_curvature(y, y)).all()


MAJORISED = [
    *(loss for loss in NUMBERS if isinstance(loss, Curved)),
    ModifiedHuber(),
    SmoothedHinge(1.0, 0.3),
]


@pytest.mark.parametrize("loss", MAJORISED, ids=repr)
def test_the_parabola_of_the_typical_curvature_lies_above_the_loss(loss):
    y = targets(loss)[:, None]
    here, there = Z[:, None], np.linspace(-9, 9, 181)
    sloping = loss.slope(y, here) != 0
    gap = there - here
    parabola = (
        loss.value(y, here)
        + loss.slope(y, here) * gap
        + 0.5 * loss.typical_curvature(y, here) * gap**2
    )
    assert ((loss.value(y, there) <= parabola + 1e-9) | ~sloping).all()


@pytest.mark.parametrize("loss", AMOUNTS, ids=repr)
def test_where_predictions_are_right_the_typical_curvature_is_the_mean_one(loss):
    # two targets whose mean is predicted
    y, z = np.array([1.0, 5.0]), np.full(2, np.log(3.0))
    typical = loss.typical_curvature(y, z).mean()
    assert typical == pytest.approx(loss.curvature(y, z).mean())


@njit(**OPTIONS)
def compiled(loss, y, z):
    return verbs.value(loss, y, z), verbs.slope(loss, y, z)


@BY_LOSS
def test_compiled_is_uncompiled(loss):
    y = targets(loss)
    for i in range(0, 50, 7):
        value, slope = compiled(loss, y[i], Z[i])
        assert value == pytest.approx(loss.value(y[i : i + 1], Z[i : i + 1])[0], rel=1e-12)
        assert slope == pytest.approx(loss.slope(y[i : i + 1], Z[i : i + 1])[0], rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [*ALL, CrossEntropy()], ids=repr)
def test_the_type_is_kept(loss, dtype):
    y = np.array([[1.0, 0.0]], dtype=dtype)
    z = log_probabilities(np.array([[0.5, -0.5]], dtype=dtype))
    for name in ("value", "slope", "curvature", "typical_curvature"):
        if name != "typical_curvature" or isinstance(loss, Curved):
            assert getattr(loss, name)(y, z).dtype == dtype
    assert loss.mean(z).dtype == dtype
    if isinstance(loss, Probabilistic):
        assert loss.probability(z).dtype == dtype


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("loss", [*NUMBERS, *CLASSES], ids=repr)
def test_far_out_all_is_finite_and_nothing_overflows(loss, y):
    there = np.full(len(FAR), y)
    for name in ("value", "slope", "curvature"):
        assert np.isfinite(getattr(loss, name)(there, FAR)).all()
    assert np.isfinite(loss.mean(FAR)).all()


def test_exponentials_overflow_to_infinity():
    with np.errstate(over="ignore"):
        assert Poisson().value(np.ones(1), np.array([1e3]))[0] == np.inf
        assert Gamma().value(np.ones(1), np.array([-1e3]))[0] == np.inf


def test_the_log_cosh_keeps_its_digits():
    r = np.array([1e-9, 1e-4, 0.999999, 1.000001])
    exact = [5e-19, 5e-9 - 1e-16 / 12, np.log(np.cosh(0.999999)), np.log(np.cosh(1.000001))]
    np.testing.assert_allclose(LogCosh().value(0 * r, r), exact, rtol=1e-12)


@pytest.mark.parametrize("loss", [*ALL, CrossEntropy()], ids=repr)
def test_all_are_losses(loss):
    assert isinstance(loss, Loss)
    assert isinstance(loss.normalised, bool)


def test_what_else_losses_say():
    def kinds(protocol):
        return {
            type(loss).__name__ for loss in [*ALL, CrossEntropy()] if isinstance(loss, protocol)
        }

    assert kinds(Probabilistic) == {"LogLoss", "CrossEntropy", "ModifiedHuber", "Focal"}
    assert kinds(Restricted) == kinds(Linked) == {"Poisson", "Gamma", "Tweedie"}
    assert kinds(Smoothable) == {
        "AbsoluteError", "Quantile", "EpsilonInsensitive", "Hinge", "Perceptron",
    }  # fmt: skip
    assert kinds(Redescending) == {"Cauchy"}


@pytest.mark.parametrize("loss", AMOUNTS, ids=repr)
def test_the_link_is_the_inverse_of_the_mean(loss):
    np.testing.assert_allclose(loss.link(loss.mean(Z)), Z, atol=1e-12)


@pytest.mark.parametrize("loss", [LogLoss(), ModifiedHuber(), Focal()], ids=repr)
def test_the_probabilities_of_two_classes_add_up(loss):
    np.testing.assert_allclose(loss.probability(FAR) + loss.probability(-FAR), 1)
    assert (np.diff(loss.probability(Z)) >= 0).all()


@pytest.mark.parametrize("loss", [each for each in ALL if isinstance(each, Smoothable)], ids=repr)
@pytest.mark.parametrize("width", [1.0, 0.01])
def test_the_rounded_loss_lies_above_by_little(loss, width):
    y = targets(loss)
    rounded = loss.smoothed(width)
    above = rounded.value(y, Z) - loss.value(y, Z)
    # a tube has two kinks
    assert (above >= -1e-12).all()
    assert above.max() <= 2 * np.log(2) * width
    far = np.abs(above) < 1e-9
    np.testing.assert_allclose(rounded.slope(y, Z)[far], loss.slope(y, Z)[far], atol=1e-6)
    np.testing.assert_array_equal(rounded.mean(Z), loss.mean(Z))


@pytest.mark.parametrize("loss", [each for each in ALL if isinstance(each, Smoothable)], ids=repr)
@pytest.mark.parametrize("width", [1.0, 0.01])
def test_lines_of_the_rounded_slopes_lie_below_the_loss_and_touch_it(loss, width):
    rounded, everywhere = loss.smoothed(width), np.linspace(-9, 9, 2001)
    for y, z in zip(targets(loss), Z, strict=True):
        at_kink = np.append(everywhere, [y - 0.1, y, y + 0.1, -1.0, 0.0, 1.0])
        level = loss.value(y, z) - rounded.shortfall(y, z)
        line = level + rounded.slope(y, z) * (at_kink - z)
        gap = loss.value(np.full_like(at_kink, y), at_kink) - line
        assert gap.min() >= -1e-12
        # of two kinks each has a line, and their sum touches nowhere
        one_kink = not isinstance(loss, EpsilonInsensitive)
        assert gap.min() <= (1e-9 if one_kink else width)


def test_a_score_of_zero_is_a_mistake_of_the_perceptron():
    assert Perceptron().slope(np.array([0.0, 1.0]), np.zeros(2)).tolist() == [1, -1]


def test_the_cross_entropy_bends_as_its_own_slope():
    random = np.random.default_rng(1)
    scores, y, loss = random.standard_normal((6, 3)), np.eye(3)[[0, 1, 2, 0, 1, 2]], CrossEntropy()
    for k in range(3):
        ahead, behind = scores.copy(), scores.copy()
        ahead[:, k] += 1e-5
        behind[:, k] -= 1e-5
        turn = loss.slope(y, log_probabilities(ahead)) - loss.slope(y, log_probabilities(behind))
        bend = loss.curvature(y, log_probabilities(scores))
        np.testing.assert_allclose(bend[:, k], turn[:, k] / 2e-5, atol=1e-8)


def test_the_largest_curvature_of_the_cross_entropy_bounds_its_hessian():
    random = np.random.default_rng(2)
    found = []
    for concentration in (0.1, 1.0, 100.0):
        for size in (2, 3, 10):
            for p in random.dirichlet(np.full(size, concentration), 200):
                found.append(np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1])
    bound = CrossEntropy().largest_curvature
    assert max(found) <= bound + 1e-12
    assert max(found) > 0.99 * bound


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(-1e6, 1e6))
def test_log_probabilities_add_up_and_do_not_see_a_shift(scores, shift):
    z = log_probabilities(np.array([scores]))
    assert np.exp(z).sum() == pytest.approx(1)
    again = log_probabilities(np.array([scores]) + shift)
    np.testing.assert_allclose(z, again, atol=1e-8)


def test_the_names():
    assert list(REGRESSION) == [
        "squared_error", "mean_squared_error", "absolute_error", "huber", "log_cosh", "quantile",
        "epsilon_insensitive", "squared_epsilon_insensitive", "cauchy", "poisson", "gamma",
        "tweedie",
    ]  # fmt: skip
    assert list(CLASSIFICATION) == [
        "log_loss", "hinge", "squared_hinge", "modified_huber", "perceptron", "focal",
    ]  # fmt: skip
    for table in (REGRESSION, CLASSIFICATION):
        for name, loss in table.items():
            assert by_name(name, table) is loss
            assert by_name(loss, table) is loss
    with pytest.raises(ValueError, match=r"'hubber' is not known; there are .*mean 'huber'\?"):
        by_name("hubber", REGRESSION)
    with pytest.raises(ValueError, match="'hinge' is not known"):
        by_name("hinge", REGRESSION)


class Fourth(NamedTuple):
    """A loss of one's own."""

    normalised: bool = False
    largest_curvature: float = np.inf
    quantile: float = 7.0

    def value(self, y, z):
        return (z - y) ** 4

    def slope(self, y, z):
        return 4 * (z - y) ** 3

    def curvature(self, y, z):
        return 12 * (z - y) ** 2

    def mean(self, z):
        return z


def test_ones_own_loss_passes_unjudged():
    assert by_name(Fourth(), REGRESSION) == Fourth()
    refuse_out_of_domain(Fourth(), np.array([-1.0]))


@pytest.mark.parametrize("given", [Huber, 3, None, "", object], ids=str)
def test_what_is_no_loss_is_refused(given):
    with pytest.raises(ValueError, match="is not"):
        by_name(given, REGRESSION)


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (Huber(0), "Huber(delta=0): delta must be a number above 0"),
        (Huber("1"), "Huber(delta='1'): delta must be a number above 0"),
        (Quantile(1.0), "Quantile(quantile=1.0): quantile must be a number in (0, 1)"),
        (Quantile(np.nan), "quantile must be a number in (0, 1)"),
        (EpsilonInsensitive(-0.1), "epsilon must be a number at least 0"),
        (SquaredEpsilonInsensitive(np.inf), "epsilon must be a number at least 0"),
        (Cauchy(-1), "scale must be a number above 0"),
        (Tweedie(1), "Tweedie(power=1): power must be a number in (1, 2)"),
        (Tweedie(2.0), "power must be a number in (1, 2)"),
        (Focal(-1), "gamma must be a number at least 0"),
    ],
    ids=repr,
)
def test_numbers_out_of_range_are_refused(loss, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        by_name(loss, REGRESSION)


@pytest.mark.parametrize(
    ("loss", "y", "told"),
    [
        (Poisson(), [0.0, 1.0, -2.0], "y[2] is -2: Poisson needs each target to be a number at "),
        (Tweedie(), [[1.0, 0.0], [1.0, -0.5]], "y[1, 1] is -0.5: Tweedie needs"),
        (Gamma(), [1.0, 0.0], "y[1] is 0: Gamma needs each target to be a number above 0"),
    ],
    ids=repr,
)
def test_targets_out_of_the_domain_are_refused(loss, y, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        refuse_out_of_domain(loss, np.array(y))
    refuse_out_of_domain(loss, np.array([0.5, 3.0]))
    refuse_out_of_domain(SquaredError(), np.array(y))


@pytest.mark.parametrize("margin", [5.0, 20.0, 40.0])
def test_small_losses_keep_their_digits(margin):
    # a fit's search cannot see below what the value is rounded to
    exact = np.log1p(np.exp(-margin))
    y, z = np.array([1.0, 0.0]), np.array([margin, -margin])
    np.testing.assert_allclose(LogLoss().value(y, z), exact, rtol=1e-14)
    normalised = log_probabilities(np.array([margin + 7.0, 7.0]))
    np.testing.assert_allclose(normalised, [-exact, -margin - exact], rtol=1e-14)
