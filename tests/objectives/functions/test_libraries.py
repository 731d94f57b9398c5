"""Functions of JAX and PyTorch: recognised, and right beside NumPy's and SciPy's answers."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
import torch

import descend
from descend.objectives.functions.function import Function

POINTS = np.random.default_rng(0).normal(size=(3, 5, 4))
VECTORS = np.random.default_rng(1).normal(size=(5, 4))


def with_numpy(w):
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


def with_jax(w):
    return jnp.sum(100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)


def with_branches(w):
    # neither compiled nor many at once: the branch asks for a number
    return (
        with_jax(w)
        if w[0] > 0
        else jnp.sum(100 * (w[1:] - w[:-1] ** 2) ** 2) + jnp.sum((1 - w[:-1]) ** 2)
    )


def with_torch(w):
    return torch.sum(100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)


class TorchModule(torch.nn.Module):
    def forward(self, w):
        return with_torch(w)


# what is given, what is asked for, and what the function is then called with
KINDS = {
    "jax": (with_jax, None, jax.Array),
    "jax, compiled": (jax.jit(with_jax), None, jax.Array),
    "jax, branches": (with_branches, None, jax.Array),
    "jax, partial": (functools.partial(with_jax), None, jax.Array),
    "jax, asked for": (with_numpy, "jax", jax.Array),
    "torch": (with_torch, None, torch.Tensor),
    "torch, module": (TorchModule(), None, torch.Tensor),
    "torch, asked for": (with_numpy, "torch", torch.Tensor),
}


@pytest.mark.parametrize("kind", KINDS)
def test_values_gradients_and_products_are_scipys(kind):
    function, gradient, _ = KINDS[kind]
    objective = Function(function, gradient)
    points = POINTS[:1] if "branches" in kind else POINTS  # which are slow, one by one
    values, gradients = objective.value_and_gradient(points)
    assert values.shape == points.shape[:-1]
    assert values.dtype == gradients.dtype == np.float64
    np.testing.assert_allclose(objective.value(points), values, rtol=1e-14)
    products = objective.hessian_product(points, VECTORS)
    for i, j in np.ndindex(values.shape):
        w = points[i, j]
        np.testing.assert_allclose(values[i, j], scipy.optimize.rosen(w), rtol=1e-12)
        np.testing.assert_allclose(gradients[i, j], scipy.optimize.rosen_der(w), rtol=1e-9)
        exact = scipy.optimize.rosen_hess_prod(w, VECTORS[j])
        np.testing.assert_allclose(products[i, j], exact, rtol=1e-9)
    gradients[...] = 0  # an array of its own, which may be written to


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_called_with_arrays_of_their_library(kind):
    function, gradient, array = KINDS[kind]
    arguments = []

    def watched(w):
        arguments.append(w)
        return function(w)

    Function(watched, gradient).value_and_gradient(POINTS[0])
    assert isinstance(arguments[-1], array)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "branches" not in kind])
def test_they_are_minimised_and_checked(kind):
    function, gradient, _ = KINDS[kind]
    descent = descend.minimize(function, [-1.2, 1.0], gradient=gradient)
    assert descent.status == "converged"
    np.testing.assert_allclose(descent.x, 1, atol=1e-4)
    assert descend.check_gradient(function, [-1.2, 1.0, 0.5], gradient).ok


@pytest.mark.parametrize("kind", ["jax", "torch"])
def test_float32_stays(kind):
    objective = Function(KINDS[kind][0])
    w = POINTS[0].astype(np.float32)
    values, gradients = objective.value_and_gradient(w)
    products = objective.hessian_product(w, VECTORS)
    assert values.dtype == gradients.dtype == products.dtype == np.float32
    np.testing.assert_allclose(gradients[0], scipy.optimize.rosen_der(POINTS[0, 0]), rtol=1e-4)


def test_jax_keeps_its_own_precision_elsewhere():
    before = jnp.ones(2).dtype
    Function(with_jax).value_and_gradient(POINTS)
    assert jnp.ones(2).dtype == before


def test_many_starts_of_a_jax_function_are_compiled_for_few_shapes():
    traced = []

    def function(w):
        traced.append(1)
        return jnp.sum(jnp.cosh(w))

    objective = Function(function)
    objective.value_and_gradient(np.ones((33, 2)))
    first = len(traced)
    for rows in range(33, 65):
        values, _ = objective.value_and_gradient(np.full((rows, 2), float(rows) / 60))
        assert values.shape == (rows,)
    assert len(traced) == first


@pytest.mark.parametrize("kind", ["jax", "torch"])
def test_constants_and_lines_have_no_curvature(kind):
    ones = {"jax": jnp.ones, "torch": torch.ones}[kind]
    for function, slope in [(lambda w: ones(()) * 3, 0.0), (lambda w: w.sum() * ones(()), 1.0)]:
        objective = Function(function, kind)
        value, g = objective.value_and_gradient(np.array([1.0, 2.0]))
        assert (float(value), g.tolist()) == (3.0, [slope, slope])
        assert objective.hessian_product(np.ones(2), np.ones(2)).tolist() == [0, 0]


CANNOT_BE_FOLLOWED = [
    (lambda w: jnp.sum(jnp.sin(np.exp(w))), "JAX cannot follow np.exp(w) in", "jax.numpy"),
    (lambda w: jnp.sin(float(w[0])), "JAX cannot follow float(w[0]) in", "leave float() out"),
    (lambda w: torch.as_tensor(w.numpy()).sum(), "PyTorch cannot follow w.numpy() in", "torch"),
    (lambda w: torch.sin(w.detach()).sum(), "PyTorch cannot follow", "leave out detach()"),
    (lambda w: torch.sin(w) @ torch.ones(2), "mixes the float64 point", ".double()"),
    (lambda w: jnp.sin(w), "returned an array of shape (2,)", "sum it"),
    (lambda w: torch.sin(w), "returned an array of shape (2,)", "sum it"),
    (lambda w: jnp.sum(w * 1j), "returned", "not a real number"),
]


@pytest.mark.parametrize(
    ("function", "what", "advice"),
    CANNOT_BE_FOLLOWED,
    ids=[f"{i}" for i in range(len(CANNOT_BE_FOLLOWED))],
)
def test_what_cannot_be_followed_is_named(function, what, advice):
    with pytest.raises(ValueError, match=advice.replace("(", r"\(").replace(")", r"\)")) as refusal:
        Function(function).value_and_gradient(np.array([0.5, 1.0]))
    told = str(refusal.value)
    assert what in told
    assert "\n" not in told


def broken_with_jax(w):
    if isinstance(w, jax.core.Tracer):
        raise KeyError("mine")
    return jnp.sum(w)


def broken_with_torch(w):
    torch.sin(w)
    raise KeyError("mine")


def test_an_error_of_the_function_itself_is_shown_as_it_is():
    with pytest.raises(KeyError, match="mine"):
        Function(broken_with_torch, "torch").value_and_gradient(np.ones(2))
    # this one is raised only while JAX looks on
    with pytest.raises(ValueError, match=r"JAX cannot follow .*KeyError: 'mine'"):
        Function(broken_with_jax).value_and_gradient(np.ones(2))


def test_a_tensor_function_that_changes_its_mind_is_told():
    generator = torch.Generator().manual_seed(0)
    with pytest.warns(UserWarning, match="changes its mind"):
        Function(lambda w: (w * torch.rand(2, generator=generator)).sum()).value_and_gradient(
            np.ones(2)
        )
