"""Learning rates against the step."""

import numpy as np
import pytest

from descend import rates, views

CASES = {
    "a schedule": (rates.Cosine(0.1, 50), rates.Cosine(0.1, 50)),
    "a text": ("cosine:0.1", rates.Cosine(0.1, 80)),
    "a number": (0.2, rates.Constant(0.2)),
    "a function": (lambda t: 1 / t, lambda t: 1 / t),
}


@pytest.mark.parametrize("case", CASES)
def test_rates_are_drawn_at_each_step(case):
    given, exact = CASES[case]
    ax = views.schedules({case: given}, steps=80)
    (line,) = ax.lines
    t = np.arange(1.0, 81)
    np.testing.assert_array_equal(line.get_xdata(), t)
    np.testing.assert_array_equal(line.get_ydata(), exact(t))
    assert ax.get_xlim() == (1, 80)


def test_several_have_styles_and_names_of_their_own():
    named = {f"{power}": rates.Polynomial(0.1, 50, power=power) for power in range(1, 13)}
    ax = views.schedules(named, steps=50)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(named)
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == len(named)


@pytest.mark.parametrize(
    ("given", "options", "told"),
    [
        (rates.Wolfe(), {}, "found on the way"),
        ("auto", {}, "found on the way"),
        ("cosin:0.1", {}, "cosine"),
        ([], {}, "draws 1 to 24"),
        ({str(i): 0.1 for i in range(25)}, {}, "got 25"),
        (0.1, {"steps": 0}, "steps=0"),
        (-0.1, {}, "positive"),
    ],
)
def test_bad_input(given, options, told):
    with pytest.raises(ValueError, match=told):
        views.schedules(given, **options)
