"""Every schedule, step by step, against PyTorch, optax, scikit-learn and closed forms."""

import warnings

import numpy as np
import optax
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import SGDRegressor

from descend import minimize
from descend.rates import (
    Constant,
    Cosine,
    Cyclic,
    Exponential,
    InverseScaling,
    InverseTime,
    Joined,
    Linear,
    MultiStep,
    OneCycle,
    Optimal,
    Piecewise,
    Polynomial,
    Product,
    SquareRoot,
    Step,
    WarmRestarts,
    Warmup,
    refuse_out_of_range,
)

T = np.arange(1.0, 61.0)
schedulers = torch.optim.lr_scheduler


def by_torch(make, steps, peak=0.1):
    """Return the rate that PyTorch uses at each step."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=peak, momentum=0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR calls what PyTorch itself deprecates
        scheduler = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return np.array(rates)


def sequence(optimizer):
    first = schedulers.LinearLR(optimizer, start_factor=1e-9, total_iters=10)
    second = schedulers.CosineAnnealingLR(optimizer, T_max=40)
    return schedulers.SequentialLR(optimizer, [first, second], milestones=[10])


def chained(optimizer):
    first = schedulers.ExponentialLR(optimizer, 0.95)
    return schedulers.ChainedScheduler([first, schedulers.StepLR(optimizer, 20, 0.5)])


@pytest.mark.parametrize(
    ("schedule", "make", "steps"),
    [
        (Constant(0.1), lambda o: schedulers.ConstantLR(o, factor=1.0), 60),
        (Step(0.1, every=7), lambda o: schedulers.StepLR(o, 7), 60),
        (Step(0.1, 20, 0.5), lambda o: schedulers.StepLR(o, 20, 0.5), 60),
        (MultiStep(0.1, (5, 6, 30)), lambda o: schedulers.MultiStepLR(o, [5, 6, 30]), 60),
        (Linear(0.1, 30), lambda o: schedulers.LinearLR(o, 1.0, 0.0, 30), 60),
        (Linear(0.02, 10, end=0.1), lambda o: schedulers.LinearLR(o, 0.2, 1.0, 10), 60),
        (Polynomial(0.1, 50, 0.9), lambda o: schedulers.PolynomialLR(o, 50, 0.9), 60),
        (Exponential(0.1, 0.93), lambda o: schedulers.ExponentialLR(o, 0.93), 60),
        (Cosine(0.1, 50, 0.01), lambda o: schedulers.CosineAnnealingLR(o, 50, 0.01), 51),
        (
            WarmRestarts(0.1, 7, end=0.01),
            lambda o: schedulers.CosineAnnealingWarmRestarts(o, 7, 1, 0.01),
            60,
        ),
        (
            WarmRestarts(0.1, 3, growth=2),
            lambda o: schedulers.CosineAnnealingWarmRestarts(o, 3, 2),
            60,
        ),
        (OneCycle(0.5, 60), lambda o: schedulers.OneCycleLR(o, 0.5, total_steps=60), 60),
        (
            OneCycle(0.5, 57, 0.41, 10, 100, straight=True),
            lambda o: schedulers.OneCycleLR(
                o,
                0.5,
                total_steps=57,
                pct_start=0.41,
                anneal_strategy="linear",
                div_factor=10,
                final_div_factor=100,
            ),
            57,
        ),
        (Cyclic(0.01, 0.1, 8), lambda o: schedulers.CyclicLR(o, 0.01, 0.1, 8), 60),
        (Cyclic(0.01, 0.1, 4, 9), lambda o: schedulers.CyclicLR(o, 0.01, 0.1, 4, 9), 60),
        (
            Cyclic(0.01, 0.1, 4, 9, per_cycle=0.5),
            lambda o: schedulers.CyclicLR(o, 0.01, 0.1, 4, 9, mode="triangular2"),
            60,
        ),
        (
            Cyclic(0.01, 0.1, 4, 9, per_step=0.97),
            lambda o: schedulers.CyclicLR(o, 0.01, 0.1, 4, 9, mode="exp_range", gamma=0.97),
            60,
        ),
        (Warmup(Cosine(0.1, 40), 10, start=1e-9), sequence, 50),
        (Linear(1e-10, 10, end=0.1) >> Cosine(0.1, 40), sequence, 50),
        (Product((Exponential(0.1, 0.95), Step(1, 20, 0.5))), chained, 60),
    ],
    ids=lambda case: type(case).__name__ if hasattr(case, "_fields") else "",
)
def test_a_schedule_equals_pytorch(schedule, make, steps):
    ours = schedule(T[:steps])
    np.testing.assert_allclose(ours, by_torch(make, steps), rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize(
    ("schedule", "theirs"),
    [
        (Constant(0.1), optax.constant_schedule(0.1)),
        (Piecewise((0.1, 0.05, 0.02), (5, 30)),
         optax.piecewise_constant_schedule(0.1, {5: 0.5, 30: 0.4})),
        (Linear(0.1, 30, end=0.03), optax.linear_schedule(0.1, 0.03, 30)),
        (Polynomial(0.1, 30, 3, end=0.03), optax.polynomial_schedule(0.1, 0.03, 3, 30)),
        (Exponential(0.1, 0.5, every=9), optax.exponential_decay(0.1, 9, 0.5)),
        (Step(0.1, 9, 0.5), optax.exponential_decay(0.1, 9, 0.5, staircase=True)),
        (Cosine(0.1, 40, 0.01), optax.cosine_decay_schedule(0.1, 40, 0.1)),
        (Warmup(Cosine(0.1, 40), 15), optax.warmup_cosine_decay_schedule(0, 0.1, 15, 55)),
        (Warmup(Constant(0.1), 15, 0.2), optax.warmup_constant_schedule(0.02, 0.1, 15)),
        (
            Joined((Constant(0.1), Linear(0.2, 7), Constant(0.3)), (11, 9)),
            optax.join_schedules(
                [optax.constant_schedule(0.1), optax.linear_schedule(0.2, 0, 7),
                 optax.constant_schedule(0.3)],
                [11, 20],
            ),
        ),
        (
            Warmup(Cosine(0.1, 8), 4) >> (Warmup(Cosine(0.05, 20), 5)),
            optax.sgdr_schedule(
                [
                    {"init_value": 0, "peak_value": 0.1, "warmup_steps": 4, "decay_steps": 12},
                    {"init_value": 0, "peak_value": 0.05, "warmup_steps": 5, "decay_steps": 25},
                ]
            ),
        ),
    ],
    ids=lambda case: type(case).__name__ if hasattr(case, "_fields") else "",
)  # fmt: skip
def test_a_schedule_equals_optax(schedule, theirs):
    expected = np.array([float(theirs(int(t) - 1)) for t in T])
    np.testing.assert_allclose(schedule(T), expected, rtol=3e-6, atol=1e-8)  # optax: float32


@pytest.mark.parametrize(
    ("schedule", "options"),
    [
        (InverseScaling(0.02), {"learning_rate": "invscaling", "eta0": 0.02}),
        (InverseScaling(0.02, 0.6), {"learning_rate": "invscaling", "eta0": 0.02, "power_t": 0.6}),
        (Optimal(1e-3), {"learning_rate": "optimal", "alpha": 1e-3}),
        (Constant(0.02), {"learning_rate": "constant", "eta0": 0.02}),
    ],
    ids=["invscaling", "invscaling-0.6", "optimal", "constant"],
)
def test_a_schedule_equals_scikit_learn(schedule, options):
    """A row a step through the origin of one feature leaves w where plain SGD leaves it."""
    random = np.random.default_rng(3)
    X, y = random.uniform(0.1, 0.3, size=(40, 1)), random.standard_normal(40)
    theirs = SGDRegressor(penalty=None, fit_intercept=False, shuffle=False, tol=None, max_iter=3,
                          **options).fit(X, y)  # fmt: skip
    w = 0.0
    rates = schedule(np.arange(1.0, 121.0))
    for rate, x, target in zip(rates, np.tile(X[:, 0], 3), np.tile(y, 3), strict=True):
        w -= rate * (x * w - target) * x
    assert theirs.coef_[0] == pytest.approx(w, rel=1e-10)


@pytest.mark.parametrize(
    ("schedule", "formula"),
    [
        (InverseTime(0.4, 0.1), lambda t: 0.4 / (1 + 0.1 * (t - 1))),
        (SquareRoot(0.4), lambda t: 0.4 / t**0.5),
        (SquareRoot(0.4, hold=9), lambda t: 0.4 if t < 9 else 0.4 * 3 / t**0.5),
        (Optimal(1e-2, t0=50), lambda t: 1 / (1e-2 * (50 + t - 1))),
        (Optimal(1e-2), lambda t: 1 / (1 / 1e-2**-0.25 + 1e-2 * (t - 1))),
        (
            WarmRestarts(1, 10, growth=1.5),
            lambda t: 0.5 + 0.5 * np.cos(np.pi * (
                (t - 1) / 10 if t <= 10 else (t - 11) / 15 if t <= 25 else (
                    (t - 26) / 22.5 if t - 1 < 47.5 else (t - 48.5) / 33.75)
            )),
        ),
    ],
)  # fmt: skip
def test_a_schedule_equals_its_formula(schedule, formula):
    np.testing.assert_allclose(schedule(T), [formula(t) for t in T], rtol=1e-13, atol=1e-16)


ALL = [
    Constant(0.1), Step(0.1, 7), MultiStep(0.1, (3, 5)), Piecewise((0.1, 0.2), (9,)),
    Linear(0.1, 30), Polynomial(0.1, 30, 2), Exponential(0.1, 0.9), InverseTime(0.1, 0.1),
    InverseScaling(0.1), SquareRoot(0.1, 5), Optimal(1e-3), Cosine(0.1, 30),
    WarmRestarts(0.1, 5, 2), OneCycle(0.1, 30), Cyclic(0.01, 0.1, 5),
    Warmup(Step(0.1, 7), 4), Linear(0.1, 10) >> Cosine(0.1, 10) >> Constant(0.01),
    Product((Cosine(0.1, 30), Step(1, 7))),
]  # fmt: skip
BY_NAME = pytest.mark.parametrize("schedule", ALL, ids=lambda s: type(s).__name__)


@BY_NAME
def test_a_schedule_has_the_shape_of_t_and_no_memory(schedule):
    many = schedule(T)
    assert many.shape == T.shape
    np.testing.assert_allclose(
        schedule(T.reshape(6, 10)), many.reshape(6, 10), rtol=1e-14, atol=1e-30
    )
    # powers of many numbers at once may differ in the last digit
    one_by_one = [float(schedule(np.asarray(t))) for t in T]
    np.testing.assert_allclose(one_by_one, many, rtol=1e-14, atol=1e-30)
    np.testing.assert_allclose(schedule(T[::-1]), many[::-1], rtol=1e-14, atol=1e-30)
    assert np.isfinite(many).all()
    assert (many >= 0).all()
    assert (many > 0).any()


@BY_NAME
def test_the_rates_of_a_walk_are_recorded(schedule):
    descent = minimize("1e-3*(x^2 + y^2)", [1, 1], optimizer="sgd", learning_rate=schedule,
                       steps=60, tol=0)  # fmt: skip
    np.testing.assert_allclose(descent.learning_rates, schedule(T), rtol=1e-14, atol=1e-30)
    g = 2e-3 * descent.points[:-1]
    np.testing.assert_allclose(
        descent.points[1:], descent.points[:-1] - schedule(T)[:, None] * g, rtol=1e-13
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda peak: Constant(peak),
        lambda peak: Step(peak, 7),
        lambda peak: Linear(peak, 30),
        lambda peak: Cosine(peak, 30),
        lambda peak: OneCycle(peak, 30),
        lambda peak: WarmRestarts(peak, 5, 2),
        lambda peak: Cyclic(0.01, peak, 5),
        lambda peak: InverseTime(peak, 0.1),
        lambda peak: Warmup(Exponential(peak, 0.9), 5),
        lambda peak: Linear(peak, 10) >> SquareRoot(peak),
        lambda peak: Product((Polynomial(peak, 50), MultiStep(1, (10,)))),
    ],
)
def test_runs_may_have_peaks_of_their_own(make):
    peaks = np.array([0.05, 0.1, 0.2])
    starts = np.array([[1.0, 1.0], [2.0, -1.0], [0.5, 3.0]])
    options = {"optimizer": "momentum", "steps": 40}
    together = minimize("booth", starts, learning_rate=make(peaks / 10), **options)
    for i, peak in enumerate(peaks):
        alone = minimize("booth", starts[i], learning_rate=make(peak.item() / 10), **options)
        assert np.array_equal(together.run(i).learning_rates, alone.learning_rates)
        np.testing.assert_array_equal(together.run(i).points, alone.points)


def test_the_rate_that_diverged_is_recorded():
    descent = minimize(
        "x^4", [3.0], optimizer="sgd", learning_rate=Linear(0.01, 10, end=10), steps=50
    )
    assert descent.status == "diverged"
    assert len(descent.learning_rates) == descent.nit < 50
    np.testing.assert_allclose(descent.learning_rates, Linear(0.01, 10, end=10)(T[: descent.nit]))


@given(cycle=st.integers(1, 7), growth=st.sampled_from([1, 2, 3, 1.5]), t=st.integers(1, 10**6))
def test_restarts_are_where_the_cycles_end(cycle, growth, t):
    begun, length = 0.0, float(cycle)
    while t - 1 >= begun + length and growth > 1:
        begun, length = begun + length, length * growth
    done = (t - 1 - begun) / length % 1.0
    expected = (1 + np.cos(np.pi * done)) / 2
    assert WarmRestarts(1.0, cycle, growth)(np.asarray(float(t))) == pytest.approx(
        expected, abs=1e-9
    )


def test_joined_schedules_lie_flat():
    joined = Linear(0, 5, 0.1) >> Cosine(0.1, 5) >> Constant(0.01)
    assert joined == Joined((Linear(0, 5, 0.1), Cosine(0.1, 5), Constant(0.01)), (5, 5))
    assert joined.length == np.inf
    assert (Warmup(Cosine(0.1, 8), 4) >> Linear(0.1, 3)).length == 15
    with pytest.raises(ValueError, match="goes on without end"):
        joined >> Constant(0.1)
    with pytest.raises(ValueError, match="goes on without end"):
        Warmup(Constant(0.1), 5) >> Constant(0.1)
    with pytest.raises(TypeError):
        Constant(0.1) >> Cosine(0.1, 5)


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (Constant(-1.0), "rate"),
        (Constant(np.array([0.1, np.nan])), "rate"),
        (Cosine(0, 10), "peak"),
        (Cosine(0.1, 0), "steps"),
        (Cosine(0.1, 10, -0.1), "end"),
        (Step(0.1, 0), "every"),
        (MultiStep(0.1, (5, 3)), "milestones"),
        (MultiStep(0.1, 5), "milestones"),
        (WarmRestarts(0.1, 5, 0.5), "growth"),
        (OneCycle(0.1, 10, rise=1.0), "rise"),
        (Warmup(Cosine(0.1, 0), 5), "steps"),
        (Product((Constant(0.1), Step(1, -1))), "every"),
        (Linear("a", 10), "start"),
    ],
)
def test_numbers_out_of_range_are_refused_before_the_first_step(schedule, name):
    with pytest.raises(ValueError, match=f"{name} must be") as caught:
        minimize("x^2", [1.0], optimizer="sgd", learning_rate=schedule)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match=f"{name} must be"):
        refuse_out_of_range(schedule)
