"""Early stopping, callbacks, and the epochs as they are shown."""

import re

import numpy as np
from linear_fits import BRIEF, BY_METHOD, NOISY, X, Y, classifier, regressor

from descend import DescentClassifier


def test_early_stopping_keeps_the_best_parameters():
    random = np.random.default_rng(1)
    rows = random.standard_normal((60, 40))
    target = rows[:, 0] + 2 * random.standard_normal(60)
    model = regressor(
        "batches", early_stopping=True, validation_fraction=0.3, learning_rate=0.005, tol=0.0
    ).fit(rows, target)
    curve = model.validation_curve_
    assert len(curve) == model.n_iter_ < 3000
    assert curve.argmax() == len(curve) - 1 - 10  # n_iter_no_change
    best = model.descent_.points[1 + curve.argmax()]
    assert np.array_equal(np.append(model.coef_, model.intercept_), best)


def test_early_stopping_names_its_metric():
    random = np.random.default_rng(0)
    labels = (random.standard_normal(120) + X[:, 0] > 0).astype(int)
    weight = random.integers(1, 4, 120)
    model = DescentClassifier(
        optimizer="sgd", early_stopping=True, learning_rate="invscaling:0.001", random_state=0
    ).fit(X, labels, sample_weight=weight)
    assert model.validation_metric_ == "accuracy"
    message = "the accuracy on the validation rows has not improved for 5 epochs"
    assert model.descent_.message == message
    assert len(model.validation_curve_) == model.n_iter_


@BY_METHOD
def test_callbacks_are_called_and_can_end_the_fit(method):
    seen = []

    def callback(progress):
        seen.append(progress)
        if progress.epoch == 3:
            raise StopIteration

    # from afar, so that three steps do not arrive
    model = classifier(method, alpha=1e-6, callbacks=callback).fit(X, NOISY)
    assert [progress.epoch for progress in seen] == [1, 2, 3]
    assert model.n_iter_ == 3
    assert model.descent_.status == "stopped"
    assert "callback ended it" in model.descent_.message
    np.testing.assert_allclose([p.loss for p in seen], model.loss_curve_[1:])
    assert all(progress.validation_score is None for progress in seen)


def test_several_callbacks_are_all_called():
    counts = [0, 0]

    def counter(i):
        def count(progress):
            counts[i] += 1

        return count

    regressor("batches", callbacks=[counter(0), counter(1)], **BRIEF).fit(X, Y)
    assert counts == [4, 4]


def test_verbose_prints_a_line_an_epoch(capsys):
    regressor("batches", verbose=1, **BRIEF).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("epoch 1: loss ")


def test_verbose_fills_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    regressor("momentum", verbose=1).fit(X, Y)
    shown = capsys.readouterr().out
    assert re.search(r"epoch \d+: loss .*100%", shown.splitlines()[-2])
