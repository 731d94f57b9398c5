import numpy as np, pytest, warnings
from numpy_table import FOLLOWED, W
from descend.objectives.functions.function import Function

CASES = [(n, k) for n, calls in FOLLOWED.items() for k in range(len(calls))]

def weighted(call):
    def f(w):
        y = call(w)
        n = np.size(y)
        c = np.reshape(np.sin(1.0 + np.arange(n)), np.shape(y))
        if np.iscomplexobj(y):
            return np.sum(c * np.real(y)) + np.sum(c[..., ::-1] * np.imag(y)) if np.ndim(y) else np.real(y)+np.imag(y)*.3
        return np.sum(c * y)
    return f

def differences(f, w, h=1e-6):
    steps = h * np.eye(len(w))
    return np.array([(8*(f(w+s)-f(w-s)) - (f(w+2*s)-f(w-2*s)))/(12*h) for s in steps])

@pytest.mark.parametrize(("name", "k"), CASES)
def test_gradient(name, k):
    f = weighted(FOLLOWED[name][k])
    o = Function(f)
    value, g = o.value_and_gradient(W)
    assert value == f(W)
    np.testing.assert_allclose(g, differences(f, W, 1e-4), rtol=2e-7, atol=2e-8)
    v = np.cos(np.arange(6.0))
    hv = o.hessian_product(W, v)
    h = 1e-4
    gr = lambda w: o.value_and_gradient(w)[1]
    np.testing.assert_allclose(hv, (8*(gr(W+h*v)-gr(W-h*v))-(gr(W+2*h*v)-gr(W-2*h*v)))/(12*h), rtol=2e-6, atol=2e-7)
