"""
A parabola: every start arrives
===============================

A convex curve has one minimum, and from wherever it starts, descent ends there.
"""

# %%
# Eight starts
# ------------
# The slope of `x²` is `2x`. At the rate 0.1 each step leaves `1 - 0.1 · 2 = 0.8` of the way to the
# minimum, from either side and from any distance.

import numpy as np

import descend

print(descend.derive("x^2"))
starts = [[-9.0], [-6.0], [-3.5], [-1.0], [2.0], [4.0], [7.0], [9.5]]
descent = descend.minimize("x^2", starts, optimizer="sgd", learning_rate=0.1, steps=100, tol=1e-6)
assert (descent.status == "converged").all()
assert np.allclose(descent.x, 0, atol=1e-4)
t = np.arange(21)[:, np.newaxis, np.newaxis]
assert np.allclose(descent.points[:21], np.array(starts) * 0.8**t)
descent.plot()

# %%
# Moving, with the derivative
# ---------------------------
# The ball rolls down the curve, and the tangent turns level: at the minimum the derivative is 0.

one = descend.minimize("x^2", 9.0, optimizer="sgd", learning_rate=0.1, steps=40, tol=0)
assert one.gradient_norms[0] == 18
assert one.gradient_norms[-1] < 0.01
one.animate(seconds=6)

# %%
# One step in close-up
# --------------------
# The fourth of them: the tangent has the slope `2x`, the step is a tenth of it, downhill.

descend.views.tangent(one, step=3, window=[(-10, 10)])
