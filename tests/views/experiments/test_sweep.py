"""The picture of a sweep shows the ends that the sweep has."""

import numpy as np
import pytest

import descend
from descend import views

START = [-1.2, 1.0]


def test_a_curve_for_each_optimizer_and_none_where_it_diverged():
    result = descend.sweep(
        "rosenbrock", START, optimizer=["sgd", "adam"], learning_rate=[1e-4, 1e-3, 1.0], steps=50
    )
    figure = result.plot()
    ax = figure.axes[0]
    assert [line.get_label() for line in ax.lines] == ["sgd", "adam"]
    for line in ax.lines:
        for rate, shown in zip(*line.get_data(), strict=True):
            descent = result[line.get_label(), rate]
            if descent.status == "diverged":
                assert np.isnan(shown)
            else:
                assert shown == descent.fun
    assert ax.get_xscale() == "log"
    assert ax.get_title(loc="right") == "1 of 6 combinations diverged"


def test_one_hyper_parameter_makes_a_map():
    rates, mus = np.logspace(-5, -2, 13), [0.0, 0.5, 0.9]
    result = descend.sweep(
        "rosenbrock", START, optimizer="momentum", learning_rate=rates, hyper={"mu": mus}, steps=50
    )
    ax = result.plot(title="Momentum").axes[0]
    (image,) = ax.images
    shown = np.ma.filled(image.get_array(), np.nan)
    for i, mu in enumerate(mus):
        for j, rate in enumerate(rates):
            descent = result["momentum", rate, mu]
            assert (
                np.isnan(shown[i, j])
                if descent.status == "diverged"
                else shown[i, j] == descent.fun
            )
    assert len(ax.get_xticks()) <= 9
    assert ax.get_ylabel() == "mu"


def test_several_starts_are_their_median():
    starts = [[1.0, 0.0], [2.0, 0.0], [5.0, 0.0]]
    result = descend.sweep("sphere", starts, optimizer="sgd", learning_rate=[0.01, 0.1], steps=5)
    (line,) = result.plot().axes[0].lines
    assert line.get_ydata()[0] == result["sgd", 0.01, 1].fun


def test_it_is_saved(tmp_path):
    result = descend.sweep("sphere", [1.0, 2.0], learning_rate=[0.01, 0.1], steps=5)
    views.save(result.plot(), tmp_path / "sweep.png")
    assert (tmp_path / "sweep.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("rates", "told"), [([0.1], "two or more"), ([50.0, 60.0], "every combination diverged")]
)
def test_refusals(rates, told):
    result = descend.sweep("x^2", [1.0], optimizer="sgd", learning_rate=rates, steps=50)
    with pytest.raises(ValueError, match=told):
        result.plot()
