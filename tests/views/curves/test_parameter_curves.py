"""Parameters and losses against the step."""

import numpy as np
import pytest

import descend
from descend import views

X = np.random.default_rng(0).normal(size=(40, 2))
Y = X @ [3.0, -2.0] + 0.5


def fitted(rate=0.1, X=X, **chosen):
    usual = {"optimizer": "sgd", "batch_size": "full", "max_iter": 8, "tol": 0}
    model = descend.DescentRegressor(alpha=0.0, learning_rate=rate, **{**usual, **chosen})
    return model.fit(X, Y)


RUNS = {"slow": fitted(0.01), "fast": fitted(0.3), "batches": fitted(batch_size=10, record="step")}


def curves(ax):
    return {line.get_label(): line.get_xydata() for line in ax.lines}


def test_each_parameter_and_the_loss_have_a_panel():
    figure = views.parameters(RUNS, true={"x0": 3.0, "intercept": 0.5})
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_ylabel() for ax in shown] == ["x0", "x1", "intercept", "value"]
    for index, ax in enumerate(shown[:3]):
        drawn = curves(ax)
        for name, model in RUNS.items():
            record = model.descent_
            expected = np.column_stack([record.point_steps, record.points[:, index]])
            np.testing.assert_allclose(drawn[name], expected)
    assert set(curves(shown[0])) == {*RUNS, "true value"}
    assert set(curves(shown[1])) == set(RUNS)
    assert (curves(shown[0])["true value"][:, 1] == 3.0).all()
    for name, model in RUNS.items():
        np.testing.assert_allclose(curves(shown[3])[name][:, 1], model.descent_.values)
    key = [text.get_text() for text in figure.legends[0].get_texts()]
    assert key == [*RUNS, "true value"]
    looks = {(line.get_color(), line.get_linestyle()) for line in shown[3].lines}
    assert len(looks) == 3


def test_of_very_many_parameters_those_that_move_are_drawn():
    wide = np.random.default_rng(1).normal(size=(40, 30)) * 1e-3
    wide[:, 17] *= 1000
    model = fitted(0.1, X=wide)
    figure = views.parameters(model)
    named = [ax.get_ylabel() for ax in figure.axes if ax.get_visible()]
    assert "x17" in named
    assert len(named) == 12
    assert figure.axes[11].get_title(loc="right") == "11 of 31 parameters"
    named = [ax.get_ylabel() for ax in views.parameters(model, names=["x3"]).axes]
    assert named[:2] == ["x3", "value"]


def test_a_run_that_diverges_leaves_the_picture_of_the_others():
    runs = [descend.minimize("x^2", 3.0, optimizer="sgd", learning_rate=r) for r in (0.1, 1.5)]
    low, high = views.parameters(runs).axes[0].get_ylim()
    assert -1 < low < high < 4


@pytest.mark.parametrize(
    ("what", "chosen", "told"),
    [
        (RUNS, {"true": [1.0]}, r"true has 1 values for 3 parameters \(x0, x1, intercept\)"),
        (RUNS, {"true": {"x9": 1.0}}, "no parameter 'x9'"),
        (RUNS, {"names": ["interceptt"]}, "did you mean 'intercept'"),
        (fitted(record=None), {}, 'recorded none: run it again with record="all"'),
        ([fitted(), descend.minimize("x^2", 1.0)], {}, "the same parameters, got"),
        ([RUNS["slow"].descent_] * 17, {}, "1 to 16 runs, got 17"),
    ],
)
def test_refusals(what, chosen, told):
    with pytest.raises(ValueError, match=told):
        views.parameters(what, **chosen)
