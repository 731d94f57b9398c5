"""
A line, and a line on a parabola
================================

The same descent twice: where the data follow a line the loss falls to the noise, and where they
follow a parabola it stays high, however well the descent works.
"""

# %%
# A line on a line
# ----------------
# A hundred points of `y = 2x + 1 + noise`, the rate 0.015, a hundred iterations.

import numpy as np

import descend

random = np.random.default_rng(0)
x = np.linspace(-2, 2, 100)[:, np.newaxis]
noise = random.normal(0, 0.5, 100)
straight, bent = 2 * x[:, 0] + 1 + noise, x[:, 0] ** 2 + noise


def fitted(y):
    """Fit a line by full gradients, from slope and intercept near 1 and 0."""
    model = descend.DescentRegressor(
        loss="mean_squared_error", alpha=0, optimizer="sgd", learning_rate=0.015,
        batch_size="full", max_iter=100, tol=0,
    )  # fmt: skip
    return model.fit(x, y, coef_init=[0.93], intercept_init=0.0)


line = fitted(straight)
for step in range(0, 101, 10):
    print(f"iteration {step:3}: loss {line.descent_.values[step]:.3f}")

# %%
# The loss falls from about 3 to the noise, about 0.25.

assert 2.0 < line.descent_.values[0] < 4.0
assert 0.2 < line.descent_.values[-1] < 0.4
assert abs(line.coef_[0] - 2) < 0.15
descend.views.fit(line, truth=lambda x: 2 * x + 1)

# %%
# Moving
# ------
# The landscape over slope and intercept as a surface with the path, and beside it the line.

line.descent_.animate(seconds=6, surface=True, truth=lambda x: 2 * x + 1)

# %%
# A line on a parabola
# --------------------
# The descent works as well: it comes to the minimum of its landscape. But the loss stays high.

parabola = fitted(bent)
least = np.mean((bent - np.polyval(np.polyfit(x[:, 0], bent, 1), x[:, 0])) ** 2)
print(f"loss {parabola.descent_.fun:.2f}; the best line has {least:.2f}, the noise 0.25")
assert parabola.descent_.fun < 1.1 * least
assert parabola.descent_.fun > 4 * line.descent_.fun
descend.views.fit_by_step(parabola, truth=lambda x: x**2)

# %%
# Both landscapes are bowls of the same shape, which follows from the places `x` alone. One ends at
# the noise, the other far above it.

descend.views.slices({"of a line": line, "of a parabola": parabola}, "x0")
