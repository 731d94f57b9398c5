"""
The loss landscape of a small network
=====================================

A network has too many weights for a picture of its loss. But through the point where training
ended there are planes, and on a plane the loss is a landscape, in two and in three dimensions.
"""

# %%
# A network for two moons
# -----------------------
# Two layers, 65 weights, 200 points in two half moons. ``ModuleRisk`` makes a PyTorch module and
# its data an objective of all the weights, which any optimizer of ours descends.

import numpy as np
import torch
from sklearn.datasets import make_moons

import descend

torch.set_num_threads(1)  # a small network is quicker on one
rows, classes = make_moons(200, noise=0.15, random_state=0)
X, y = torch.tensor(rows), torch.tensor(classes, dtype=torch.float64)[:, None]
torch.manual_seed(0)
network = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
risk = descend.ModuleRisk(network.double(), torch.nn.BCEWithLogitsLoss(), (X, y))

adam = descend.minimize(risk, risk.start, optimizer="adam", learning_rate=0.05, steps=200)
print(adam)
assert adam.values[0] > 0.6
assert adam.fun < 0.03

# %%
# The plane of the path
# ---------------------
# The principal components of the 201 recorded points span the plane that shows most of the path:
# nearly all of its variance. The landscape is evaluated on it, 51 × 51 networks in one go.

landscape = descend.landscape(adam)
print(landscape)
assert landscape.explained_variance.sum() > 0.95
landscape.plot()

# %%
# What a projection hides
# -----------------------
# The path does not lie in the plane, and where it is away from it the loss drawn there is not its
# own. The end lies in it, so that there the two agree.

path = landscape.path
largest = np.abs(path.gaps).max()
print(f"drawn - true: {path.largest_gap:.3f} where it is largest, {path.end_gap:.1e} at the end")
assert abs(path.end_gap) < 1e-12
assert largest > 0.01

# %%
# Random directions
# -----------------
# Filter-normalised ones (Li et al., 2018) change each neuron's weights in proportion to their size,
# so that the landscapes of two networks can be compared. Nearly every random direction is at a
# right angle to the path, which shrinks to a dot. The same seed gives the same landscape.

random = descend.landscape(adam, directions="random", seed=1)
again = descend.landscape(adam, directions="random", seed=1)
assert (random.values == again.values).all()
assert np.ptp(random.path.coordinates[:, 0], axis=0).max() < 0.5
random.plot()

# %%
# Two optimizers, one plane
# -------------------------
# Plain descent from the same start, at a rate ten times as large, is still on its way.

sgd = descend.minimize(risk, risk.start, optimizer="sgd", learning_rate=0.5, steps=200)
assert sgd.fun > 3 * adam.fun
descend.landscape(sgd).plot()

# %%
# Without PyTorch
# ---------------
# The same network as a NumPy function: its gradient comes from following what NumPy computes.


def loss(w):
    """Return the mean cross-entropy of the network."""
    hidden = np.tanh(rows @ w[:32].reshape(16, 2).T + w[32:48])
    scores = hidden @ w[48:64] + w[64]
    return np.mean(np.logaddexp(0, scores) - classes * scores)


own = descend.minimize(loss, risk.start, optimizer="adam", learning_rate=0.05, steps=200)
assert np.allclose(own.values, adam.values, rtol=1e-6)
descend.views.landscape(own, surface=True)

# %%
# Moving
# ------
# The path as it was walked, beside the true loss at each step.

adam.animate(title="Two moons: 65 weights on two principal components")
