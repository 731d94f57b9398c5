"""Lines and curves over data: what is drawn is what the models predict."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

import descend
from descend import views

X = np.linspace(-2, 2, 50)[:, np.newaxis]
Y = 2 * X[:, 0] + 1 + 0.3 * np.sin(40 * X[:, 0])


def fitted(**chosen):
    usual = {"optimizer": "sgd", "batch_size": "full", "learning_rate": 0.1, "tol": 0}
    model = descend.DescentRegressor(alpha=0.0, **{**usual, "max_iter": 12, **chosen})
    return model.fit(X, Y, coef_init=[-1.0], intercept_init=0.0)


LINE = fitted()
CUBIC = make_pipeline(PolynomialFeatures(3), descend.DescentRegressor()).fit(X, np.sin(X[:, 0]))


def lines(ax):
    return {line.get_label(): line.get_xydata() for line in ax.lines}


@pytest.mark.parametrize("step", [0, 3, 12, None])
def test_the_line_is_that_of_the_step(step):
    ax = views.fit(LINE, step=step, truth=lambda x: 2 * x + 1)
    drawn = lines(ax)
    slope, intercept = LINE.descent_.points[12 if step is None else step]
    x, y = drawn["fit"].T
    np.testing.assert_allclose(y, slope * x + intercept, atol=1e-12)
    np.testing.assert_allclose(drawn["truth"][:, 1], 2 * x + 1)
    best = np.polyval(np.polyfit(X[:, 0], Y, 1), x)
    np.testing.assert_allclose(drawn["closed form"][:, 1], best, atol=1e-9)
    np.testing.assert_allclose(ax.collections[0].get_offsets(), np.column_stack([X, Y]))
    low, high = ax.get_ylim()
    assert low < Y.min() < Y.max() < high


def test_a_pipelines_curve_is_drawn_over_what_it_was_given():
    ax = views.fit(CUBIC)
    x, y = lines(ax)["fit"].T
    np.testing.assert_allclose(y, CUBIC.predict(x[:, np.newaxis]))
    assert (x[0] < -2, x[-1] > 2, ax.get_xlabel()) == (True, True, "x")


def test_each_step_has_its_line_and_its_colour():
    ax = views.fit_by_step(LINE.descent_)
    (drawn,) = [each for each in ax.collections if isinstance(each, LineCollection)]
    segments = drawn.get_segments()
    assert len(segments) == 13
    for (slope, intercept), segment in zip(LINE.descent_.points, segments, strict=True):
        np.testing.assert_allclose(segment[:, 1], slope * segment[:, 0] + intercept, atol=1e-12)
    brightness = drawn.get_colors()[:, :3].sum(axis=1)
    assert (np.diff(brightness) < 0).all()
    bar = ax.get_figure().axes[1]
    assert bar.get_ylim() == (0, 12)


def test_very_many_steps_are_thinned_but_keep_their_ends():
    model = fitted(max_iter=900, learning_rate=0.01)
    (drawn,) = [
        each for each in views.fit_by_step(model).collections if isinstance(each, LineCollection)
    ]
    segments = drawn.get_segments()
    assert len(segments) <= 200
    for segment, (slope, intercept) in ((segments[0], (-1, 0)), (segments[-1], model.descent_.x)):
        np.testing.assert_allclose(segment[:, 1], slope * segment[:, 0] + intercept, atol=1e-12)


def test_the_record_chooses_the_picture():
    figure = LINE.descent_.plot()
    over, landscape, values = (ax for ax in figure.axes if ax.get_xlabel())
    assert "closed form" in lines(over)
    assert landscape.get_ylabel() == "intercept"
    assert values.get_xlabel() == "step"
    assert len([ax for ax in views.plot(CUBIC).axes if ax.get_xlabel()]) == 2
    for view in ("fit", "fit_by_step", "predictions", "parameters"):
        assert LINE.descent_.plot(view=view).axes


def test_steps_that_were_not_recorded_are_refused():
    with pytest.raises(ValueError, match="step 13 was not recorded: the nearest that was is 12"):
        views.fit(LINE, step=13)
    without = fitted(record=None)
    with pytest.raises(ValueError, match=r'needs the points.*record="epoch"'):
        views.fit_by_step(without)
    assert "fit" in lines(views.fit(without))
    with pytest.raises(ValueError, match="a record or a fitted model is needed, got int"):
        views.plot(3)
