"""SciPy's front door with descend behind it."""

import numpy as np
import pytest
from scipy.optimize import OptimizeResult, OptimizeWarning, minimize, rosen, rosen_der
from scipy.stats import norm

import descend
from descend.optimizers import Adam

START = np.array([-1.2, 1.0])


def valley(w, steepness):
    return (1 - w[0]) ** 2 + steepness * (w[1] - w[0] ** 2) ** 2


def opaque(w):
    """Autograd cannot follow this one."""
    return (1 - float(w[0])) ** 2 + 100 * (float(w[1]) - float(w[0]) ** 2) ** 2


@pytest.mark.parametrize(
    ("fun", "options"),
    [
        (rosen, {"jac": rosen_der}),
        (rosen, {}),
        (opaque, {}),
        (valley, {"args": (100.0,)}),
        (valley, {"args": 100.0}),
        (lambda w: (rosen(w), rosen_der(w)), {"jac": True}),
        (lambda w: np.array([valley(w, 100.0)]), {}),
    ],
    ids=["jac", "none", "opaque", "args", "one argument", "jac=True", "array of one"],
)
def test_rosenbrock_with_every_kind_of_gradient(fun, options):
    found = minimize(fun, START, method=descend.as_scipy_method(steps=5000), tol=1e-6, **options)
    assert isinstance(found, OptimizeResult)
    np.testing.assert_allclose(found.x, [1.0, 1.0], atol=1e-3)
    assert found.success is True
    assert (found.status, found.fun < 1e-6) == (0, True)
    assert "converged" in found.message


def test_fields_are_those_of_the_descent():
    method = descend.as_scipy_method("adam", learning_rate=0.1, steps=200)
    found = minimize(rosen, START, jac=rosen_der, method=method)
    alone = descend.minimize(
        rosen, START, gradient=rosen_der, optimizer="adam", learning_rate=0.1, steps=200
    )
    np.testing.assert_array_equal(found.x, alone.x)
    np.testing.assert_array_equal(found.jac, rosen_der(found.x))
    assert found.fun == rosen(found.x)
    assert (found.nit, found.status, found.success) == (200, 1, False)
    assert found.best_fun == alone.best_fun <= found.fun
    assert found.descent.status == "stopped"


def test_calls_are_counted():
    calls = {"fun": 0, "jac": 0}

    def fun(w):
        calls["fun"] += 1
        return rosen(w)

    def jac(w):
        calls["jac"] += 1
        return rosen_der(w)

    found = minimize(fun, START, jac=jac, method=descend.as_scipy_method("adam", steps=20))
    assert (found.nfev, found.njev) == (calls["fun"], calls["jac"])
    assert found.nfev >= 21
    exact = minimize(
        lambda w: calls.update(fun=calls["fun"] + 1) or valley(w, 1.0),
        START,
        method=descend.as_scipy_method("adam", steps=20),
    )
    assert calls["fun"] - found.nfev == exact.nfev == exact.njev


def test_what_cannot_be_followed_is_minimised_by_differences():
    found = minimize(
        lambda w: -norm.logpdf([1.0, 2.0, 6.0], w[0], np.exp(w[1])).sum(),
        [0.0, 1.0],
        method=descend.as_scipy_method(),
    )
    assert found.success
    assert found.x[0] == pytest.approx(3)
    assert found.nfev > 4 * found.njev > 0


def test_options_of_scipy_take_precedence():
    method = descend.as_scipy_method(Adam(beta1=0.8), steps=50)
    assert minimize(rosen, START, method=method, options={"maxiter": 7}).nit == 7
    bowl = descend.as_scipy_method("sgd", learning_rate=0.1, steps=20)
    quick = minimize(lambda w: w @ w, START, jac=lambda w: 2 * w, method=bowl, tol=0.1)
    exact = minimize(lambda w: w @ w, START, jac=lambda w: 2 * w, method=bowl, tol=1e-9)
    assert (quick.status, exact.status) == (0, 1)
    with pytest.warns(OptimizeWarning, match="Unknown solver options: gtoll"):
        minimize(rosen, START, method=method, options={"gtoll": 1.0})


def test_it_tells_when_asked(capsys):
    minimize(rosen, START, method=descend.as_scipy_method(steps=3), options={"disp": True})
    assert "after 3 steps" in capsys.readouterr().out


def test_callbacks_of_both_kinds():
    points, results = [], []

    def by_result(intermediate_result):
        results.append(intermediate_result)

    method = descend.as_scipy_method("adam", steps=5)
    minimize(rosen, START, jac=rosen_der, method=method, callback=lambda x: points.append(x))
    minimize(rosen, START, jac=rosen_der, method=method, callback=by_result)
    assert len(points) == len(results) == 5
    for point, result in zip(points, results, strict=True):
        np.testing.assert_array_equal(point, result.x)
        assert result.fun == pytest.approx(rosen(point))


def test_a_callback_ends_it():
    def enough(intermediate_result):
        if intermediate_result.nit == 3:
            raise StopIteration

    method = descend.as_scipy_method("adam", steps=50)
    found = minimize(rosen, START, jac=rosen_der, method=method, callback=enough)
    assert (found.nit, found.status, found.success) == (3, 99, False)
    assert "callback" in found.message


def test_divergence_is_status_3():
    method = descend.as_scipy_method("sgd", learning_rate=1.0, steps=100)
    found = minimize(lambda w: 5 * w @ w, [1.0], method=method)
    assert (found.status, found.success) == (3, False)


def test_an_error_of_the_function_is_its_authors_to_see():
    def broken(w):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        minimize(broken, START, method=descend.as_scipy_method())


def test_a_function_that_returns_no_number_is_named():
    def pair(w):
        return 2 * w

    with pytest.raises(ValueError, match=r"pair returned an array of shape \(2,\)"):
        minimize(pair, START, method=descend.as_scipy_method())


def test_constraints_are_refused():
    with pytest.raises(ValueError, match="knows bounds but no other constraints"):
        minimize(
            rosen,
            START,
            method=descend.as_scipy_method(),
            constraints={"type": "eq", "fun": rosen},
        )
