"""Sharpness-aware minimisation is the published algorithm, in two steps."""

import numpy as np
import optax
import pytest
import torch
from optax import contrib
from optimizer_paths import ON, largest_difference, optax_path, our_path

from descend import DescentRegressor, minimize
from descend.optimizers import SAM, SGD, Adam, Averaged, Momentum, recommended_rate
from descend.optimizers.traits import is_elementwise


def by_hand(problem, optimizer, rho, steps, adaptive):
    """Walk as the algorithm says, with PyTorch's optimizer for the descent."""
    w = torch.tensor(problem.start)
    descent = optimizer(w)
    path = [w.numpy().copy()]
    for _ in range(steps):
        here = w.numpy().copy()
        g = problem.gradient(here)
        size = np.abs(here) if adaptive else np.ones_like(here)
        up = here + rho * size**2 * g / np.linalg.norm(size * g)
        w.grad = torch.from_numpy(problem.gradient(up))
        descent.step()
        path += [up, w.numpy().copy()]
    return np.array(path)


@ON
@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize(
    ("ours", "peer", "rate"),
    [
        (SGD(), lambda w: torch.optim.SGD([w], lr=1e-3), 1e-3),
        (Momentum(), lambda w: torch.optim.SGD([w], lr=1e-4, momentum=0.9), 1e-4),
        (Adam(), lambda w: torch.optim.Adam([w], lr=1e-3), 1e-3),
    ],
    ids=["sgd", "momentum", "adam"],
)
def test_two_steps_are_one_of_the_paper(problem, ours, peer, rate, adaptive):
    path = our_path(problem, SAM(ours, 0.01, adaptive), rate)
    if adaptive and not problem.start.any():
        # from zero there is no reach: it stays the optimizer it wraps until it has left
        assert np.isfinite(path).all()
        return
    assert largest_difference(path, by_hand(problem, peer, 0.01, 500, adaptive)) < 1e-10


@ON
def test_each_step_is_that_of_optax(problem):
    rho, rate = 0.01, 1e-3
    climb = optax.chain(contrib.normalize(), optax.sgd(rho))
    transform = contrib.sam(optax.adam(rate), climb)
    theirs = optax_path(problem, transform)
    assert largest_difference(our_path(problem, SAM(Adam(), rho), rate), theirs) < 1e-10


@pytest.mark.parametrize("steps", [40, 41])
def test_the_answer_is_where_it_came_back_to(steps):
    descent = minimize(
        "(x - 1)^2", [4.0], optimizer=SAM(SGD(), 0.5), learning_rate=0.1, steps=steps, tol=0.0
    )
    assert descent.x == descent.points[40]
    averaged = minimize(
        "(x - 1)^2", [4.0], optimizer=SAM(Averaged(SGD()), 0.5), learning_rate=0.1, steps=steps,
        tol=0.0,
    )  # fmt: skip
    np.testing.assert_allclose(averaged.x, averaged.points[2:41:2].mean(axis=0), rtol=1e-12)


def test_it_needs_whole_gradients():
    assert not is_elementwise(SAM(SGD()))
    assert recommended_rate(SAM(Adam())) == recommended_rate(Adam())
    X, y = np.ones((9, 2)), np.arange(9.0)
    with pytest.raises(ValueError, match=r"SAM looks at the whole gradient.*'full'"):
        DescentRegressor(optimizer=SAM(SGD()), batch_size=2, learning_rate=0.1).fit(X, y)


@pytest.mark.parametrize("optimizer", [SAM(SGD()), Averaged(SAM(Adam()))], ids=repr)
@pytest.mark.parametrize("rate", ["wolfe", "armijo", "monotone"])
def test_a_line_search_is_refused_with_what_to_do(optimizer, rate):
    X, y = np.ones((9, 2)), np.arange(9.0)
    settings = {"optimizer": optimizer, "learning_rate": rate}
    model = DescentRegressor(batch_size="full", **settings)
    for call in (lambda: minimize("x^2", [1.0], **settings), lambda: model.fit(X, y)):
        with pytest.raises(ValueError, match="line search refuses: give a learning rate") as told:
            call()
        assert "\n" not in str(told.value)
