"""
The pieces: prediction, error, derivatives, a step, the loop
============================================================

A line `y = m x + c` is fitted to a hundred points by gradient descent, first by hand, a piece at a
time, and then by one call. The derivatives are not looked up: they are derived.
"""

# %%
# The data
# --------
# A hundred points on a line of slope 60.84, with noise; a fifth of them is held out.

import numpy as np
from sklearn.datasets import make_regression
from sklearn.model_selection import train_test_split

import descend

X, y, true_slope = make_regression(
    n_samples=100, n_features=1, n_informative=1, noise=5, coef=True, random_state=2
)
x, x_test, y, y_test = train_test_split(X[:, 0], y, test_size=0.2, random_state=10)
assert abs(true_slope - 60.84) < 0.01

# %%
# A prediction, and how wrong it is
# ---------------------------------
# The line starts far off, at the slope -10 and the intercept 9. The mean squared error (MSE) says
# how far.


def mean_squared_error(w):
    """Return the mean squared error of the line of slope `w[0]` and intercept `w[1]`."""
    return np.mean((y - (w[0] * x + w[1])) ** 2)


start = np.array([-10.0, 9.0])
print(f"the error at the start: {mean_squared_error(start):,.0f}")

# %%
# Which way is down?
# ------------------
# The error of one point is `(y - p)²`, where `p` is its prediction. By the chain rule its slope by
# `m` is `-2x(y - p)`, and by `c` it is `-2(y - p)`: the outer derivative times the inner one.

error = descend.derive("(y - (m*x + c))^2", wrt=["m", "c"])
print(error)

symbols = {symbol.name: symbol for symbol in error.gradient["m"].free_symbols}
p = symbols["m"] * symbols["x"] + symbols["c"]
assert (error.gradient["m"] - -2 * symbols["x"] * (symbols["y"] - p)).expand() == 0
assert (error.gradient["c"] - -2 * (symbols["y"] - p)).expand() == 0

# %%
# The same rule carries further: a cubic has four coefficients, and so four slopes. Each is the
# same outer derivative, times the power of `x` that its coefficient stands beside.

cubic = descend.derive("(y - (a + b*x + c*x^2 + d*x^3))^2", wrt=["a", "b", "c", "d"])
for name, slope in cubic.gradient.items():
    print(f"d/d{name} = {slope}")
assert str((cubic.gradient["d"] / cubic.gradient["a"]).simplify()) == "x**3"

# %%
# One step
# --------
# The mean of those slopes over all points is the gradient. A step goes against it, as far as the
# learning rate says: here 0.1.


def gradient(w):
    """Return the slopes of the mean squared error by slope and by intercept."""
    r = y - (w[0] * x + w[1])
    return np.array([np.mean(-2 * x * r), np.mean(-2 * r)])


print(descend.check_gradient(mean_squared_error, start, gradient))
w = start - 0.1 * gradient(start)
print(f"after one step: slope {w[0]:.2f}, intercept {w[1]:.2f}")
assert mean_squared_error(w) < mean_squared_error(start)

# %%
# The loop
# --------
# Ten times the same: the error falls at each pass over the data, an *epoch*.

w = start
for epoch in range(1, 11):
    w = w - 0.1 * gradient(w)
    print(f"epoch {epoch:2}: error {mean_squared_error(w):8.2f}, slope {w[0]:6.2f}")

# %%
# One call
# --------
# `descend.minimize` runs that loop. It needs no gradient: it derives the function as it is written.

descent = descend.minimize(
    mean_squared_error, start, optimizer="sgd", learning_rate=0.1, steps=10, tol=0
)
assert np.allclose(descent.x, w)
assert (np.diff(descent.values) < 0).all()
descent.plot(title="Ten steps toward the line")

# %%
# Untuned
# -------
# Ten steps are on the way. Without a rate, the call finds one itself, and arrives: the slope is
# near the true one, and on the points held out the error is about 21, that of the noise.

fitted = descend.minimize(mean_squared_error, start)
slope, intercept = fitted.x
test_error = np.mean((y_test - (slope * x_test + intercept)) ** 2)
print(f"slope {slope:.2f}, intercept {intercept:.2f}, error on held out points {test_error:.1f}")
assert fitted.status == "converged"
assert abs(slope - 60.1) < 1
assert abs(intercept) < 1
assert abs(test_error - 21) < 1
