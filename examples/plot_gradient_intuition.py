"""
What a gradient is
==================

The gradient is the direction of the steepest way up, and its length says how steep. A step of
descent goes the other way.
"""

# %%
# On a curve
# ----------
# The slope of `x²` at 1.5 is 3: the tangent rises, so down is to the left. At the rate 0.2 the
# step is `0.2 × 3 = 0.6` long.

import numpy as np

import descend

print(descend.derive("x^2"))
descend.views.tangent("x^2", 1.5, rate=0.2, window=[(-2.5, 2.5)])

# %%
# The steeper, the farther
# ------------------------
# The rate is the same, the steps are not: they shorten by themselves where the curve flattens.

descent = descend.minimize("x^2", 2.4, optimizer="sgd", learning_rate=0.2, steps=8, tol=0)
lengths = np.abs(np.diff(descent.points[:, 0]))
assert np.allclose(lengths[1:] / lengths[:-1], 0.6)
descent.plot()

# %%
# On a surface
# ------------
# A function of two variables has a slope by each. Together they are the gradient, an arrow, and
# the tangent is a plane.

print(descend.derive("sin(x)*sin(y)"))
descend.views.tangent("sin(x)*sin(y)", [0.6, 1.0], rate=0.6, window=[(-2, 3), (-2, 3)])

# %%
# Across the level line
# ---------------------
# Seen from above, points of the same height form a line. The gradient is orthogonal to it: along
# the line nothing changes, so the steepest way leads straight across.

descend.views.level_line("sin(x)*sin(y)", [0.6, 1.0], rate=0.6, window=[(-2, 3), (-2, 3)])

# %%
# In numbers: along the tangent of the level line the value does not change to first order.


def height(w):
    """Return the height at a point."""
    return np.sin(w[0]) * np.sin(w[1])


point, far = np.array([0.6, 1.0]), 1e-4
gradient = np.array([np.cos(0.6) * np.sin(1.0), np.sin(0.6) * np.cos(1.0)])
across = gradient / np.linalg.norm(gradient)
along = np.array([-across[1], across[0]])
change_along = height(point + far * along) - height(point)
change_across = height(point + far * across) - height(point)
print(f"a step along the line changes {change_along:.1e}, one across it {change_across:.1e}")
assert abs(change_along) < 1e-3 * change_across
