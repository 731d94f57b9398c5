"""
The error curve, and the matrix form
====================================

The mean squared error of one number is a parabola with its minimum at the mean. That of a line is a
bowl, whose minimum the normal equations give at once, and gradient descent step by step.
"""

# %%
# The error of a constant
# -----------------------
# A thousand draws around 2. Each `m` predicts the same for all of them.

import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import descend

draws = np.random.default_rng(42).normal(2, 0.3, 1000)
candidates = np.linspace(1, 3, 40)
errors = [np.mean((draws - m) ** 2) for m in candidates]
best = candidates[np.argmin(errors)]
print(f"the mean is {draws.mean():.3f}, the best of the candidates {best:.3f}")
assert abs(best - draws.mean()) < 0.03

# %%
# The curve
# ---------
# Gradient descent on it, from 1: the curve, and the points that it visits.

descent = descend.minimize(
    lambda m: np.mean((draws - m[0]) ** 2), 1.0, optimizer="sgd", learning_rate=0.1, steps=40
)
assert abs(descent.x[0] - draws.mean()) < 1e-3
assert abs(descent.fun - draws.var()) < 1e-6
descent.plot(window=[(1, 3)])

# %%
# The data with the candidate lines
# ---------------------------------
# The model has one feature, which is 1 in every row: its weight is the constant.

constant = make_pipeline(
    FunctionTransformer(np.ones_like),
    descend.DescentRegressor(
        loss="mean_squared_error", alpha=0, fit_intercept=False, optimizer="sgd",
        learning_rate=0.1, batch_size="full", max_iter=40, tol=0,
    ),
)  # fmt: skip
places = np.arange(1000)[:, np.newaxis]
constant.fit(places, draws, descentregressor__coef_init=[1.0])
assert np.allclose(constant[-1].descent_.points[:10], descent.points[:10])
descend.views.fit_by_step(constant, data=(places, draws))

# %%
# The matrix form
# ---------------
# Fifty rows of `y = 8 + 6x + noise`, and ten times `w -= rate * (2/m) X^T (X w - y)`.

random = np.random.default_rng(42)
x = 2 * random.uniform(size=(50, 1))
y = 8 + 6 * x[:, 0] + random.normal(size=50)
start = random.normal(size=2)

columns = np.column_stack([x, np.ones(50)])
w = start.copy()
for _ in range(10):
    w -= 0.1 * (2 / 50) * columns.T @ (columns @ w - y)
exact = np.linalg.solve(columns.T @ columns, columns.T @ y)
print(f"ten steps {w.round(2)}, normal equations {exact.round(2)}")

# %%
# Each iteration's line
# ---------------------
# The model takes the same ten steps. Light is early, dark is late; dashed is the normal equations'
# answer.


def fitted(rate, steps):
    """Fit the line by full gradients, from the same start each time."""
    model = descend.DescentRegressor(
        loss="mean_squared_error", alpha=0, optimizer="sgd", learning_rate=rate,
        batch_size="full", max_iter=steps, tol=0,
    )  # fmt: skip
    return model.fit(x, y, coef_init=start[:1], intercept_init=start[1])


ten = fitted(0.1, 10)
assert np.allclose([ten.coef_[0], ten.intercept_], w)
descend.views.fit_by_step(ten, truth=lambda x: 8 + 6 * x)

# %%
# Other rates and other counts
# ----------------------------
# At the rate 0.001 a thousand steps are far too few, at 0.01 nearly enough. At 0.1 they find the
# normal equations' answer.

runs = {
    "rate 0.001": fitted(0.001, 1000),
    "rate 0.01": fitted(0.01, 1000),
    "rate 0.1": fitted(0.1, 1000),
}
ends = {name: np.array([run.coef_[0], run.intercept_]) for name, run in runs.items()}
assert np.allclose(ends["rate 0.1"], exact, atol=1e-3)
assert np.abs(ends["rate 0.001"] - exact).max() > 0.5
descend.views.parameters(runs, true=dict(zip(["x0", "intercept"], exact, strict=True)))

# %%
# scikit-learn's answer, by single rows and a falling rate, is near.

theirs = SGDRegressor(penalty=None, max_iter=1000, tol=1e-6, random_state=42).fit(x, y)
print(f"SGDRegressor {theirs.coef_[0]:.2f}, {theirs.intercept_[0]:.2f}")
assert np.allclose([theirs.coef_[0], theirs.intercept_[0]], exact, atol=0.3)
