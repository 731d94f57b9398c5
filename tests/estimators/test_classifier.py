"""Classification: the probabilities of a peer, penalties, labels and class weights."""

import numpy as np
import pytest
from linear_fits import BRIEF, METHODS, NOISY, THOROUGH, THREE, X, Y, classifier
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from descend import DescentClassifier
from descend.penalties import L1, L2, Box, ElasticNet, NonNegative, NoPenalty

# what stochastic steps leave is noise, not bias
CLOSE = {"auto": 1e-6, "full": 1e-5, "momentum": 1e-5, "batches": 0.15, "rows": 0.15, "adam": 0.15}
PENALTIES = {
    "none": NoPenalty(),
    "l2": L2(0.02),
    "l1": L1(0.02),
    "elastic net": ElasticNet(0.02, l1_ratio=0.5),
    "non-negative": NonNegative(),
    "non-negative l1": NonNegative(L1(0.02)),
    "box": Box(-0.1, 0.2),
}


@pytest.mark.parametrize(
    "method",
    [pytest.param(method, marks=THOROUGH if method == "full" else ()) for method in METHODS],
)
@pytest.mark.parametrize("labels", [NOISY, THREE], ids=["two", "three"])
def test_classification_reaches_the_same_probabilities(method, labels):
    alpha = 0.1
    model = classifier(method, alpha=alpha).fit(X, labels)
    peer = LogisticRegression(C=1 / (alpha * len(Y)), tol=1e-10, max_iter=10_000).fit(X, labels)
    ours, theirs = model.predict_proba(X), peer.predict_proba(X)
    np.testing.assert_allclose(ours, theirs, atol=max(1e-5, CLOSE[method]))
    np.testing.assert_allclose(ours.sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), ours, atol=1e-12)
    if method in ("auto", "full", "momentum"):
        assert np.array_equal(model.predict(X), peer.predict(X))
        np.testing.assert_allclose(model.coef_, peer.coef_, atol=1e-3)
        np.testing.assert_allclose(model.decision_function(X), peer.decision_function(X), atol=1e-2)


@pytest.mark.parametrize("penalty", list(PENALTIES))
@pytest.mark.parametrize("labels", [NOISY, THREE], ids=["two", "three"])
def test_classes_keep_the_optimum_of_each_penalty(labels, penalty):
    model = classifier(penalty=PENALTIES[penalty], tol=1e-9).fit(X, labels)
    p = model.predict_proba(X)
    missing = p - np.eye(p.shape[1])[labels]
    r = missing[:, 1:] if p.shape[1] == 2 else missing
    g = r.T @ X / len(X) + PENALTIES[penalty].gradient(model.coef_)
    # a proximal step from the minimum ends there
    stepped = PENALTIES[penalty].prox(model.coef_ - g, 1.0)
    np.testing.assert_allclose(stepped, model.coef_, atol=1e-6)
    assert np.array_equal(stepped == 0, model.coef_ == 0)
    np.testing.assert_allclose(r.mean(axis=0), 0, atol=1e-6)


def test_several_classes_stay_between_bounds_by_batches():
    model = classifier(penalty=Box(-0.1, 0.2), optimizer="sgd", **BRIEF).fit(X, THREE)
    assert model.coef_.min() >= -0.1
    assert model.coef_.max() <= 0.2
    model.partial_fit(X, THREE)
    assert model.coef_.min() >= -0.1


def test_class_weights_are_sample_weights():
    own = {0: 1.0, 1: 5.0}
    by_class = classifier(class_weight=own).fit(X, NOISY)
    by_row = classifier().fit(X, NOISY, sample_weight=np.where(NOISY == 1, 5.0, 1.0))
    np.testing.assert_allclose(by_class.coef_, by_row.coef_, rtol=1e-9)
    rare = np.where(np.arange(120) % 4 == 0, NOISY, 0)
    balanced = classifier(class_weight="balanced").fit(X, rare)
    assert balanced.predict(X).mean() > classifier().fit(X, rare).predict(X).mean()


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [False, True], [2.0, 7.0]], ids=repr)
def test_labels_may_be_anything(labels):
    names = np.array(labels)[NOISY]
    model = classifier().fit(X, names)
    assert model.classes_.tolist() == labels
    assert set(model.predict(X).tolist()) <= set(labels)
    np.testing.assert_allclose(model.coef_, classifier().fit(X, NOISY).coef_)


def test_softmax_coefficients_are_centred():
    rows, labels = load_iris(return_X_y=True)
    model = DescentClassifier(alpha=0.01).fit(rows, labels)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-9)
