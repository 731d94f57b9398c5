"""Risks, their gradients and curvatures, against sums written out and finite differences."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy.sparse
import torch

from descend.data.rows import Rows
from descend.losses import CrossEntropy, Hinge, LogLoss, Poisson, SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, NoPenalty

N, D = 50, 4
LOSSES = [(SquaredError(), 1), (SquaredError(), 3), (LogLoss(), 1), (CrossEntropy(), 3)]
CASES = [
    (*loss, penalty, weighted, stored, intercept)
    for loss, penalty, weighted, stored, intercept in product(
        LOSSES, [NoPenalty(), L2(0.3)], [False, True], ["dense", "blocks", "csr"], [True, False]
    )
]
EACH = pytest.mark.parametrize(
    ("loss", "outputs", "penalty", "weighted", "stored", "intercept"),
    CASES,
    ids=["-".join(str(part) for part in case) for case in CASES],
)


class InBlocks(Rows):
    """Rows in blocks of 8, the last one shorter."""

    def __iter__(self):
        for begin in range(0, self.n_rows, 8):
            yield self.at(slice(begin, begin + 8))


def make(loss, outputs, penalty, weighted, stored, intercept):
    random = np.random.default_rng(0)
    X = random.standard_normal((N, D)) * (random.random((N, D)) < 0.7)
    codes = random.integers(max(2, outputs), size=N)
    y = random.standard_normal((N, outputs))
    if isinstance(loss, LogLoss):
        y = codes[:, None].astype(float)
    elif isinstance(loss, CrossEntropy):
        y = np.eye(outputs)[codes]
    weight = random.exponential(size=N) if weighted else None
    rows = scipy.sparse.csr_matrix(X) if stored == "csr" else X
    blocks = (InBlocks if stored == "blocks" else Rows)(rows, y, weight)
    risk = EmpiricalRisk(Linear(D, outputs, intercept), loss, penalty, blocks)
    w = random.standard_normal((2, 3, risk.model.n_parameters))
    return risk, X, y, weight, w


def by_torch(X, y, weight, loss, penalty, intercept, w):
    """Return the risk of one `w` as a differentiable sum."""
    by_output = w.reshape(y.shape[1], -1)
    z = torch.from_numpy(X) @ by_output[:, :D].T
    if intercept:
        z = z + by_output[:, D]
    y = torch.from_numpy(y)
    if isinstance(loss, SquaredError):
        each = (z - y) ** 2 / 2
    elif isinstance(loss, LogLoss):
        each = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    else:
        each = -y * torch.log_softmax(z, dim=1)
    each = each.sum(dim=1)
    if weight is not None:
        each = each * torch.from_numpy(weight)
    alpha = penalty.alpha if isinstance(penalty, L2) else 0.0
    return each.mean() + alpha / 2 * (by_output[:, :D] ** 2).sum()


@EACH
def test_values_gradients_and_curvatures_are_those_of_torch(
    loss, outputs, penalty, weighted, stored, intercept
):
    risk, X, y, weight, w = make(loss, outputs, penalty, weighted, stored, intercept)
    value, g = risk.value_and_gradient(w)
    assert value.shape == (2, 3)
    assert g.shape == w.shape
    np.testing.assert_allclose(risk.value(w), value, rtol=1e-14)
    v = np.random.default_rng(1).standard_normal(w.shape[-1])
    for run in np.ndindex(2, 3):

        def function(u):
            return by_torch(X, y, weight, loss, penalty, intercept, u)

        point = torch.from_numpy(w[run]).requires_grad_()
        theirs = function(point)
        theirs.backward()
        assert value[run] == pytest.approx(theirs.item(), rel=1e-12)
        np.testing.assert_allclose(g[run], point.grad.numpy(), rtol=1e-10, atol=1e-12)
        _, product = torch.autograd.functional.hvp(function, point.detach(), torch.from_numpy(v))
        np.testing.assert_allclose(risk.hessian_product(w[run], v), product, rtol=1e-9, atol=1e-12)


def test_slopes_and_curvatures_of_rows_bear_their_weights():
    risk, X, y, weight, w = make(SquaredError(), 3, NoPenalty(), True, "dense", True)
    block = next(iter(risk.blocks))
    z = risk.model.predict(w[0, 0], X)
    np.testing.assert_allclose(risk.slopes(w[0, 0], block), (z - y) * weight[:, None])
    np.testing.assert_allclose(risk.curvatures(w[0, 0], block), weight[:, None] * np.ones((N, 3)))
    np.testing.assert_allclose(risk.probabilities(w[0, 0], block), z)


def test_what_is_not_finite_comes_back_without_a_warning():
    risk, *_, w = make(LogLoss(), 1, L2(0.3), True, "dense", True)
    for far in (1e300, np.inf, np.nan):
        value, g = risk.value_and_gradient(np.full(w.shape[-1], far))
        assert not np.isfinite(value)
        assert g.shape == w.shape[-1:]


def test_the_intercepts_start_at_the_link_of_the_targets_means():
    y = np.array([[1.0, 0.0], [5.0, 0.0], [3.0, 0.0]])
    weight = np.array([1.0, 0.5, 1.5])
    risk = EmpiricalRisk(Linear(D, 2), Poisson(), NoPenalty(), Rows(np.ones((3, D)), y, weight))
    expected = [*[0.0] * D, np.log(8 / 3), *[0.0] * (D + 1)]
    np.testing.assert_allclose(risk.initial_parameters(float), expected)
    plain = replace(risk, loss=SquaredError())
    assert not plain.initial_parameters(float).any()


@pytest.mark.parametrize("share", [1.0, 0.25])
def test_a_share_of_the_typical_curvature_is_the_least(share):
    risk, _, y, weight, w = make(LogLoss(), 1, NoPenalty(), True, "dense", True)
    risk = replace(risk, loss=Hinge().smoothed(0.5), typical_share=share)
    block = next(iter(risk.blocks))
    z = risk.model.predict(w[0, 0], block.X)
    typical, own = risk.loss.typical_curvature(y, z), risk.loss.curvature(y, z)
    expected = typical if share == 1 else np.maximum(share * typical, own)
    np.testing.assert_allclose(risk.curvatures(w[0, 0], block), weight[:, None] * expected)


def test_float32_parameters_have_float32_gradients():
    random = np.random.default_rng(0)
    X, y = random.standard_normal((N, D)).astype(np.float32), np.ones((N, 1), dtype=np.float32)
    risk = EmpiricalRisk(Linear(D), SquaredError(), L2(0.1), Rows(X, y))
    value, g = risk.value_and_gradient(np.ones(D + 1, dtype=np.float32))
    assert g.dtype == np.float32
    assert value.dtype == np.float64
