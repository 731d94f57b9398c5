"""What can go wrong beyond a wrong argument."""


class DivergenceError(ArithmeticError):
    """A descent ran away: its learning rate was too large for the data.

    The message names the rate, a rate that is safe for this data, and what to change.
    """
