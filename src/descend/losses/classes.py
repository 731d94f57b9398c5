"""Losses of several classes, and the probabilities of classes by the losses that give them."""

import numpy as np

from descend.losses.classification import CrossEntropy, LogLoss, log_probabilities
from descend.protocols import Array, Loss, Probabilistic


def loss_for(loss: Loss, n_classes: int) -> Loss:
    """Return the loss for so many classes: softmax stands for log loss from three on."""
    if isinstance(loss, LogLoss | CrossEntropy):
        return LogLoss() if n_classes == 2 else CrossEntropy()
    if loss.normalised and n_classes == 2:
        raise ValueError(
            f"{type(loss).__name__} compares a score of each class, and two classes share one: "
            "give loss='log_loss', which does the same with one"
        )
    return loss


def class_probabilities(loss: Loss, z: Array) -> Array:
    """Return the probability of each class, `(n, n_classes)`, from scores `(n,)` or of each."""
    with np.errstate(over="ignore"):
        if loss.normalised:
            return loss.mean(log_probabilities(z))
        assert isinstance(loss, Probabilistic)
        if z.ndim == 1:
            return np.column_stack([loss.probability(-z), loss.probability(z)])
        each = loss.probability(z)
    total = each.sum(axis=1, keepdims=True)
    # where no class is claimed, all are as probable
    return np.where(total > 0, each / np.where(total > 0, total, 1), 1 / z.shape[1]).astype(z.dtype)


def class_log_probabilities(loss: Loss, z: Array) -> Array:
    """Return the logarithm of the probability of each class, `(n, n_classes)`."""
    if isinstance(loss, LogLoss):
        return log_probabilities(np.column_stack([np.zeros_like(z), z]))
    if loss.normalised:
        return log_probabilities(z)
    with np.errstate(divide="ignore"):
        return np.log(class_probabilities(loss, z))
