"""Films of fits: what moves is what the model predicts at each step."""

import base64
import json
import re

import numpy as np
import pytest
from PIL import Image
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

import descend
from descend import views
from descend.views.animations.fit_film import FitFilm
from descend.views.animations.motion import Detail
from descend.views.animations.panels import panels_of
from descend.views.animations.plan import Plan, Wishes
from descend.views.figures.style import new_figure
from descend.views.records.trajectories import trajectories_of

X = np.linspace(-2, 2, 30)[:, np.newaxis]
STEPS = {"optimizer": "sgd", "batch_size": "full", "learning_rate": 0.05, "tol": 0}
LINE = descend.DescentRegressor(max_iter=20, **STEPS).fit(X, 2 * X[:, 0] + 1)
NO_INTERCEPT = descend.DescentRegressor(fit_intercept=False, max_iter=20, **STEPS).fit(X, X[:, 0])
CUBIC = make_pipeline(PolynomialFeatures(3), descend.DescentRegressor(max_iter=20, **STEPS))
CUBIC.fit(X / 2, np.sin(X[:, 0]))


def plan_of(model, view="auto", surface=False):
    fit = FitFilm.of(model, view, None)
    record = fit.fitted.descent
    wishes = Wishes(4.0, 5.0, None, None, surface, fit=fit)
    return Plan.of(record, trajectories_of(record), wishes, 100)


@pytest.mark.parametrize(
    ("model", "view", "surface", "named"),
    [
        (LINE, "auto", False, ["MapPanel", "FitPanel", "ValuePanel"]),
        (LINE, "auto", True, ["SurfacePanel", "FitPanel", "ValuePanel"]),
        (NO_INTERCEPT, "auto", False, ["FunctionPanel", "FitPanel", "ValuePanel"]),
        (CUBIC, "auto", False, ["FitPanel", "ValuePanel"]),
        (LINE, "predictions", False, ["PredictionsPanel", "TablePanel", "ValuePanel"]),
    ],
)
def test_what_moves_is_the_model_at_each_frame(model, view, surface, named):
    plan = plan_of(model, view, surface)
    panels = panels_of(plan)
    assert [type(panel).__name__ for panel in panels] == named
    moving = next(
        each for each in panels if type(each).__name__ in ("FitPanel", "PredictionsPanel")
    )
    figure = new_figure(5, 4)
    ax = moving.draw(figure, figure.add_gridspec(1, 1)[0])
    detail = Detail(np.arange(1), plan.instants, plan.frame_steps())
    heights = moving.motion(ax, detail).heights
    assert len(heights.y) == len(plan.instants)
    if view == "predictions":
        inputs, true = X, 2 * X[:, 0] + 1
        np.testing.assert_allclose(heights.x, true)
    else:
        inputs = heights.x[:, np.newaxis]
    np.testing.assert_allclose(heights.y[-1], model.predict(inputs), atol=1e-9)
    np.testing.assert_allclose(heights.y[0], 0, atol=1e-12)


def test_the_table_tells_each_frames_predictions():
    plan = plan_of(LINE, "predictions")
    panel = panels_of(plan)[1]
    words = panel.motion(new_figure(3, 3).add_subplot(), None).cells.words
    assert [word for word, _ in words[0]] == ["0"] * 10
    rows = np.linspace(0, 29, 10).round().astype(int)
    last = [float(word.replace("\N{MINUS SIGN}", "-")) for word, _ in words[-1]]
    np.testing.assert_allclose(last, LINE.predict(X[rows]), rtol=0.01, atol=1e-3)


@pytest.mark.parametrize(
    ("model", "view"), [(LINE, "auto"), (LINE, "predictions"), (CUBIC, "auto")]
)
def test_pages_hold_the_same_places(model, view, tmp_path):
    file = views.animate(model, tmp_path / "film.html", view=view, seconds=4, frames_per_second=5)
    page = file.read_text(encoding="utf-8")
    assert len(page) < 500_000
    film = json.loads(re.search(r'id="film"[^>]*>(.*?)</script>', page, re.S)[1])
    (panel,) = [panel for panel in film["panels"] if "heights" in panel]
    frames = len(film["readout"])
    x, y = (np.frombuffer(base64.b64decode(panel["heights"][axis]), "<f4") for axis in ("x", "y"))
    y = y.reshape(frames, len(x))
    left, top, right, bottom = panel["box"]
    assert (x > left - 1e-4).all()
    assert (x < right + 1e-4).all()
    assert ((y[-1] > top - 0.2) & (y[-1] < bottom + 0.2)).all()
    assert np.ptp(y[-1]) > 0.2 > np.ptp(y[0])
    assert ("cells" in film["panels"][1]) == (view == "predictions")


def test_frames_of_a_gif_differ(tmp_path):
    file = LINE.descent_.animate(tmp_path / "film.gif", seconds=1, frames_per_second=4)
    with Image.open(file) as film:
        assert film.n_frames >= 4
        first = np.asarray(film.convert("RGB"), dtype=int)
        film.seek(film.n_frames - 1)
        assert (np.asarray(film.convert("RGB"), dtype=int) != first).any()


@pytest.mark.parametrize(
    ("what", "chosen", "told"),
    [
        (LINE, {"view": "table"}, "a film's view is 'auto' or 'predictions', got 'table'"),
        (CUBIC, {"surface": True}, "no surface of this film: it needs two parameters"),
        (descend.minimize("x^2", 1.0), {"view": "predictions"}, "of a function: see plot"),
        (7, {}, "a record or a fitted model is needed, got int"),
    ],
)
def test_refusals(what, chosen, told):
    with pytest.raises(ValueError, match=told):
        views.animate(what, **chosen)
