"""Learning rates read from texts: what they name, and what is said of those that name nothing."""

import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend import minimize, rates
from descend.rates import by_text, read
from descend.rates.texts import _NAMES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("constant:0.1", rates.Constant(0.1)),
        ("cosine:0.1", rates.Cosine(0.1, 1000)),
        ("Cosine:1e-1", rates.Cosine(0.1, 1000)),
        ("cosine:peak=.1,end=0.01", rates.Cosine(0.1, 1000, 0.01)),
        ("cosine:0.1,500", rates.Cosine(0.1, 500)),
        ("cosine:peak=1,2", rates.Cosine(1, 2)),
        ("cosine:0.1,warmup=100", rates.Warmup(rates.Cosine(0.1, 900), 100)),
        ("cosine:0.1,steps=1000,warmup=100", rates.Warmup(rates.Cosine(0.1, 1000), 100)),
        ("constant:0.1,warmup=10", rates.Warmup(rates.Constant(0.1), 10)),
        ("linear:0.1", rates.Linear(0.1, 1000)),
        ("one-cycle:0.5", rates.OneCycle(0.5, 1000)),
        ("onecycle:0.5,straight=true", rates.OneCycle(0.5, 1000, straight=True)),
        ("one_cycle:0.5,final-division=100", rates.OneCycle(0.5, 1000, final_division=100)),
        ("step:0.1,every=30", rates.Step(0.1, 30)),
        ("step:0.1,30,0.5", rates.Step(0.1, 30, 0.5)),
        ("multi-step:0.1,milestones=30/60/90", rates.MultiStep(0.1, (30, 60, 90))),
        ("piecewise:0.1/0.01,500", rates.Piecewise((0.1, 0.01), (500,))),
        ("optimal:alpha=1e-4", rates.Optimal(1e-4)),
        ("polyak", rates.Polyak()),
        ("polyak:-3", rates.Polyak(-3)),
        ("barzilai-borwein:short=true", rates.BarzilaiBorwein(short=True)),
        ("wolfe", rates.Wolfe()),
        ("armijo:initial=2,shrink=0.3", rates.Armijo(2, shrink=0.3)),
    ],
)
def test_a_text_names_a_rate(text, expected):
    made = by_text(text, steps=1000)
    assert made == expected
    assert type(made) is type(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cosin:0.1", "did you mean 'cosine'?"),
        ("onecycel:0.1", "did you mean 'one-cycle'?"),
        ("zzz", "see descend.rates.by_text"),
        ("", "is not known"),
        ("cosine", "peak is missing; it takes peak, steps (the run's), end=0.0, warmup=0"),
        ("step:0.1", "every is missing; it takes peak, every, factor=0.1, warmup=0"),
        ("cosine:", "peak must be a number, not ''"),
        ("cosine:fast", "peak must be a number, not 'fast'"),
        ("cosine:0.1,2,3,4", "'4' is too many; it takes"),
        ("cosine:0.1,peek=3", "no 'peek' here; did you mean peak?"),
        ("cosine:0.1,peak=3", "peak is given twice"),
        ("cosine:-0.1", "peak must be a number above 0"),
        ("cosine:0.1,end=nan", "end must be a number, not 'nan'"),
        ("cosine:inf", "peak must be a number"),
        ("cosine:1_0", "peak must be a number"),
        ("cosine:٣", "peak must be a number"),
        ("cosine:1e400", "peak must be a number above 0"),
        ("cosine:9**9", "peak must be a number"),
        ("cosine:0.1,warmup=-1", "warmup must be at least 0"),
        ("cosine:0.1,warmup=inf", "warmup must be a number"),
        ("wolfe:warmup=10", "no 'warmup' here"),
        ("monotone:share=0.7", "share must be a number in (0, 0.5)"),
        ("one-cycle:0.1,straight=1", "straight is true or false, not '1'"),
        ("multi-step:0.1,milestones=60/30", "milestones must be a tuple of rising numbers"),
        ("__import__:1", "is not known"),
    ],
)
def test_a_bad_text_is_refused_in_one_line(text, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match=re.escape(message)):
        minimize("x^2", [1.0], optimizer="sgd", learning_rate=text)


def test_a_warmup_must_leave_steps():
    with pytest.raises(ValueError, match="a warm-up of 100 steps leaves none of the 100"):
        by_text("cosine:0.1,warmup=100", steps=100)


@given(st.text(alphabet="cosine:=,./-+0123456789eaxpk_", max_size=30))
def test_any_text_is_read_or_refused_with_a_value_error(text):
    with suppress(ValueError):
        assert type(by_text(text, 50)).__module__.startswith("descend.rates.")


def test_every_name_is_told_and_every_class_has_one():
    assert all(name in by_text.__doc__.replace("\n", " ") for name in _NAMES)
    composed = {"Joined", "Product", "Warmup", "Text"}
    classes = {name for name in rates.__all__ if name[0].isupper()} - composed
    assert {kind.__name__ for kind in _NAMES.values()} == classes


def test_a_text_in_minimize_lasts_for_its_steps():
    descent = minimize("x^2", [1.0], optimizer="adam", learning_rate="cosine:0.1", steps=40, tol=0)
    assert np.allclose(descent.learning_rates, rates.Cosine(0.1, 40)(np.arange(1, 41)))
    searched = minimize("booth", [1.0, 1.0], optimizer="sgd", learning_rate="wolfe")
    assert searched.status == "converged"
    assert searched.learning_rate == rates.Wolfe()
