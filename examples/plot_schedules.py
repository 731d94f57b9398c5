"""
Schedules: rates that change on the way
=======================================

Large steps come fast, small ones come close. A schedule begins with the first and ends with the
second; and a large step may lead out of a shallow minimum.
"""

# %%
# Some schedules
# --------------
# Each is a function of the step count. As text or as an object, all go wherever a rate goes.

import numpy as np

import descend
from descend import rates

peak, steps = 1.0, 200
policies = {
    "constant": rates.Constant(peak),
    "step": rates.Step(peak, every=50, factor=0.3),
    "inverse time": rates.InverseTime(peak, decay=0.05),
    "exponential": rates.Exponential(peak, factor=0.97),
    "cosine": rates.Cosine(peak, steps),
    "warm restarts": rates.WarmRestarts(peak, cycle=50),
    "one cycle": rates.OneCycle(peak, steps),
}
descend.views.schedules(policies, steps=steps)

# %%
# One weight, noisy batches
# -------------------------
# 150 points on a line through zero, of the slope 3.2; a batch holds five of them. At a constant
# rate each batch pulls the weight its own way, and it never settles.

random = np.random.default_rng(0)
x = random.uniform(0, 100, 150)
y = 3.2 * x + random.normal(0, 10, 150)
best = x @ y / (x @ x)


def fit(rate):
    """Return the record of 15 epochs of batches of five, from the weight 10."""
    model = descend.DescentRegressor(
        penalty=None,
        fit_intercept=False,
        optimizer="sgd",
        learning_rate=rate,
        batch_size=5,
        max_iter=15,
        tol=0,
        warm_start=True,
        record="step",
        random_state=0,
    )
    model.coef_, model.intercept_, model.n_features_in_ = np.array([10.0]), 0.0, 1
    return model.fit(x[:, np.newaxis], y).descent_


# %%
# For all rows together plain descent is stable below `2/L`, where `L` is the mean of `x²`: the
# rates stay below that.

most, total = 2e-4, 15 * 30
assert most < 2 / np.mean(x**2)
named = {
    "constant": most,
    "constant, a tenth": most / 10,
    "step": rates.Step(most, every=total / 4, factor=0.2),
    "cosine": rates.Cosine(most, total),
}
runs = {name: fit(rate) for name, rate in named.items()}
for name, run in runs.items():
    print(f"{name:18} off by {np.abs(run.points[-60:, 0] - best).max():.4f} at the most in the end")
descend.views.compare(runs)

# %%
# At the constant rate the last steps still scatter; a tenth of the rate scatters less, but comes
# later; the schedules come as soon and settle.


def scatter(name):
    """Return how far from the best weight the last sixty steps were."""
    return np.abs(runs[name].points[-60:, 0] - best).max()


assert scatter("cosine") < scatter("constant") / 3
assert scatter("step") < scatter("constant") / 3

# %%
# A shallow minimum
# -----------------
# A curve with several valleys: the start lies beside a shallow one. Small steps end in it, and so
# do schedules that fall before they are out.

curve, start = "0.1*(x - 3)^2 + sin(3x)/2", -1.5
small = descend.minimize(curve, start, optimizer="sgd", learning_rate=0.1, steps=steps, tol=0)
assert abs(small.x[0] - -0.3683) < 1e-3
small.plot()

# %%
# Escape
# ------
# Steps that are too long to settle in it lead on, and as they shorten they settle in the deepest.

escaping = descend.minimize(
    curve, start, optimizer="sgd", learning_rate=rates.Cosine(1.0, 150), steps=steps, tol=0
)
assert abs(escaping.x[0] - 3.6369) < 1e-3
assert escaping.fun < small.fun - 1
escaping.animate(seconds=8)

# %%
# Momentum escapes, too: it rolls through the shallow valley and up the other side.

rolling = descend.minimize(curve, start, optimizer="momentum", learning_rate=0.1, steps=steps)
assert abs(rolling.x[0] - escaping.x[0]) < 1e-3
rolling.plot()

# %%
# None of it is certain. From other starts, the same schedule may leave a better valley for a worse
# one: so one tries several starts.

starts = np.linspace(-4, 9, 200)
one_by_one = {
    rate: descend.minimize(
        curve, starts[:, np.newaxis], optimizer="sgd", learning_rate=policy, steps=steps, tol=0
    )
    for rate, policy in {"0.1": 0.1, "cosine from 1": rates.Cosine(1.0, 150)}.items()
}
deepest = {name: np.mean(run.fun < -0.457) for name, run in one_by_one.items()}
print({name: f"{share:.0%} in the deepest" for name, share in deepest.items()})
assert deepest["cosine from 1"] > deepest["0.1"]
