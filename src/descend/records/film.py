"""A film: a page that plays a descent, shown in a notebook."""

from html import escape
from typing import NamedTuple

HEIGHT = 600
"""The height of the frame in a notebook, in pixels: what does not fit, scrolls."""


class Film(NamedTuple):
    """A descent that plays: a whole HTML page, and how long it takes.

    A notebook shows it. It asks for nothing on the network, and cannot reach the notebook.
    """

    page: str
    seconds: float

    def __repr__(self) -> str:
        """Say what it is, without the page."""
        return (
            f"<Film of {self.seconds:g} s: a notebook shows it; "
            'animate("film.html") writes it to a file>'
        )

    def _repr_html_(self) -> str:
        """Return a frame that holds the page, whose scripts are shut in there."""
        return (
            '<iframe title="descent" sandbox="allow-scripts" '
            f'style="width: 100%; height: {HEIGHT}px; border: 0" '
            f'srcdoc="{escape(self.page, quote=True)}"></iframe>'
        )
