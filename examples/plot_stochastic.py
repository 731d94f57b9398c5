"""
Point by point, batches, momentum
=================================

One weight is fitted to 150 points: by one point at a time, by five, and with momentum.
"""

# %%
# The data
# --------
# `y = 3.2 x + noise` with x up to 100: so steep that rates are small. The start is 10.

import numpy as np

import descend

random = np.random.default_rng(42)
x = random.uniform(0, 100, (150, 1))
y = 3.2 * x[:, 0] + random.normal(0, 10, 150)
exact = float(x[:, 0] @ y / (x[:, 0] @ x[:, 0]))
print(f"least squares: {exact:.3f}")
assert abs(exact - 3.2) < 0.05


def fitted(rate, optimizer="sgd", batch=1, epochs=1):
    """Fit the weight; the gradient of a point is scaled by 2/150, and so the rate is."""
    model = descend.DescentRegressor(
        loss="mean_squared_error", alpha=0, fit_intercept=False, optimizer=optimizer,
        learning_rate=rate / 150, batch_size=batch, max_iter=epochs, tol=0, record="step",
        random_state=1,
    )  # fmt: skip
    return model.fit(x, y, coef_init=[10.0])


def rough(model):
    """Return how much the weight still varies in the last fifty steps."""
    return float(model.descent_.points[-50:, 0].std())


# %%
# Point by point
# --------------
# Three rates: the first is too slow, the second right, the third oscillates.

rates = (0.0001, 0.001, 0.01)
points = {f"rate {rate}": fitted(rate) for rate in rates}
slow, right, wild = points.values()
assert slow.coef_[0] > right.coef_[0]
assert abs(right.coef_[0] - 3.2) < 0.2
assert rough(wild) > 3 * rough(right)
descend.views.parameters(points, true=[3.2])

# %%
# In batches of five
# ------------------
# The same rates, 120 iterations. Each takes the mean of five points, which is smoother, and costs
# five times as much: by the number of points it is slower.

batches = {f"rate {rate}": fitted(rate, batch=5, epochs=4) for rate in rates}
assert rough(batches["rate 0.01"]) < 0.6 * rough(wild)
after = 30  # iterations, that is 150 points: one pass over the data
assert batches["rate 0.001"].descent_.points[after, 0] > right.coef_[0] + 1
descend.views.parameters(batches, true=[3.2])

# %%
# Momentum that is too small to matter
# ------------------------------------
# The slow rate again, with a velocity that keeps a share of the last step. Shares of 0.0001 to 0.01
# change nothing.

small = {
    f"momentum {beta}": fitted(0.0001, descend.optimizers.Momentum(beta))
    for beta in (0.0001, 0.001, 0.01)
}
assert all(abs(model.coef_[0] - slow.coef_[0]) < 0.05 for model in small.values())
descend.views.parameters(small, true=[3.2])

# %%
# The usual momentum
# ------------------
# A share `beta` makes steps `1 / (1 - beta)` times as long in the end. 0.9 brings the slow rate to
# the goal in one pass; with 0.99 the weight runs past it and swings back.

usual = {
    f"momentum {beta}": fitted(0.0001, descend.optimizers.Momentum(beta))
    for beta in (0.5, 0.9, 0.99)
}
half, good, far = usual.values()
assert 3.5 < half.coef_[0] < slow.coef_[0] - 1
assert abs(good.coef_[0] - 3.2) < 0.2
assert far.descent_.points[:, 0].min() < 0
descend.views.parameters(usual, true=[3.2])

# %%
# Moving
# ------
# The weight comes down its parabola, and the line turns into the data.

right.descent_.animate(seconds=6, truth=lambda x: 3.2 * x)
