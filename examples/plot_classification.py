"""
Logistic regression: a boundary that moves
==========================================

A classifier of two features divides the plane. Descent moves the boundary to where the classes
are told apart best, and says how sure it is on either side.
"""

# %%
# Two classes
# -----------
# Two clouds of points that touch. The boundary is where both classes are as probable, the colours
# are the deeper the surer, and a ring marks each point on the wrong side.

import numpy as np
from sklearn.datasets import load_iris, make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

import descend

X, y = make_blobs(200, centers=[[-1, 0], [1, 1]], cluster_std=0.9, random_state=1)
model = descend.DescentClassifier(alpha=1e-3).fit(X, y)
wrong = np.sum(model.predict(X) != y)
print(f"{wrong} of 200 points are on the wrong side")
assert 10 < wrong < 40
descend.views.decision_regions(model, X, y)

# %%
# It is the boundary that scikit-learn finds.

other = LogisticRegression(C=1 / (200 * 1e-3), tol=1e-8).fit(X, y)
assert np.allclose(model.coef_, other.coef_, atol=1e-3)
assert np.allclose(model.intercept_, other.intercept_, atol=1e-3)

# %%
# Moving
# ------
# Plain descent by batches of 32, and the boundary after each epoch. It turns at once to about where
# it belongs; then the weights grow, and the model becomes surer.

slow = descend.DescentClassifier(
    alpha=1e-3, optimizer="sgd", learning_rate=0.1, batch_size=32, max_iter=30, random_state=0
)
slow.set_params(tol=0).fit(X, y)
sizes = np.linalg.norm(slow.descent_.points[:, :2], axis=1)
assert sizes[0] == 0
assert np.all(np.diff(sizes[:15]) > 0)
slow.descent_.animate()

# %%
# Three classes
# -------------
# Iris by the petals: three scores, three regions. The boundary between two of them is where their
# scores are equal, a straight line.

iris = load_iris(as_frame=True)
petals, kinds = iris.data.iloc[:, 2:], iris.target_names[iris.target]
flowers = descend.DescentClassifier(alpha=1e-3).fit(petals, kinds)
assert flowers.score(petals, kinds) > 0.95
descend.views.decision_regions(flowers, petals, kinds)

# %%
# Which are taken for which: setosa stands apart.

descend.views.confusion_matrix(flowers, petals, kinds)

# %%
# A curved boundary
# -----------------
# A line cannot go around a class in the middle. With the squares of the features it can: the model
# stays linear in its features, and the boundary is an ellipse.

ring = np.where(np.hypot(*X.T) < 1.2, "inside", "outside")
line = descend.DescentClassifier(alpha=1e-3).fit(X, ring)
bent = make_pipeline(
    PolynomialFeatures(2, include_bias=False), descend.DescentClassifier(alpha=1e-3)
)
bent.fit(X, ring)
print(f"right: {line.score(X, ring):.0%} by a line, {bent.score(X, ring):.0%} by an ellipse")
assert line.score(X, ring) < 0.85 < 0.97 < bent.score(X, ring)
descend.views.decision_regions(bent, X, ring)
