"""
An optimizer of one's own
=========================

A few lines of arithmetic are a whole optimizer. It works at once everywhere: on functions, on
thousands of starts, in races, in pictures, and, compiled, on data.
"""

# %%
# The class
# ---------
# Where the gradient has changed its sign, the last step went too far: this one is halved. What is
# remembered, here the last gradient, starts at zero and has the shape of `w`.

from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

import descend


class Careful(NamedTuple):
    """Descent whose steps are shorter where the gradient has changed its sign."""

    shrink: float = 0.5

    memory = ("last",)

    def step(self, w, g, memory, rate, t):
        """Return where the step leads, and what to remember."""
        (last,) = memory
        factor = np.where(last * g < 0, self.shrink, 1.0)
        return w - rate * factor * g, (g,)


# %%
# On a function
# -------------
# A rate at which plain descent oscillates for long, in a bowl that is five times as steep one way.

bowl, start = "(5*x^2 + y^2)/2", [2.0, 2.0]
settings = {"learning_rate": 0.38, "steps": 40, "tol": 0}
own = descend.minimize(bowl, start, optimizer=Careful(), **settings)
plain = descend.minimize(bowl, start, optimizer="sgd", **settings)
print(f"own {own.fun:.1e}, plain {plain.fun:.1e}")
assert own.fun < plain.fun / 1000
descend.views.compare({"own": own, "plain": plain})

# %%
# Moving
# ------
# Steps that go to and fro are halved, those along the valley are not.

own.animate(seconds=6)

# %%
# In a race
# ---------
# Beside the library's own, all at that rate.

race = descend.race(
    bowl, start, optimizers=["sgd", "momentum", "adam", Careful()], learning_rate=0.38, steps=200
)
print(race)
assert any("Careful" in entry.name for entry in race.entries)

# %%
# A thousand starts
# -----------------
# The same lines serve arrays of any shape.

many = descend.minimize("himmelblau", starts=1000, seed=0, optimizer=Careful(), learning_rate=0.005)
ends = {(float(x), float(y)) for x, y in many.x[many.status == "converged"].round(2)}
print(f"{(many.status == 'converged').sum()} of 1000 converged, in {len(ends)} minima")
assert len(ends) == 4

# %%
# On data
# -------
# And in an estimator they are compiled into the loop over examples.

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
model = descend.DescentClassifier(
    optimizer=Careful(), learning_rate=0.01, max_iter=20, tol=0.0, random_state=0
).fit(X, y)
print(f"share of training examples that are classified right: {model.score(X, y):.3f}")
assert model.score(X, y) > 0.95
