"""
Hills: fifty starts, many valleys
=================================

`sin(x) sin(y)` has a valley beside every hill. Fifty random starts descend at once, and end in
different ones.
"""

# %%
# From the side and from above
# ----------------------------
# One call runs all fifty starts. The picture shows the surface and the same from above.

import numpy as np

import descend

descent = descend.minimize(
    "sin(x)*sin(y)", starts=50, seed=0, optimizer="sgd", learning_rate=0.2, steps=200
)
assert (descent.status == "converged").all()
assert np.allclose(descent.fun, -1)
descent.plot(view="side_by_side")

# %%
# Every valley is -1 deep; there are many of them.

valleys = {(float(x), float(y)) for x, y in (descent.x / (np.pi / 2)).round()}
print(f"{len(valleys)} valleys, in quarter turns: {sorted(valleys)}")
assert len(valleys) >= 6
assert all(x % 2 == 1 and y % 2 == 1 and (x + y) % 4 == 0 for x, y in valleys)

# %%
# Moving
# ------
# The same descent, from the side and from above.

descent.animate(seconds=6, surface=True)

# %%
# The gradient field
# ------------------
# The arrows point downhill, and are longer where it is steeper. The paths follow them.

descent.plot(view="field")

# %%
# Up instead of down
# ------------------
# Gradient *ascent* follows the gradient itself: the same starts end on hilltops, at the height 1.

ascent = descend.maximize(
    "sin(x)*sin(y)", descent.points[0], optimizer="sgd", learning_rate=0.2, steps=200
)
assert np.allclose(ascent.fun, 1)
assert np.allclose(ascent.points[0], descent.points[0])
ascent.plot(view="field")
