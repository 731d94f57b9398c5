"""
Three minima: where one ends follows from where one starts
==========================================================

A curve with two equal global minima, and a local one between them. Descent only sees the slope
under its feet: each start ends in the valley that it lies in.
"""

# %%
# The curve
# ---------
# `x⁶ - 6x⁴ + 9x²` touches zero at 0 and at ±√3. With a little less of `x²`, the outer two sink
# below the middle one.

import numpy as np

import descend

curve = "x^6 - 6*x^4 + 8*x^2"
print(descend.derive(curve))

# %%
# The middle minimum lies at 0, with the value 0; the outer two at `±√(2 + √(4/3))`, far lower.

outer = np.sqrt(2 + np.sqrt(4 / 3))
starts = [[-2.2], [-1.2], [-0.7], [0.4], [0.85], [1.0], [2.1]]
descent = descend.minimize(curve, starts, optimizer="sgd", learning_rate=0.01, steps=400, tol=1e-6)
ends = [-outer, -outer, 0, 0, 0, outer, outer]
assert np.allclose(descent.x[:, 0], ends, atol=1e-4)
assert (descent.status == "converged").all()
descent.plot()

# %%
# The hilltops between the valleys, at `±√(2 - √(4/3))`, part the starts: a hair's breadth to either
# side of one decides.

hilltop = np.sqrt(2 - np.sqrt(4 / 3))
either = descend.minimize(
    curve, [[hilltop - 0.01], [hilltop + 0.01]], optimizer="sgd", learning_rate=0.01, steps=600
)
assert np.allclose(either.x[:, 0], [0, outer], atol=1e-4)
print(f"from {hilltop - 0.01:.4f} to {either.x[0, 0]:.4f}")
print(f"from {hilltop + 0.01:.4f} to {either.x[1, 0]:.4f}")

# %%
# Moving
# ------
# All seven at once.

descent.animate(seconds=6)

# %%
# Many starts
# -----------
# Who does not know the valleys starts often, and counts what was found.

many = descend.minimize(
    curve, np.linspace(-2.3, 2.3, 200)[:, np.newaxis], optimizer="sgd", learning_rate=0.01
)
for end, count in zip(*np.unique(many.x.round(3) + 0.0, return_counts=True), strict=True):
    print(f"{count:3} starts end at {end:6.3f}")
lowest = many.x[many.fun < many.fun.min() + 1e-9, 0]
assert np.allclose(np.unique(np.abs(lowest).round(4)), outer.round(4))
