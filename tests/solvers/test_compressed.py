"""Empty columns of sparse rows change nothing: not the descent, nor what is told of it."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sparse
from risks import risk_of
from solving import untuned

from descend import DescentClassifier
from descend.losses import Hinge, LogLoss, SquaredError
from descend.objectives.risks.occurring import occurring_in
from descend.penalties import L1, L2, Box, NoPenalty

RANDOM = np.random.default_rng(0)
N, D, ALL = 80, 12, 60
X = RANDOM.standard_normal((N, D)) * (RANDOM.random((N, D)) < 0.6)
Y = (X @ RANDOM.standard_normal(D) + RANDOM.standard_normal(N) > 0).astype(float)
PLACES = np.sort(RANDOM.choice(ALL, D, replace=False))


def spread(X, width=ALL):
    wide = np.zeros((len(X), width))
    wide[:, PLACES] = X
    return sparse.csr_array(wide)


@pytest.mark.parametrize(("loss", "penalty"), [
    (LogLoss(), L2(1e-2)), (LogLoss(), L1(1e-2)),
    (Hinge(), L2(1e-2)), (SquaredError(), NoPenalty()),
], ids=repr)  # fmt: skip
def test_a_descent_with_empty_columns_is_that_without(loss, penalty):
    told = []
    narrow = risk_of(sparse.csr_array(X), Y, loss, penalty)
    wide = risk_of(spread(X), Y, loss, penalty)
    options = {"record": "all", "tol": 1e-6}
    expected = untuned(narrow, np.zeros(D + 1), **options)
    descent = untuned(
        wide, np.zeros(ALL + 1), callback=lambda step: told.append(step.w[0]), **options
    )
    places = np.append(PLACES, ALL)
    np.testing.assert_allclose(descent.points[:, places], expected.points, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(descent.values, expected.values, rtol=1e-9)
    assert descent.ending == expected.ending
    assert np.count_nonzero(descent.x) == np.count_nonzero(expected.x)
    np.testing.assert_allclose(told, descent.points[1:], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(descent.values, wide.value(descent.points), rtol=1e-12)
    assert descent.objective is wide
    assert len(descent.names) == descent.jac.size == ALL + 1


@pytest.mark.parametrize(("penalty", "start"), [
    (Box(0.5, 1.0), 0.0),
    (L2(np.full(ALL + 1, 0.1)), 0.0),
    (L2(0.1), 1.0),
], ids=["bounds without zero", "a penalty each", "a start that is not zero"])  # fmt: skip
def test_columns_whose_parameters_may_move_are_kept(penalty, start):
    risk = risk_of(spread(X), Y, LogLoss(), penalty)
    assert occurring_in(risk, np.full(ALL + 1, start)) is None


def test_columns_are_kept_where_none_or_nearly_all_occur():
    start = np.zeros(D + 1)
    assert occurring_in(risk_of(sparse.csr_array(X), Y, LogLoss(), L2(0.1)), start) is None
    empty = sparse.csr_array((N, D))
    assert occurring_in(risk_of(empty, Y, LogLoss(), L2(0.1)), start) is None


@pytest.mark.parametrize("names", [None, tuple(f"word {j}" for j in range(ALL))])
def test_columns_keep_their_names(names):
    risk = replace(risk_of(spread(X), Y, LogLoss(), L2(0.1)), names=names)
    found = occurring_in(risk, np.zeros(ALL + 1)).risk.names
    assert found == tuple(str(j) if names is None else names[j] for j in PLACES)


def test_several_outputs_keep_their_places():
    y = RANDOM.integers(0, 3, N)
    narrow = DescentClassifier(alpha=1e-2).fit(sparse.csr_array(X), y)
    wide = DescentClassifier(alpha=1e-2).fit(spread(X), y)
    np.testing.assert_allclose(wide.coef_[:, PLACES], narrow.coef_, rtol=1e-6, atol=1e-9)
    assert np.count_nonzero(wide.coef_) == narrow.coef_.size
    assert wide.descent_.names[:2] == ("x0[0]", "x1[0]")
