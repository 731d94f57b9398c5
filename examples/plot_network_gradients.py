"""
Gradients through many layers
=============================

The chain rule goes back through a network layer by layer. How much of the gradient each layer gets
decides whether it learns. The gradients are exact: finite differences and PyTorch agree.
"""

# %%
# A deep network
# --------------
# Ten layers of ten neurons, in NumPy: 1,100 weights in one vector, those of a layer before its
# biases. The scale of the first weights is ours to choose.

import numpy as np
import torch

import descend

torch.set_num_threads(1)  # a small network is quicker on one
LAYERS, WIDTH = 10, 10
SQUARE = WIDTH * WIDTH
random = np.random.default_rng(0)
X = random.standard_normal((50, WIDTH))
y = np.sin(X.sum(axis=1))


def network(w, X):
    """Return the mean of the last layer."""
    for layer in w.reshape(LAYERS, SQUARE + WIDTH):
        X = np.tanh(X @ layer[:SQUARE].reshape(WIDTH, WIDTH).T + layer[SQUARE:])
    return X.mean(axis=1)


def loss(w):
    """Return the mean squared error."""
    return np.mean((network(w, X) - y) ** 2)


noise = random.standard_normal((LAYERS, SQUARE + WIDTH))
noise[:, SQUARE:] = 0
w = noise.ravel() / np.sqrt(WIDTH)

# %%
# Checked by finite differences
# -----------------------------
# ``check_gradient`` compares each of the 1,100 slopes with differences of the loss.

checked = descend.check_gradient(loss, w)
print(checked)
assert checked.ok

# %%
# Each layer's share
# ------------------
# What arrives at a layer on the way back is the gradient by its biases. On its way it is multiplied
# by the weights of all later layers: by small ones it vanishes, and the first layers learn nothing;
# by large ones it grows. At ``1/sqrt(width)`` all layers get a share.


def arriving(scale):
    """Return the size of the gradient by the biases of each layer."""
    start = scale * noise.ravel() / np.sqrt(WIDTH)
    gradient = descend.minimize(loss, start, optimizer="sgd", learning_rate=1.0, steps=0).jac
    return np.linalg.norm(gradient.reshape(LAYERS, -1)[:, SQUARE:], axis=1)


sizes = {f"{scale:g}/sqrt(width)": arriving(scale) for scale in (0.3, 1.0, 2.5)}
for name, size in sizes.items():
    print(f"{name:16} first layer {size[0]:.1e}, last layer {size[-1]:.1e}")
small, right, large = (size[0] / size[-1] for size in sizes.values())
assert small < 1e-4 < 0.05 < right < 5 < large
descend.views.loss_curves(sizes, "gradient by the biases", log=True, xlabel="layer")

# %%
# The same network in PyTorch
# ---------------------------
# The same weights, the same data: the two gradients agree to the last digits.

linear = [torch.nn.Linear(WIDTH, WIDTH, dtype=torch.float64) for _ in range(LAYERS)]
layers = [part for each in linear for part in (each, torch.nn.Tanh())]
module = torch.nn.Sequential(*layers)


def mean_squared(output, target):
    """Return the same loss in PyTorch."""
    return ((output.mean(dim=1) - target) ** 2).mean()


risk = descend.ModuleRisk(module, mean_squared, (torch.tensor(X), torch.tensor(y)))
value, gradient = risk.value_and_gradient(w)
ours = descend.minimize(loss, w, optimizer="sgd", learning_rate=1.0, steps=0)
assert np.isclose(value, ours.fun, rtol=1e-12)
assert np.allclose(gradient, ours.jac, rtol=1e-9, atol=1e-14)

# %%
# And the same descent
# --------------------
# Two hundred steps of Adam, once through NumPy, once through PyTorch.

numpy_run = descend.minimize(loss, w, optimizer="adam", learning_rate=0.003, steps=200)
torch_run = descend.minimize(risk, w, optimizer="adam", learning_rate=0.003, steps=200)
assert np.allclose(numpy_run.values, torch_run.values, rtol=1e-4)
assert numpy_run.fun < 0.5 * numpy_run.values[0]
runs = {"NumPy": numpy_run.values, "PyTorch": torch_run.values}
descend.views.loss_curves(runs, first=0, xlabel="step")
