"""
A line: two parameters, and what moves
======================================

A hundred points near a line, and a line that is fitted to them by gradient descent. The loss is the
mean squared error as tutorials write it, so that their learning rates hold as printed.
"""

# %%
# The data
# --------
# The true slope is 60.84. A fifth of the rows is held out to test the fit.

import numpy as np
import torch
from sklearn.datasets import make_regression
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

import descend

X, y, true_slope = make_regression(
    n_samples=100, n_features=1, n_informative=1, n_targets=1, noise=5, coef=True, random_state=2
)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
print(f"the true slope is {true_slope:.2f}; {len(X_train)} rows to fit, {len(X_test)} to test")
assert round(float(true_slope), 2) == 60.84

# %%
# Ten epochs
# ----------
# From the slope -10 and the intercept 9, at the rate 0.1, in batches of 32 rows.


def fitted(rate=0.1, epochs=10, batch=32):
    """Fit the line by plain gradient descent, from the same start each time."""
    model = descend.DescentRegressor(
        loss="mean_squared_error", alpha=0, optimizer="sgd", learning_rate=rate, tol=0,
        batch_size=batch, max_iter=epochs, random_state=0,
    )  # fmt: skip
    return model.fit(X_train, y_train, coef_init=[-10.0], intercept_init=9.0)


model = fitted()
for epoch, loss in enumerate(model.descent_.values):
    print(f"epoch {epoch:2}: loss {loss:8.2f}")
assert abs(model.coef_[0] - true_slope) < 2
assert abs(model.intercept_) < 1.5
model.descent_.plot()

# %%
# Mean squared error in action
# ----------------------------
# The predictions approach the truth: the points go to the line, and the numbers in the table too.

model.descent_.animate(view="predictions", seconds=6)

# %%
# The rows that were held out are predicted as well.

descend.views.predictions(model, data=(X_test, y_test))

# %%
# Beside other libraries
# ----------------------
# The same split, and the same answer from scikit-learn and PyTorch.

theirs = SGDRegressor(random_state=0).fit(X_train, y_train)

torch.manual_seed(0)
line = torch.nn.Linear(1, 1)
step = torch.optim.SGD(line.parameters(), lr=0.1)
rows, targets = (torch.tensor(each, dtype=torch.float32) for each in (X_train, y_train[:, None]))
for _ in range(50):
    step.zero_grad()
    torch.nn.MSELoss()(line(rows), targets).backward()
    step.step()

# %%
# One table, three rows.

found = {
    "descend": (model.coef_[0], model.intercept_),
    "SGDRegressor": (theirs.coef_[0], theirs.intercept_[0]),
    "PyTorch": (line.weight.item(), line.bias.item()),
}
print(f"{'':14}{'slope':>8}{'intercept':>11}{'test MSE':>10}")
for name, (slope, intercept) in found.items():
    error = mean_squared_error(y_test, slope * X_test[:, 0] + intercept)
    print(f"{name:14}{slope:8.2f}{intercept:11.2f}{error:10.2f}")
    assert abs(slope - true_slope) < 2
    assert abs(intercept) < 1.5
    assert error < 40

# %%
# The loss surface, and the line that moves
# -----------------------------------------
# Dark is a high loss, light a low one. Each point of the landscape is a line, and the path on it is
# the line that turns beside it.

model.descent_.animate(seconds=6, window=((-100, 200), (-10, 10)))

# %%
# Small steps, big steps, steps too big
# -------------------------------------
# The rates 0.1, 0.6 and 0.8, fifty epochs each.

rates = {f"rate {rate}": fitted(rate, epochs=50) for rate in (0.1, 0.6, 0.8)}
descend.views.parameters(rates, true=[true_slope, 0])

# %%
# Why 0.8 does not settle
# -----------------------
# A step overshoots when the rate is above `1/L`, and grows when it is above `2/L`, where `L` is the
# largest curvature of the loss. 0.6 overshoots and comes back; 0.8 lies just above the bound.

columns = np.column_stack([X_train[:, 0], np.ones(len(X_train))])
L = np.linalg.eigvalsh(2 * columns.T @ columns / len(columns)).max()
print(f"L is {L:.2f}: steps overshoot above {1 / L:.2f}, and grow above {2 / L:.2f}")
print(rates["rate 0.8"].descent_.explain())
late = {name: np.ptp(run.descent_.points[-20:, 0]) for name, run in rates.items()}
print({name: round(float(spread), 2) for name, spread in late.items()})
assert 1 / L < 0.6 < 2 / L < 0.8
assert late["rate 0.8"] > late["rate 0.6"] > late["rate 0.1"]
descend.views.fit_by_step(rates["rate 0.8"])
