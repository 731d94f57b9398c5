"""
A two-layer network
===================

Logistic regression draws a straight line between classes. One more layer bends it. The network is
a few lines of NumPy, and no line of it is a gradient.
"""

# %%
# Where a straight line ends
# --------------------------
# Two half moons, one around the other. Logistic regression is a network of one layer.

import numpy as np
from sklearn.datasets import make_moons

import descend

X, y = make_moons(200, noise=0.15, random_state=0)
straight = descend.DescentClassifier(alpha=0).fit(X, y)
print(f"logistic regression: {straight.score(X, y):.1%} right")
assert 0.8 < straight.score(X, y) < 0.92

# %%
# One hidden layer
# ----------------
# Eight neurons, each a logistic regression with a tanh, and one more that reads them: 33 weights
# in one vector.

WIDTH = 8


def scores(w, X):
    """Return what the network says: above 0 is class 1."""
    first = w[: 2 * WIDTH].reshape(WIDTH, 2)
    hidden = np.tanh(X @ first.T + w[2 * WIDTH : 3 * WIDTH])
    return hidden @ w[3 * WIDTH : 4 * WIDTH] + w[4 * WIDTH]


def loss(w):
    """Return the mean cross-entropy."""
    z = scores(w, X)
    return np.mean(np.logaddexp(0, z) - y * z)


start = 0.5 * np.random.default_rng(0).standard_normal(4 * WIDTH + 1)
descent = descend.minimize(loss, start, optimizer="adam", learning_rate=0.1, steps=300)
right = np.mean((scores(descent.x, X) > 0) == y)
print(f"two layers: {right:.1%} right, loss {descent.values[0]:.3f} to {descent.fun:.3f}")
assert right > 0.97
descent.plot()

# %%
# From nothing to something
# -------------------------
# If all weights start at 0, all neurons of a layer get the same gradient, and the hidden ones none:
# the network stays what logistic regression without columns is, a constant.

flat = descend.minimize(loss, np.zeros_like(start), optimizer="adam", learning_rate=0.1, steps=300)
assert np.isclose(flat.fun, np.log(2))
assert np.allclose(flat.x[: 3 * WIDTH], 0)
curves = {"random start": descent.values, "all zero": flat.values}
descend.views.loss_curves(curves, first=0, xlabel="step")

# %%
# The landscape it went through
# -----------------------------
# On the two principal components of its path, from above and as a surface.

descent.plot(view="landscape")

# %%
# Many starts
# -----------
# The landscape has many valleys, most of them good enough: ten starts at once.

starts = 0.5 * np.random.default_rng(1).standard_normal((10, len(start)))
many = descend.minimize(loss, starts, optimizer="adam", learning_rate=0.1, steps=150)
reached = [np.mean((scores(w, X) > 0) == y) for w in many.x]
print("right:", " ".join(f"{share:.1%}" for share in sorted(reached)))
assert min(reached) > straight.score(X, y)
many.plot()
