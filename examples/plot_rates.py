"""
The learning rate: slow, good, oscillating, unstable
====================================================

The same bowl, `(5x² + y²)/2`, the same start and as many steps, at four rates. The fastest is not
the best, and above a bound nothing arrives.
"""

# %%
# The bound
# ---------
# A step multiplies `x` by `1 - 5 · rate` and `y` by `1 - rate`: the curvatures are 5 and 1. Where
# the factor is below -1, each step overshoots by more than the last. So the largest rate that is
# stable is `2/L`, two over the largest curvature: here 2/5.

import numpy as np

import descend

bowl, start, steps = "(5*x^2 + y^2)/2", [2.0, 2.0], 60
bound = descend.find_rate(bowl, start).bound
print(f"stable below {bound:g}")
assert abs(bound - 2 / 5) < 1e-6

# %%
# Four rates
# ----------
# All four in one call: each with its path, and below them the values.

rates = {"slow": 0.02, "good": 0.3, "oscillating": 0.39, "unstable": 0.6}
result = descend.sweep(
    bowl,
    start,
    optimizer="sgd",
    learning_rate=list(rates.values()),
    steps=steps,
    tol=0,
    record="all",
)
runs = {name: result["sgd", rate] for name, rate in rates.items()}
for name, run in runs.items():
    print(f"{name:12} rate {rates[name]:4}: from {run.values[0]:g} to {run.fun:.2g}")
descend.views.compare(runs)

# %%
# Each is what the factors say, to the last digits.

t = np.arange(steps + 1)
for name, rate in rates.items():
    x, y = 2 * (1 - 5 * rate) ** t, 2 * (1 - rate) ** t
    assert np.allclose(runs[name].values, (5 * x**2 + y**2) / 2, rtol=1e-9)

# %%
# Slow is still on its way; good has arrived; oscillating jumps from side to side and comes down
# nevertheless; unstable does the same on its way up, to a loss of the order of 10¹⁸ and beyond.

assert runs["slow"].fun > 1e-2
assert runs["good"].fun < 1e-15
assert np.all(np.diff(np.sign(runs["oscillating"].points[:, 0])) != 0)
assert np.all(np.diff(runs["oscillating"].values) < 0)
assert np.any((runs["unstable"].values > 1e18) & (runs["unstable"].values < 1e19))

# %%
# Why did it fail?
# ----------------
# A record explains itself, with the bound and a rate that works.

print(runs["unstable"].explain())

# %%
# Which rates arrive at all
# -------------------------
# A hundred rates at once: the picture shows the bound.

many = descend.sweep(
    bowl, start, optimizer="sgd", learning_rate=np.linspace(0.01, 0.5, 100).tolist(), steps=steps
)
many.plot()

# %%
# Without a rate
# --------------
# Left to itself, the call needs none: a line search finds each step.

untuned = descend.minimize(bowl, start)
print(untuned)
assert untuned.status == "converged"
