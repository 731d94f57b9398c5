"""
Adam, and why plain descent is not enough
=========================================

Where one direction is steep and another flat, one rate cannot suit both. Adam gives each
coordinate a step of its own.
"""

# %%
# A curved valley
# ---------------
# Rosenbrock's function has its minimum at (1, 1), at the end of a flat, curved valley with steep
# walls. The walls set the rate of plain descent: any faster, and it diverges. At that rate, the
# valley takes for ever.

import numpy as np

import descend

start, steps = [-1.2, 1.0], 1000
sgd = descend.minimize("rosenbrock", start, optimizer="sgd", learning_rate=1e-3, steps=steps)
momentum = descend.minimize(
    "rosenbrock", start, optimizer="momentum", learning_rate=1e-3, steps=steps
)
adam = descend.minimize("rosenbrock", start, optimizer="adam", learning_rate=0.1, steps=steps)
runs = {"sgd": sgd, "momentum": momentum, "adam": adam}
for name, run in runs.items():
    print(f"{name:9} ends at ({run.x[0]:.3f}, {run.x[1]:.3f}), value {run.fun:.1e}")
assert sgd.fun > 1e-2
assert adam.fun < 1e-4 < sgd.fun
descend.views.compare(runs)

# %%
# A hundred times steeper one way than the other
# ----------------------------------------------
# On `50x² + y²/2` the stable rate of plain descent is 2/100, and at 0.018 it still has a way to go
# along `y` after 150 steps. Adam divides each coordinate's step by the size of its own gradients.

scaled = "50*x^2 + y^2/2"
plain = descend.minimize(scaled, [1.0, 2.0], optimizer="sgd", learning_rate=0.018, steps=150, tol=0)
own_steps = descend.minimize(
    scaled, [1.0, 2.0], optimizer="adam", learning_rate=0.1, steps=150, tol=0
)
assert own_steps.fun < plain.fun / 10
descend.views.compare({"sgd": plain, "adam": own_steps})

# %%
# The scale of the function does not matter to it either: times a thousand, plain descent would
# need a thousandth of its rate, and Adam takes the same path.

times = descend.minimize(
    "1000*(50*x^2 + y^2/2)", [1.0, 2.0], optimizer="adam", learning_rate=0.1, steps=150, tol=0
)
assert np.allclose(times.points, own_steps.points, atol=1e-3)

# %%
# Moving
# ------
# Adam in the curved valley.

adam.animate(seconds=8)

# %%
# Everyone at once
# ----------------
# A race runs optimizers from the same start, each at a rate that is found for it; without a list,
# it runs all there are.

family = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "nadam", "adabelief", "auto"]
race = descend.race("rosenbrock", start, optimizers=family, learning_rate="tuned", steps=steps)
print(race)
race.plot()
