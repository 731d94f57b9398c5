"""A linear model of a table, as a scikit-learn estimator."""

from __future__ import annotations

import os
import warnings
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from descend.data.target import Task
from descend.protocols import Array
from descend.tables.comparison import Comparison, compare
from descend.tables.model_file import read_model, write_model
from descend.tables.outcome import Outcome
from descend.tables.problem import pose, task_of
from descend.tables.scikit_learn import with_task
from descend.tables.settings import settings_of
from descend.tables.sources import read_table
from descend.tables.summary import summary_of_file, summary_of_fit
from descend.tables.targets import beside_target, scored
from descend.tables.training import train

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from descend.records.descent import Descent
    from descend.tables.linear_model import LinearModel


def _has_probabilities(estimator: Any) -> bool:
    """Say whether there are probabilities to predict; raise what says why not."""
    fitted: LinearModel | None = getattr(estimator, "model_", None)
    if fitted is None or (fitted.task == "classification" and fitted.has_probabilities):
        return True
    if fitted.task == "regression":
        raise AttributeError("a regression predicts numbers, and no probabilities")
    raise AttributeError(f"loss={fitted.loss!r} gives margins, and no probabilities")


# a dataclass, so that `__init__`, which scikit-learn reads, lists each parameter once
@dataclass(eq=False, repr=False)
class TableModel(BaseEstimator):  # type: ignore[misc]
    """A linear model of a table with columns of any kind, fitted by gradient descent.

    It does what `descend fit` does: categories become columns of 0 and 1, missing cells are filled,
    features are standardised for the descent, regression or classification is decided by the
    target, rows are held out to score on, and the weights come back in the columns' own units.
    Wherever a table is asked for, it may be a data frame (of pandas, polars or any other library
    that speaks Arrow's PyCapsule interface or the interchange protocol), an Arrow table, a relation
    of DuckDB, a dictionary of columns, a list of dictionaries, the `Table` that
    `descend.read_table` returns, or the name of a file or of a data set that scikit-learn ships.

    Parameters
    ----------
    task
        "regression", "classification", or None: decided by the loss, or else by the target.
        `cross_val_score` and its like stratify their folds only if it is "classification".
    loss
        The name of a loss of `DescentRegressor` or `DescentClassifier`; None: "squared_error" or
        "log_loss".
    penalty, alpha
        "l2", "l1", "elasticnet" or None, and its strength, on the weights of standardised columns.
    optimizer, learning_rate, batch_size, max_iter
        As those of `DescentRegressor`.
    test_size
        The share of the rows held out to score on; of the others a tenth is then set aside to watch
        the training with, from 100 rows on. "auto": 0.2 of a table that is given with its target;
        and all rows are trained on where `X` and `y` are given apart, as by scikit-learn's tools,
        which hold rows out themselves.
    drop_missing_target
        Whether rows without a target are left out, or refused.
    random_state
        A number, for the same result each time; None; or a `RandomState`.

    Attributes
    ----------
    task_, target_
        What was learned, and the name of the target.
    coef_, intercept_
        The weights in the columns' own units, `(k, p)`, of the p columns in `weight_names_`, and
        the intercepts, `(k,)`: a row for a number or for the second of two classes, else a row a
        class.
    standard_errors_
        Those of the weights and of the intercept, the last, `(k, p + 1)`, or None: `summary()` says
        what they assume, or why there are none.
    classes_
        The classes, sorted; there are none of a regression.
    scores_
        By part of the rows ("train", "validation", "test"), the scores: "r2" and "rmse", or
        "accuracy" and "log_loss".
    notes_
        What was decided in reading the table, and what to know, a sentence each.
    descent_
        The `Descent`, on standardised columns.

    Examples
    --------
    >>> from descend import TableModel
    >>> table = {"rooms": [1, 2, 3, 4, 5, 6], "town": ["Rome", "Oslo"] * 3,
    ...          "price": [110, 220, 310, 420, 510, 620]}
    >>> model = TableModel(penalty=None, test_size=0).fit(table, target="price")
    >>> model.predict({"town": ["Oslo", "Rome"], "rooms": [8, 8]}).round()
    array([820., 810.])
    >>> model.weight_names_
    ('rooms', 'town=Oslo', 'town=Rome')
    """

    _: KW_ONLY
    task: Task | None = None
    loss: str | None = None
    penalty: str | None = "l2"
    alpha: float = 1e-4
    optimizer: Any = "auto"
    learning_rate: Any = "auto"
    batch_size: int | str = "auto"
    max_iter: int = 1000
    test_size: float | str = "auto"
    drop_missing_target: bool = False
    random_state: Any = 0

    def fit(self, X: Any, y: Any = None, *, target: str | None = None) -> Self:
        """Fit a table.

        Parameters
        ----------
        X
            A table: see above.
        y
            The values of the target `(n,)`, or the name of its column in `X`.
        target
            The same name, where `y` is not given.

        Raises
        ------
        ValueError
            If the table, the target or a parameter is not usable; the model is then as before.
        descend.DivergenceError
            If the learning rate is too large.
        """
        table, name, apart = beside_target(read_table(X), y, target)
        training = train(pose(table, name, settings_of(self, apart)))
        self.outcome_: Outcome | None = Outcome(training)
        self.model_ = training.model
        self.n_features_in_ = len(training.model.columns.features)
        return self

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the predicted number or class of each row of a table, `(n,)`.

        What is to be known of it is a warning: cells that were filled, categories never seen.
        """
        encoded = self._encoded(X)
        predictions = self.model_.predictions(encoded)
        return predictions if self.task_ == "regression" else self.classes_[predictions]

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the probability of each class for each row of a table, `(n, n_classes)`."""
        encoded = self._encoded(X)
        return self.model_.probabilities(encoded)

    def score(self, X: Any, y: Any = None) -> float:
        """Return R² or the accuracy on a table.

        Parameters
        ----------
        X, y
            A table and the truth `(n,)`; None: the table holds the target, too.
        """
        check_is_fitted(self)
        table = read_table(X, expected=self.model_.columns)
        name = self.target_ if y is None else None
        table, name, _ = beside_target(table, y, name, called=self.target_)
        return scored(self.model_, self._encoded(table), table[name])

    def summary(self) -> str:
        """Return what there is to say of the fit, as text: scores, weights, notes."""
        check_is_fitted(self)
        outcome = self.outcome_
        return summary_of_file(self.model_) if outcome is None else summary_of_fit(outcome)

    def compare(self) -> Comparison:
        """Train the closed form or the optimum, and scikit-learn's SGD, on the same rows.

        `print` shows the table of scores and seconds.
        """
        return compare(self._fitted("compare").training)

    def report(
        self, file: str | os.PathLike[str], *, compare: bool = False, learning_curve: bool = False
    ) -> Path:
        """Write a page with pictures of the fit, and return its path.

        Parameters
        ----------
        file
            Its name ends in .html.
        compare
            Whether other methods are trained and shown, too.
        learning_curve
            Whether growing shares of the training rows are fitted, which shows what more rows would
            bring.
        """
        from descend.tables.report import write_outcome

        outcome = self._fitted("report")
        if compare:
            outcome = Outcome(outcome.training, self.compare())
        return write_outcome(outcome, file, learning_curve=learning_curve)

    def plot_effects(self) -> Figure:
        """Draw what each feature does to the prediction, if all others stay as they are."""
        from descend.tables.effects import effect_title, effects_of
        from descend.views import partial_effects

        outcome, model = self._fitted("plot_effects"), self.model_
        classes = model.classes if len(model.intercept) > 1 else None
        return partial_effects(effects_of(outcome), effect_title(outcome), classes)

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write the model as JSON, for `load` and for `descend predict`."""
        check_is_fitted(self)
        write_model(self.model_, file)

    @classmethod
    def load(cls, file: str | os.PathLike[str]) -> Self:
        """Return the model that `save` or `descend fit --model` wrote.

        It predicts and scores as before; the rows it was trained on are not in the file, so there
        is nothing to report or compare.
        """
        fitted = read_model(file)
        trained = fitted.trained
        known = {name: trained[name] for name in ("penalty", "alpha") if name in trained}
        model = cls(task=fitted.task, loss=fitted.loss, **known)
        model.model_, model.outcome_ = fitted, None
        model.n_features_in_ = len(fitted.columns.features)
        return model

    @property
    def task_(self) -> Task:
        """What was learned."""
        check_is_fitted(self)
        return self.model_.task

    @property
    def target_(self) -> str:
        """The name of the target."""
        check_is_fitted(self)
        return self.model_.target

    @property
    def coef_(self) -> npt.NDArray[np.float64]:
        """The weights, `(k, p)`."""
        check_is_fitted(self)
        return self.model_.coefficients

    @property
    def intercept_(self) -> npt.NDArray[np.float64]:
        """The intercepts, `(k,)`."""
        check_is_fitted(self)
        return self.model_.intercept

    @property
    def weight_names_(self) -> tuple[str, ...]:
        """The names of the columns of numbers that the weights are of."""
        check_is_fitted(self)
        return self.model_.columns.encoded_names

    @property
    def standard_errors_(self) -> Array | None:
        """The standard errors, `(k, p + 1)`."""
        return self._fitted("standard_errors_").uncertainty.errors

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """The classes."""
        if self.task_ == "regression":
            raise AttributeError("a regression has no classes")
        return self.model_.labels

    @property
    def scores_(self) -> dict[str, dict[str, float]]:
        """The scores by part of the rows."""
        check_is_fitted(self)
        return dict(self.model_.trained.get("scores", {}))

    @property
    def notes_(self) -> tuple[str, ...]:
        """What was decided, and what to know."""
        return self._fitted("notes_").notes

    @property
    def descent_(self) -> Descent:
        """The descent on standardised columns."""
        return self._fitted("descent_").training.estimator.descent_

    def __sklearn_is_fitted__(self) -> bool:
        """Say whether the model is fitted."""
        return getattr(self, "model_", None) is not None

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn asks of an estimator."""
        fitted: LinearModel | None = getattr(self, "model_", None)
        task = fitted.task if fitted is not None else self.task or task_of(self.loss)
        return with_task(super().__sklearn_tags__(), task)

    def _fitted(self, asked: str) -> Outcome:
        """Return what the fit left, or say that a file holds only the model."""
        check_is_fitted(self)
        outcome = self.outcome_
        if outcome is None:
            raise AttributeError(
                f"a model that was loaded has no {asked}: the file does not hold the rows it was"
                " trained on; fit it to them"
            )
        return outcome

    def _encoded(self, X: Any) -> npt.NDArray[np.float64]:
        """Return a table as the numbers that the weights are of, `(n, p)`; warn of its notes."""
        check_is_fitted(self)
        columns = self.model_.columns
        encoded = columns.transform(read_table(X, expected=columns))
        for note in encoded.notes:
            warnings.warn(note, UserWarning, stacklevel=3)
        return encoded.X
