"""How a descent by batches was going: its losses carry the noise of the batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.curvature import largest_curvature
from descend.diagnosis.record import Diagnosis, length_of
from descend.optimizers import is_rate_free
from descend.optimizers.traits import depends_on_rate, stable_rate
from descend.protocols import Averaging
from descend.records.on_demand import losses_met
from descend.solvers.stochastic.settling import GAIN, LEAST, Windows

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

RISE = 2.0
"""A mean that rose by so many times what chance explains was rising."""

FELL = 0.5
"""A rate that ended below this share of its largest has fallen."""


def diagnose_stopped_by_batches(descent: Descent) -> Diagnosis:
    """Say how a descent by batches was going when it stopped, as far as its noise lets it be seen.

    No larger rate is advised: what the losses do from epoch to epoch is no evidence for one.
    """
    first = f"It stopped after {length_of(descent)} at the value {descent.fun:.6g}"
    found = Diagnosis("stopped", (f"{first}: {descent.message}.",))
    windows = Windows.of(epoch_losses(descent), LEAST)
    return found if windows is None else found.adding(_trend(descent, windows))


def with_rate_above_the_bound(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add that a descent ended above its start, and whether at a rate that no batch allows."""
    if not len(descent.learning_rates) or not descent.fun > losses_met(descent)[0]:
        return found
    curvature = largest_curvature(descent, [descent.best_x])
    if curvature is None or curvature <= 0:
        return found
    bound = None if descent.optimizer is None else stable_rate(descent.optimizer, curvature)
    rate = float(np.max(descent.learning_rates))
    found = found._replace(curvature=curvature, stable_rate=bound)
    if bound is None or rate <= bound:
        return found.adding("It ended above its start: a smaller learning rate would lead down.")
    return found.adding(
        f"It ended above its start: the rate {rate:.4g} is above "
        f"{bound * curvature:.3g}/L = {bound:.4g}, up to which all rows at once are stable, and "
        "batches allow less."
    )


def epoch_losses(descent: Descent) -> Array:
    """Return the mean loss met in each epoch, also where the record has a row a step."""
    losses = descent.batch_losses
    assert losses is not None
    epochs = int(descent.nfev)
    if epochs and len(losses) > epochs:
        return np.array([part.mean() for part in np.array_split(losses, epochs)])
    return losses


def _trend(descent: Descent, windows: Windows) -> str:
    """Say whether the losses fell, rose, or went up and down by their noise."""
    epochs = f"the last {windows.length} epochs"
    if windows.fell:
        return (
            f"The loss was still falling: its mean over {epochs} is {windows.fall:.3g} below that "
            f"of the {windows.length} before. More epochs would lead further."
        )
    if -windows.fall > RISE * windows.chance:
        return (
            f"The loss was rising: its mean over {epochs} is {-windows.fall:.3g} above that of the "
            f"{windows.length} before. {noise_remedy(descent)}"
        )
    noise = float(windows.last.std(ddof=1))
    share = noise / (abs(float(windows.last.mean())) or 1.0)
    varies = f"The loss varies by {noise:.2g} from epoch to epoch"
    if share <= GAIN:
        return f"{varies}, and its mean over {epochs} has not fallen by more than that explains."
    return (
        f"{varies} ({100 * share:.2g} % of it), and its mean over {epochs} has not fallen: this is "
        f"the noise of the batches. {noise_remedy(descent)}"
    )


def noise_remedy(descent: Descent) -> str:
    """Say what lowers the noise of the batches: no rate that falls, where it fell already."""
    rates, remedies = descent.learning_rates, []
    optimizer = descent.optimizer
    if optimizer is None or (depends_on_rate(optimizer) and not is_rate_free(optimizer)):
        fell = len(rates) > 0 and rates[-1] < FELL * rates.max()
        falls = "" if fell else ", or one that falls,"
        remedies = [f"a smaller learning rate{falls}"]
    if not isinstance(optimizer, Averaging):
        remedies.append("average=True")
    text = " or ".join([*remedies, "larger batches"])
    return f"{text[0].upper()}{text[1:]} would settle."
