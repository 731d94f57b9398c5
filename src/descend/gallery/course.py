"""The order of the lessons: the one table that the gallery and the documentation follow."""

from typing import NamedTuple


class Part(NamedTuple):
    """A part of the course: its title, and the names of its lessons in their order."""

    title: str
    lessons: tuple[str, ...]


COURSE = (
    Part("One line, two parameters", ("pieces", "a_line", "losses")),
    Part("The error curve, and the matrix form", ("error_curve",)),
    Part(
        "Hills",
        (
            "gradient_intuition",
            "parabola",
            "three_minima",
            "hills",
            "rates",
            "adam",
        ),
    ),
    Part("A line, and a line on a parabola", ("line_on_parabola", "bias_and_variance")),
    Part("Batches, momentum, schedules", ("stochastic", "schedules", "own_optimizer")),
    Part("A cubic for a sine", ("cubic_for_a_sine",)),
    Part(
        "Toward networks",
        ("classification", "two_layer_network", "network_gradients", "network_landscape"),
    ),
)
"""The parts in order; lessons that none of them names come last."""

MORE = "More"
"""The title over lessons that no part names."""
