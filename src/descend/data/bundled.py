"""The data sets that scikit-learn ships."""

from __future__ import annotations

import numpy as np

from descend.data.table import Column, Table

NAMES = ("breast_cancer", "diabetes", "digits", "iris", "wine")


def bundled_table(name: str) -> Table:
    """Return one of scikit-learn's data sets, with its target, numbers or class names, in `target`.

    `diabetes` comes in its own units (years, kg/m², ...), not in scikit-learn's standardised ones.

    Examples
    --------
    >>> iris = bundled_table("iris")
    >>> iris.n_rows, iris["target"].values[0]
    (150, 'setosa')
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is none of {', '.join(NAMES)}")
    from sklearn import datasets

    if name == "diabetes":
        bunch = datasets.load_diabetes(scaled=False)
        target = Column("number", np.asarray(bunch.target, dtype=np.float64))
    else:
        bunch = getattr(datasets, f"load_{name}")()
        classes = np.array([str(label) for label in bunch.target_names], dtype=object)
        target = Column("text", classes[bunch.target])
    columns = [Column("number", np.array(values, dtype=np.float64)) for values in bunch.data.T]
    names = tuple(str(feature) for feature in bunch.feature_names)
    return Table((*names, "target"), (*columns, target), source=f"the data set {name!r}")
