"""Maps of convergence, against the descents themselves and against theory."""

import numpy as np
import pytest

import descend
from descend import views

BOWL, START = "(5x^2 + y^2)/2", [3, 3]
RATES, MUS = np.geomspace(0.02, 2, 9), [0.0, 0.5, 0.9]
SWEEP = descend.sweep(
    BOWL, START, optimizer="momentum", learning_rate=RATES, hyper={"mu": MUS}, steps=300
)


def test_cells_are_the_steps_of_the_combinations_that_converged():
    ax = SWEEP.plot(view="convergence").axes[0]
    (image,) = ax.images
    shown = np.ma.filled(image.get_array().astype(float), np.nan)
    crossed = {"diverged": set(), "not arrived": set()}
    for marks in ax.collections:
        if marks.get_label() in crossed:
            crossed[marks.get_label()] = set(map(tuple, marks.get_offsets().astype(int).tolist()))
    for i, mu in enumerate(MUS):
        for j, rate in enumerate(RATES):
            found = SWEEP["momentum", rate, mu]
            if found.status == "converged":
                assert shown[i, j] == found.nit
            else:
                assert np.isnan(shown[i, j])
                label = "diverged" if found.status == "diverged" else "not arrived"
                assert (j, i) in crossed[label]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate", "mu")


def test_the_line_is_the_bound_of_the_theory():
    ax = views.convergence(SWEEP)
    (line,) = ax.lines
    assert line.get_label() == "largest stable rate, L = 5"
    places = line.get_xdata()[::2]
    rates = np.exp(np.interp(places, np.arange(len(RATES)), np.log(RATES)))
    # heavy ball: 2 (1 + mu) / L
    np.testing.assert_allclose(rates, 2 * (1 + np.array(MUS)) / 5, rtol=1e-3)
    # every combination on the left of it descends, and none on the right
    for point in SWEEP:
        bound = 2 * (1 + point.setting["mu"]) / 5
        if point.setting["learning_rate"] > 1.02 * bound:
            assert point.status != "converged"


def test_no_line_where_there_is_no_theory():
    result = descend.sweep(
        BOWL, START, optimizer="adam", learning_rate=[0.1, 1.0], hyper={"beta1": [0.5, 0.9]}
    )
    assert list(views.convergence(result).lines) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"optimizer": ["sgd", "momentum"], "learning_rate": [0.1, 0.2]}, "select"),
        ({"optimizer": "sgd", "learning_rate": [0.1, 0.2]}, "this one varies learning_rate"),
        ({"optimizer": "sgd", "learning_rate": [0.1]}, "this one varies nothing"),
        (
            {"optimizer": "adam", "learning_rate": [0.1, 0.2],
             "hyper": {"beta1": [0.5, 0.9], "beta2": [0.9, 0.99]}},
            "select",
        ),
        (
            {"optimizer": "momentum", "learning_rate": [0.1, "cosine:0.1"],
             "hyper": {"mu": [0, 0.5]}},
            "two numbers",
        ),
    ],
)  # fmt: skip
def test_refusals(options, told):
    with pytest.raises(ValueError, match=told):
        views.convergence(descend.sweep(BOWL, START, steps=5, **options))
