"""
Bias and variance
=================

A descent that works can end at a high loss. Then it is the model that cannot do better (bias), or
the rows that were too few to tell (variance). Slices through the minimum show which.
"""

# %%
# A line fitted to a line, and to a parabola
# ------------------------------------------
# The same 100 places, the same noise, the same model. One of the targets is a straight line, the
# other a parabola.

import numpy as np
from sklearn.datasets import make_regression
from sklearn.preprocessing import PolynomialFeatures

import descend

random = np.random.default_rng(0)
x = random.uniform(-2, 2, (100, 1))
noise = random.normal(0, 0.5, 100)
straight, bent = 2 * x[:, 0] + 1 + noise, x[:, 0] ** 2 + noise

of_line = descend.DescentRegressor(alpha=0).fit(x, straight)
of_parabola = descend.DescentRegressor(alpha=0).fit(x, bent)
print(f"losses at the end: {of_line.descent_.fun:.2f} and {of_parabola.descent_.fun:.2f}")
descend.views.slices({"of a line": of_line, "of a parabola": of_parabola}, "x0")

# %%
# Both curves are as steep: that follows from the places alone. One ends at the noise, half of 0.5²,
# the other far above it. No step, no rate and no optimizer brings it lower: this is bias.

assert abs(of_line.descent_.fun - 0.5 * 0.5**2) < 0.03
assert of_parabola.descent_.fun > 5 * of_line.descent_.fun
assert of_parabola.descent_.status == "converged"

# %%
# The polynomial that fixes it
# ----------------------------
# With the square of x as a second feature the model can be a parabola, and the loss falls to the
# noise.

columns = PolynomialFeatures(2, include_bias=False)
fixed = descend.DescentRegressor(alpha=0).fit(columns.fit_transform(x), bent)
print(f"loss {fixed.descent_.fun:.2f} with weights {fixed.coef_.round(2)}")
assert abs(fixed.descent_.fun - of_line.descent_.fun) < 0.02
assert np.allclose(fixed.coef_, [0, 1], atol=0.15)
descend.views.slices({"a line": of_parabola, "a parabola": fixed}, "x0", reach=1.5)

# %%
# Variance: rows too few to tell
# ------------------------------
# The right model, fitted to five samples of 8 rows: each has a minimum elsewhere. More rows bring
# them together, and nothing else does.


def fits(rows):
    """Fit the model to five samples of so many rows."""
    samples = [random.choice(100, rows, replace=False) for _ in range(5)]
    return {
        f"sample {i + 1}": descend.DescentRegressor(alpha=0).fit(x[sample], straight[sample])
        for i, sample in enumerate(samples)
    }


few, many = fits(8), fits(80)
spread = [np.std([fit.coef_[0] for fit in some.values()]) for some in (few, many)]
print(f"the slopes of 8 rows vary by {spread[0]:.2f}, those of 80 by {spread[1]:.3f}")
assert spread[0] > 3 * spread[1]
descend.views.slices(few, "x0", reach=1.5)

# %%
# Many features at once
# ---------------------
# With ten features the loss is a bowl of eleven dimensions. The descent does not mind: it finds
# what the normal equations find. Two of the weights can be seen at a time, the others refitted at
# each point.

X, y = make_regression(n_samples=300, n_features=10, noise=5, random_state=2)
model = descend.DescentRegressor(alpha=0).fit(X, y)
exact = np.linalg.lstsq(np.column_stack([X, np.ones(300)]), y)[0]
assert np.allclose([*model.coef_, model.intercept_], exact, rtol=1e-5, atol=1e-5)
descend.views.loss_over(model, ("x0", "x1"), others="refitted")

# %%
# Or each by itself.

descend.views.loss_over_each(model, [f"x{j}" for j in range(6)])
