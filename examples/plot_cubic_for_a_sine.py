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


def fitted(rate=1e-6, steps=2000, loss="mean_squared_error", record="epoch"):
    """Fit the cubic by full gradients, from the same random start each time."""
    cubic = make_pipeline(
        PolynomialFeatures(3, include_bias=False),
        descend.DescentRegressor(
            loss=loss, alpha=0, optimizer="sgd", learning_rate=rate * 2000, batch_size="full",
            max_iter=steps, tol=0, record=record,
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
# Each hundredth iteration is recorded. The film of the pipeline shows the curve over `x` itself.

hundreds = fitted(record=100)
assert np.allclose(hundreds[-1].descent_.point_steps, range(0, 2001, 100))
descend.views.animate(hundreds, truth=np.sin, seconds=6)

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
# A tenth of the rate needs ten times the iterations. Four times the rate is beyond the bound, and
# the error says which rate is safe.

slow, slower = fitted(1e-7, 20_000), fitted(1e-7, 2000)
print(
    f"at 1e-7: {slower[-1].descent_.fun:.4f}, after ten times as many {slow[-1].descent_.fun:.4f}"
)
assert np.isclose(slow[-1].descent_.fun, descent.fun, rtol=0.01)
assert slower[-1].descent_.fun > 10 * descent.fun
try:
    fitted(4e-6)
except descend.DivergenceError as error:
    print(error)
descend.views.parameters({"rate 1e-6": cubic, "rate 1e-7": slower})

# %%
# Other losses
# ------------
# The absolute error and Huber's weigh large differences less. Their cubics differ a little.

absolute, huber = (fitted(loss=loss) for loss in ("absolute_error", "huber"))
for name, other in {"absolute": absolute, "huber": huber}.items():
    error = np.mean((other.predict(x) - y) ** 2)
    print(f"{name:9} b, c, d = {other[-1].coef_.round(3)}, mean squared error {error:.4f}")
    assert error > descent.fun
assert abs(absolute[-1].coef_[2] + 0.093) < 0.02
descend.views.fit(huber, truth=np.sin)

# %%
# Four times as wide
# ------------------
# From -4 pi to 4 pi the sine turns eight times, and a cubic can turn twice. The descent, untuned,
# ends at the best cubic there is: this is bias.

wide = 4 * x
waves = np.sin(wide[:, 0])


def polynomial(degree):
    """Fit a polynomial of this degree, untuned, to the wide sine."""
    features = PolynomialFeatures(degree, include_bias=False)
    model = descend.DescentRegressor(loss="mean_squared_error", alpha=0)
    return make_pipeline(MaxAbsScaler(), features, model).fit(wide, waves)


low = polynomial(3)
assert low[-1].descent_.status == "converged"
assert low[-1].descent_.fun > 0.4
descend.views.fit(low, truth=np.sin)

# %%
# The degree that can
# -------------------
# Eight turns need at least degree nine; from thirteen on it follows.

losses = {degree: polynomial(degree)[-1].descent_.fun for degree in (3, 7, 9, 11, 13, 15)}
print({degree: round(float(loss), 4) for degree, loss in losses.items()})
assert losses[9] > 0.2
assert losses[13] < 0.01
descend.views.fit(polynomial(13), truth=np.sin)
