"""How much may be asked for at once; the catalogue says it to the page."""

MOST_SECONDS = 20.0
"""How long an answer may take to compute."""

LONGEST_FORMULA = 500
"""Characters of a formula."""

MOST_BALLS = 200
"""Starts of a request."""

MOST_STEPS = 10_000
"""Steps of a run."""

MOST_NUMBERS = 1_000_000
"""Runs times steps times coordinates: an answer of at most 36 MB."""

MOST_PIXELS = 160_000
"""Pixels of a map."""

MOST_PIXEL_STEPS = 100_000_000
"""Pixels of a map times the steps of each."""

MOST_RESOLUTION = 400
"""Heights of a landscape in each direction."""

MOST_OPTIMIZERS = 40
"""Optimizers that race."""

LARGEST_SEED = 2**32 - 1

MOST_POINTS = 5_000
"""Points of a line's data."""

MOST_DEGREE = 9

TABLE_BYTES = 5_000_000

CLIENT_CLOSED = 499
"""The status of an answer that nobody hears."""
