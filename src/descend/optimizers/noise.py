"""Descent along gradients with added noise."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update


@whole_vector
class NoisySGD(NamedTuple):
    """Gradient descent with decaying noise: `w -= rate * (g + noise)`.

    The noise is normal, independent in each coordinate, and its variance falls with the steps::

        variance = eta / t**gamma

    as in optax and, counting steps from zero, in the paper. It is drawn from the seed and the step
    count, so that a run can be resumed at any step, and runs side by side have the same noise. It
    runs in the array loop, not along single examples, whose gradients are noisy anyway.

    Parameters
    ----------
    eta
        The first variance, at least 0: 0.01, 0.3 and 1 in the paper.
    gamma
        How fast it falls, at least 0: 0.55 in the paper.
    seed
        A whole number, at least 0.

    Examples
    --------
    >>> noisy = NoisySGD(eta=1.0)
    >>> w, memory = noisy.step(np.zeros(3), np.zeros(3), (), rate=0.1, t=1)
    >>> bool((w != 0).all()), bool((w == noisy.step(np.zeros(3), np.zeros(3), (), 0.1, 1)[0]).all())
    (True, True)

    References
    ----------
    A. Neelakantan et al., Adding gradient noise improves learning for very deep networks (2015);
    J. Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011), for noise from counters.
    """

    eta: float = 0.01
    gamma: float = 0.55
    seed: int = 0

    @property
    def memory(self) -> tuple[str, ...]:
        return ()

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        # the highest part of the counter is the step's, the lowest counts the coordinates
        counter = np.random.Philox(key=self.seed, counter=int(t) << 192)
        drawn = np.random.Generator(counter).standard_normal(g.shape[-1])
        noise: Array = np.asarray(drawn, dtype=g.dtype)
        deviation = (self.eta / t**self.gamma) ** 0.5
        return w - rate * (g + deviation * noise), memory
