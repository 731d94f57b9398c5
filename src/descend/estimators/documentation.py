"""What the docstrings of both estimators have in common."""

import re
from textwrap import indent
from typing import TypeVar

PARAMETERS = """
penalty
    "l2": `alpha / 2 * sum(coef_**2)`; "l1": `alpha * sum(abs(coef_))`, with exact zeros;
    "elasticnet": both, by `l1_ratio`; None; or an instance, of the library's
    (`descend.penalties.NonNegative()`, `Box(-1, 1)`, `GroupL1(0.1, groups=[0, 0, 1])` for the
    group lasso) or one's own. An instance has its own strength.
alpha
    The named penalty's strength, at least 0.
l1_ratio
    The share of "l1" in "elasticnet", from 0 to 1.
fit_intercept
    Whether there is an intercept.
optimizer
    "auto": full-gradient descent, preconditioned by the curvature of sampled rows, with a
    monotone line search; it needs no scaling and no learning rate. A name ("sgd", "momentum",
    "adam", ...: `descend.optimizers.names()`; by batches also "saga", "svrg") or an instance of
    an optimizer runs the textbook algorithm on the features as they are. Or a solver of one's own
    (`descend.solvers.contract.Solver`), which chooses its own steps.
learning_rate
    For a named optimizer: a number; a schedule or any function of the step count `t`
    (`descend.rates.Cosine(0.1, steps=900)`) or its text, "cosine:0.1", which lasts for all
    steps of `max_iter` epochs; or "auto": a rate from the data's curvature that does not
    diverge; by batches it is quartered when the loss stops improving, for as long as that
    helps, and falls towards a hundredth over the last fifth of `max_iter` epochs. By batches
    also "plateau:0.1", which follows from the losses of epochs; with all rows at once a search
    (`descend.rates.Wolfe()`).
batch_size
    For a named optimizer: rows a step, "full" for all, "auto" for 32, or for all where the
    optimizer needs the whole gradient ("lars", "dog", ...).
max_iter
    The most epochs (with all rows at once, steps).
tol
    With "auto": the precision, relative to the coefficients. With "full": the fall of the
    gradient that counts as convergence. With `early_stopping`: by how much a score is to
    improve. With batches: an epoch improves the loss if it lowers it by `tol` of itself; after
    `n_iter_no_change` that did not, the fit ends when the losses of epochs have settled within
    their noise: the means of two windows of epochs differ by chance alone, losses vary by at
    most 1 %, and as many epochs again would change them by at most 1 %. It has then "converged"
    if the objective is at most 1 % above that at the mean of the last points, at the end of
    the best step along its gradient, and where a few steps of "auto" lead; else an automatic
    rate is changed, and a given one has "stalled". 0 or None: all of `max_iter` epochs are run.
precondition
    The coordinates in which a named optimizer steps; the answer is the same. "none": the
    features' own. "diagonal": each feature in units of its root mean square. "hessian", with
    `batch_size="full"`: those of `optimizer="auto"`. There, and with "diagonal" and all rows
    at once, `learning_rate="auto"` is a monotone line search. "auto": "none" for a named
    optimizer.
shuffle
    Whether each epoch visits the rows in a new order.
early_stopping
    Whether to end when the score on held-out rows stops improving by `tol`, with the best
    parameters. The score is that of `score`, with the rows' weights; `validation_metric_`
    names it.
validation_fraction
    The share of rows (of a classification: of each class) to hold out for `early_stopping`,
    unless `fit` is given validation rows.
n_iter_no_change
    Epochs without improvement after which to end.
average
    Whether the answer is the mean of the iterates (Polyak and Ruppert), of a named optimizer:
    all of them, or, for a number, those from that step on.
warm_start
    Whether `fit` goes on from the last parameters. By batches, with the same optimizer and
    learning rate, it goes on exactly: with the optimizer's memory, the count of the schedule
    (one that has come to its end begins anew) and the order of rows to come; the rate "auto"
    goes on where it stood before the last fifth of the epochs. Not so after early stopping,
    nor if `coef_` was changed since: then, and with all rows at once, it begins afresh at
    those parameters.
record
    Which parameters `descent_` keeps: those of each "epoch", of each "step", of every k-th
    epoch, or None. Memory: 8 bytes a parameter and point kept (4 for float32); "step" has
    `n_rows / batch_size` points an epoch, and takes time for each. By batches, the objective at
    these points is computed when `descent_.values` is first read (or drawn, saved, pickled): a
    pass over the rows a point, which for "step" is `n_rows / batch_size` passes an epoch.
callbacks
    One or several functions that `fit` calls after each epoch with a
    `descend.protocols.Progress`; raising `StopIteration` ends it.
verbose
    Whether `fit` shows the epochs: a bar on a terminal, else a line each. "live" shows them on a
    page in the browser, served to this machine alone, with the loss, the validation score, the
    rate, the weights, their path and a button that ends the fit (see the guide "Watch a fit").
random_state
    Seeds the order of rows and the samples.
"""

ATTRIBUTES = """
n_iter_
    Epochs run, or calls of `partial_fit`.
n_features_in_, feature_names_in_
    The columns of `X`; their names, if they are texts.
loss_curve_
    The objective at the start and after each epoch (by batches: the mean met in the epoch);
    `partial_fit` adds to it.
validation_curve_
    The score on the validation rows after each epoch, or None; `partial_fit` adds to it.
validation_metric_
    What that score is: "R²" or "accuracy"; or None.
learning_rate_
    The rate of the first epoch (at its last step), or step; `descent_.learning_rates` has all.
descent_
    The whole record of the last call, a `Descent`: `descent_.plot()`, `descent_.explain()`.
    Its objective holds the rows, and is left out of pickles. By batches, `descent_.values` are
    the objective's at the recorded points, `descent_.batch_losses` those met on the way.
"""

PARTIAL_FIT = """
With a named optimizer, calls for consecutive parts of the rows are an epoch over all of
them: the optimizer's memory, the count of the schedule and the random state go on. A
schedule in words, such as "cosine:0.1", lasts for `max_iter` calls with as many rows as the
first. `optimizer="auto"` stands for AdaGrad by batches of 32 rows here.

With `early_stopping`, each call scores the validation rows; the model is the best so far,
and after `n_iter_no_change` calls without improvement further calls change nothing:
`descent_.message` says so.
"""

_TEXTS = {"PARAMETERS": PARAMETERS, "ATTRIBUTES": ATTRIBUTES, "PARTIAL_FIT": PARTIAL_FIT}

Documented = TypeVar("Documented")


def documented(thing: Documented) -> Documented:
    """Put the shared texts in place of the lines `{PARAMETERS}`, ... of a docstring."""

    def text(line: re.Match[str]) -> str:
        return indent(_TEXTS[line[2]].strip(), line[1])

    thing.__doc__ = re.sub(r"^( *)\{(\w+)\}$", text, thing.__doc__ or "", flags=re.MULTILINE)
    return thing
