"""Each risk has the preconditioner of its shape."""

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of

from descend.curvature.diagonal import DiagonalWithHead
from descend.curvature.leading import LeadingCurvature
from descend.curvature.low_rank import LowRankRows
from descend.curvature.preconditioner_choice import preconditioners_for
from descend.curvature.subsampling import SubsampledHessian
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.penalties import L2, NoPenalty

DENSE, DIAGONAL, LOW_RANK = SubsampledHessian, DiagonalWithHead, LowRankRows
LEADING = LeadingCurvature


@pytest.mark.parametrize(
    ("loss", "n", "d", "kinds"),
    [
        (SquaredError(), 40, 600, [LOW_RANK]),
        (SquaredError(), 40, 500, [DENSE]),
        (SquaredError(), 200, 600, [DENSE]),
        (SquaredError(), 2_048, 2_100, [LOW_RANK]),
        (SquaredError(), 2_049, 2_100, [LEADING, LEADING]),
        (LogLoss(), 40, 600, [LOW_RANK]),
        (LogLoss(), 300, 1_500, [DENSE]),
        (LogLoss(), 40, 2_600, [LOW_RANK]),
        (LogLoss(), 300, 2_600, [LEADING, LOW_RANK]),
        (CrossEntropy(), 40, 600, [DENSE]),
        (CrossEntropy(), 40, 700, [LEADING, LOW_RANK]),
        (CrossEntropy(), 9_000, 700, [LEADING, LEADING]),
    ],
    ids=repr,
)
def test_dense_rows_are_low_rank_where_columns_are_many(loss, n, d, kinds):
    y = np.zeros((n, 3 if loss.normalised else 1))
    risk = risk_of(np.ones((n, d)), y, loss, L2(1e-3))
    found = preconditioners_for(risk, np.random.default_rng(0))
    assert [type(each) for each in found] == kinds


def test_without_a_penalty_only_squared_error_is_low_rank():
    X, y = np.ones((40, 2_600)), np.zeros(40)
    for loss, kind in ((SquaredError(), LOW_RANK), (LogLoss(), LEADING)):
        found = preconditioners_for(risk_of(X, y, loss, NoPenalty()), np.random.default_rng(0))
        assert {type(each) for each in found} == {kind}


@pytest.mark.parametrize(
    ("n", "d", "kind"), [(5_000, 1_600, DENSE), (5_300, 1_600, DIAGONAL), (40, 2_600, DIAGONAL)]
)
def test_sparse_rows_have_a_matrix_where_they_are_few_enough_to_be_made_dense(n, d, kind):
    risk = risk_of(scipy.sparse.csr_array((n, d)), np.zeros(n))
    (found,) = preconditioners_for(risk, np.random.default_rng(0))
    assert isinstance(found, kind)
