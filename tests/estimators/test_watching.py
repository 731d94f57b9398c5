"""A fit that is watched: the same to the last bit, seen as it goes, ended when the page asks."""

import warnings

import numpy as np
import pytest
from linear_fits import NOISY, THREE, X, Y, classifier, regressor
from sklearn.exceptions import ConvergenceWarning
from watching import Stopping, shown

import descend
from descend import DescentClassifier, DescentRegressor

FITS = {
    "preconditioned": (regressor, Y, {}),
    "proximal newton": (classifier, NOISY, {"penalty": "l1", "alpha": 0.01}),
    "smoothing": (regressor, Y, {"loss": "absolute_error"}),
    "convex start": (regressor, Y, {"loss": "cauchy"}),
    "full": (regressor, Y, {"method": "momentum", "max_iter": 200}),
    "epochs": (classifier, NOISY, {"method": "batches", "max_iter": 30}),
    "steps": (classifier, NOISY, {"method": "batches", "max_iter": 4, "record": "step"}),
    "classes": (classifier, THREE, {}),
    "few records": (classifier, NOISY, {"record": None}),
    "early stopping": (classifier, NOISY, {"method": "batches", "early_stopping": True}),
}
EVERY = pytest.mark.parametrize("name", list(FITS))


def fitted(name, **options):
    kind, y, given = FITS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(**{**given, **options}).fit(X, y)


@EVERY
def test_to_be_watched_changes_no_bit(name):
    alone = fitted(name)
    with shown() as found:
        seen = fitted(name, verbose="live")
    assert np.array_equal(alone.coef_, seen.coef_)
    assert np.array_equal(alone.intercept_, seen.intercept_)
    assert np.array_equal(alone.loss_curve_, seen.loss_curve_)
    assert alone.descent_.message == seen.descent_.message
    state = found[0].look()
    assert (state.state, state.message) == ("ended", seen.descent_.message)
    assert state.status == seen.descent_.status
    # a step is seen in full, however few there are
    assert state.moments[-1].step == state.moments[-2].step + 1
    assert state.start_loss == seen.loss_curve_[0]
    assert len(state.moments) == seen.n_iter_ + 1
    if name != "early stopping":
        np.testing.assert_array_equal(state.moments[-1].weights, seen.descent_.x)
    if seen.validation_curve_ is not None:
        assert [m.score for m in state.moments[1:]] == seen.validation_curve_.tolist()


@EVERY
def test_the_page_ends_it_and_the_model_is_usable(name):
    with shown(Stopping) as found:
        model = fitted(name, verbose="live", tol=0.0)
    assert model.n_iter_ == 2
    assert model.descent_.status == "stopped"
    assert model.descent_.message == "stopped by the user"
    assert np.isfinite(model.predict(X)).all()
    assert found[0].look().message == "stopped by the user"


def test_names_and_title_say_what_is_fitted():
    pandas = pytest.importorskip("pandas")
    with shown() as found:
        DescentClassifier(verbose="live").fit(pandas.DataFrame(X, columns=list("abcd")), NOISY)
        DescentRegressor(verbose="live", optimizer="adam", max_iter=3, tol=0).fit(X, Y)
    first, second = found
    assert first.look().names == ("a", "b", "c", "d", "intercept")
    assert first.subject.title == "Log loss, 120 rows, 4 features, auto"
    assert second.subject.title == "Squared error, 120 rows, 4 features, Adam"
    assert (second.subject.unit, second.subject.most) == ("epoch", 3)


def failing(progress):
    if progress.epoch == 2:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("options", "error", "status"),
    [
        ({"callbacks": failing, "tol": 0, "optimizer": "sgd"}, KeyboardInterrupt, "interrupted"),
        ({"optimizer": "sgd", "learning_rate": 1e6}, descend.DivergenceError, "diverged"),
        ({"callbacks": lambda progress: 1 / 0}, ZeroDivisionError, "failed"),
    ],
)
def test_whatever_breaks_it_off_is_said_on_the_page(options, error, status):
    with shown() as found, pytest.raises(error):
        DescentRegressor(verbose="live", **options).fit(X, Y)
    assert found[0].look().status == status


@pytest.mark.parametrize("verbose", ["Live", "yes", ""])
def test_other_words_are_refused(verbose):
    with pytest.raises(ValueError, match=r"verbose='.*' must be True, False or 'live'"):
        DescentRegressor(verbose=verbose).fit(X, Y)


def test_the_page_stands_in_the_place_of_lines(capsys):
    with shown():
        DescentRegressor(verbose="live").fit(X, Y)
    assert capsys.readouterr() == ("", "")
