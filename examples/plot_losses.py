"""
Losses of classes
=================

A class is no number, and its loss is not the square of a distance. Cross-entropy asks how probable
the model said that the true class was, and takes minus the logarithm: 0 where it was certain and
right, without a bound where it was certain and wrong.
"""

# %%
# Rain or no rain
# ---------------
# On 200 days humidity was measured, and whether it rained. The model says how probable rain is; the
# loss is the binary cross-entropy.

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import descend

random = np.random.default_rng(42)
days = pd.DataFrame({"humidity": random.uniform(30, 100, 200)})
rains = random.random(200) < 1 / (1 + np.exp(-(days["humidity"] - 70) / 5))
sky = np.where(rains, "rain", "no rain")

model = descend.DescentClassifier(alpha=0).fit(days, sky)
descend.views.decision_regions(model, days, sky)

# %%
# The curve is the model: a straight line in the humidity, bent into 0 to 1. It crosses one half at
# about 70 %, as the days were drawn, and its loss is minus the mean logarithm of what it said.

threshold = -model.intercept_[0] / model.coef_[0, 0]
assert abs(threshold - 70) < 2
said = model.predict_proba(days)[np.arange(200), rains.astype(int)]
loss = -np.mean(np.log(said))
print(f"rain from {threshold:.1f} % humidity on; loss {loss:.3f}")
assert np.isclose(loss, model.descent_.fun)

# %%
# The loss over its two parameters
# --------------------------------
# One valley without a second minimum: descent finds it from everywhere. At the start nothing is
# known, each day is given one half, and the loss is log 2.

assert np.isclose(model.descent_.values[0], np.log(2))
descend.views.loss_over(model)

# %%
# Ten classes
# -----------
# A picture of a digit has 64 numbers, and there are ten digits. Each class has a score; softmax
# makes them probabilities, and the loss is the categorical cross-entropy. At the start it is
# log 10.

X, y = load_digits(return_X_y=True)
train, test, seen, unseen = train_test_split(X / 16, y, test_size=0.2, random_state=0)
digits = descend.DescentClassifier(alpha=1e-3).fit(train, seen)
print(f"{digits.score(test, unseen):.1%} of unseen digits are read right")
assert np.isclose(digits.descent_.values[0], np.log(10))
assert digits.score(test, unseen) > 0.95
descend.views.confusion_matrix(digits, test, unseen)

# %%
# The same loss, from the definition: minus the mean logarithm of the true class's probability, and
# what the penalty adds.

said = digits.predict_proba(train)[np.arange(len(seen)), seen]
penalty = 1e-3 * np.sum(digits.coef_**2) / 2
assert np.isclose(-np.mean(np.log(said)) + penalty, digits.descent_.fun)
digits.descent_.plot()
