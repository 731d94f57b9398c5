"""
A cubic for a sine
==================

A polynomial of degree three is fitted to a sine by gradient descent, and drawn over it while it
bends. Where the sine swings more often, a cubic cannot follow.
"""

# %%
# The model
# ---------
# 2,000 points of `y = sin x` from -pi to pi, and `a + b x + c x^2 + d x^3`: a line in the features
# `x, x^2, x^3`, which a pipeline makes. The rate 1e-6 of the *summed* squared error is 2,000 times
# as much of its mean.

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, PolynomialFeatures

import descend

x = np.linspace(-np.pi, np.pi, 2000)[:, np.newaxis]
y = np.sin(x[:, 0])
a, b, c, d = np.random.default_rng(0).normal(size=4)


def fitted(rate=1e-6, steps=2000, loss="mean_squared_error"):
    """Fit the cubic by full gradients, from the same random start each time."""
    cubic = make_pipeline(
        PolynomialFeatures(3, include_bias=False),
        descend.DescentRegressor(
            loss=loss, alpha=0, optimizer="sgd", learning_rate=rate * 2000, batch_size="full",
            max_iter=steps, tol=0,
        ),
    )  # fmt: skip
    start = {"coef_init": [b, c, d], "intercept_init": a}
    return cubic.fit(x, y, **{f"descentregressor__{name}": w for name, w in start.items()})


cubic = fitted()
descent = cubic[-1].descent_
for step in range(0, 2001, 100):
    print(f"iteration {step:4}: summed squared error {2000 * descent.values[step]:10.2f}")

# %%
# The result
# ----------
# Near the best cubic of all: 0, 0.857, 0, -0.093.

print(f"a = {cubic[-1].intercept_:.3f}; b, c, d = {cubic[-1].coef_.round(3)}")
assert np.allclose(cubic[-1].coef_, [0.857, 0, -0.093], atol=0.02)
assert abs(cubic[-1].intercept_) < 0.05
descend.views.fit(cubic, truth=np.sin)

# %%
# The curve, every hundred iterations
# -----------------------------------
# A record of each hundredth step is enough.

cubic[-1].set_params(record="epoch")
descend.views.animate(cubic, truth=np.sin, seconds=6)

# %%
# All of them at once.

descend.views.fit_by_step(cubic, truth=np.sin)

# %%
# Loss against each of a, b, c, d
# -------------------------------
# The loss is steep in `d`, by which the cube of `x` is multiplied, and flat in `a`.

descend.views.loss_over_each(cubic)

# %%
# Other rates and other counts
# ----------------------------
# A tenth of the rate needs ten times the iterations. Four times the rate is beyond the bound.

few, many = fitted(1e-7, 2000)[-1].descent_, fitted(1e-7, 20_000)[-1].descent_
print(f"at 1e-7: {few.fun:.4f} after 2,000 iterations, {many.fun:.4f} after 20,000")
assert np.isclose(many.fun, descent.fun, rtol=0.01)
assert few.fun > 2 * many.fun
descend.views.parameters({"rate 1e-6": cubic, "rate 1e-7": few})
