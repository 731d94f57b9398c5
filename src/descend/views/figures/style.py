"""The style of every picture: colours, figures, axes, numbers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from textwrap import fill
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from descend.support.numbers import written
from descend.views.figures.current import make_current
from descend.views.figures.shown_figure import ShownFigure

P = ParamSpec("P")
Drawn = TypeVar("Drawn")

INK = "#1f2733"
MUTED = "#667085"
GRID = "#e7e9ee"
EDGE = "#b4bac5"
PAPER = "#ffffff"

HALO = "#fffffe"
"""White around marks on a landscape: it stays white where a dark page replaces `PAPER`."""

DARK = "#1f2732"
"""Ink on a landscape or on tints: it stays dark where a dark page replaces `INK`."""

ACCENT = "#d9480f"

# Okabe and Ito's palette (2008), which people with any colour vision tell apart, slightly darkened
# for a white background.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#b8578f", "#d98f00", "#3a9fd8", "#5b3f8c", "#7a6a4f")

# Of paths on a blue landscape: none is blue.
PATHS = ("#d9480f", "#f2a900", "#0b8f6a", "#b5307f", "#1f2733", "#8d5a2b", "#e8709a", "#7fb800")

# Of the best of a race: two more.
RACERS = (*PATHS, "#7b2ff7", "#5c6200")

CROWD = "#8d95a3"
"""The colour of those that have none of their own."""

STROKES = ("-", "--", ":", "-.")
"""Line styles of further curves, once every colour is taken."""

# Low is light and high is dark.
LANDSCAPE: Colormap = LinearSegmentedColormap.from_list(
    "descend",
    ["#fdf8e6", "#d9eed6", "#9dd3c8", "#5fb1bf", "#3b86ae", "#2d5c96", "#273a75", "#191f4a"],
)

# Matplotlib's own stubs want every key spelled as a literal type.
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10.0,
    "text.color": INK,
    # A dollar in a column's name is a dollar, not mathematics.
    "text.parse_math": False,
    "axes.labelcolor": INK,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "path.simplify": True,
    # With a salt and no date, the same picture is the same file.
    "svg.hashsalt": "descend",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "savefig.dpi": "figure",
}

NOTE_LETTER = 0.078
"""The width of a letter of a note, in inches."""

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


_is_drawing: ContextVar[bool] = ContextVar("is drawing", default=False)

_PAPER_WIDTH: ContextVar[float] = ContextVar("paper width", default=np.inf)


@contextmanager
def paper_of(width: float) -> Iterator[None]:
    """Let figures that are drawn in a block be no wider than so many inches."""
    before = _PAPER_WIDTH.set(width)
    try:
        yield
    finally:
        _PAPER_WIDTH.reset(before)


def fitting(width: float) -> float:
    """Return a figure's width in inches, or that of the paper if it is narrower."""
    return min(width, _PAPER_WIDTH.get())


def columns_fitting(count: int, panel: float, most: int = 3) -> int:
    """Return how many panels of this width in inches stand side by side, up to the most."""
    return max(1, min(count, most, int(fitting(most * panel) / panel)))


def new_figure(width: float, height: float) -> Figure:
    """Return an empty white figure of this size in inches, if it fits the paper."""
    figure = ShownFigure(
        figsize=(fitting(width), height), dpi=110, facecolor=PAPER, layout="constrained"
    )
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.09, wspace=0.03, hspace=0.05)  # type: ignore[union-attr,call-arg]
    return figure


def style_axes(ax: Axes, *, title: str | None = None, grid: bool = True) -> Axes:
    """Give axes the style's spines, ticks and grid, and a small title on the left."""
    ax.set_facecolor(PAPER)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(EDGE)
        spine.set_linewidth(0.8)
    ax.tick_params(which="major", color=EDGE, labelcolor=MUTED, labelsize=9, length=3.5, width=0.8)
    ax.tick_params(which="minor", length=0)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(which="major", color=GRID, linewidth=0.8)
    if title is not None:
        ax.set_title(title, loc="left", fontsize=10, color=MUTED, pad=8)
    return ax


def headline(figure: Figure, title: str | None, default: str) -> None:
    """Write the figure's title, or else its default, on the left and shortened to what fits."""
    text = shortened(default if title is None else title, int(figure.get_figwidth() * 8.5))
    figure.suptitle(text, x=0.012, ha="left", fontsize=13, fontweight="bold", color=INK)


def note(ax: Axes, text: str, color: str = MUTED) -> None:
    """Write a small note above the axes, on the right."""
    ax.set_title(text, loc="right", fontsize=9, color=color)


def note_lines(ax: Axes, told: Sequence[str | None]) -> None:
    """Write sentences above the axes, each in lines that the figure is wide enough for."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    room = figure.get_figwidth() * ax.get_position(original=True).width
    letters = max(20, int(room / NOTE_LETTER))
    note(ax, "\n".join(fill(sentence, letters) for sentence in told if sentence))


def curve_style(place: int, colours: Sequence[str] = PATHS) -> dict[str, Any]:
    """Return the colour and the line style of the curve at a place among others."""
    stroke = STROKES[place // len(colours) % len(STROKES)]
    return {"color": colours[place % len(colours)], "linestyle": stroke}


def shortened(text: str, length: int) -> str:
    """Return a text cut to a length."""
    return text if len(text) <= length else text[: length - 1] + "…"


def number(value: float, digits: int = 3) -> str:
    """Return a number in three digits, or so many, as people write it.

    >>> number(-1500.0), number(3e-7), number(1e18)
    ('−1,500', '3×10⁻⁷', '10¹⁸')
    """
    return typeset(written(value, digits))


def digits_apart(value: float, apart: float) -> int:
    """Return in how many digits, three or more, a number differs from one so far `apart`.

    >>> digits_apart(0.2443, 0.0002), digits_apart(1482.0, 5.0), digits_apart(20.0, 5.0)
    (4, 4, 3)
    """
    if not (np.isfinite(value) and value and apart > 0):
        return 3
    return int(np.clip(np.floor(np.log10(abs(value))) - np.floor(np.log10(apart)) + 1, 3, 12))


def typeset(text: str) -> str:
    """Return a number's text with a minus sign and a power of ten in place of `-` and `e`.

    >>> typeset("-3.25e-07")
    '−3.25×10⁻⁷'
    """
    mantissa, power, exponent = text.partition("e")
    mantissa = mantissa.replace("-", MINUS)
    if not power:
        return mantissa
    ten = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
    times = mantissa.removesuffix("1") if mantissa in ("1", f"{MINUS}1") else mantissa + TIMES
    return times + ten


def whole_steps(ax: Axes, last: int, unit: str = "step") -> None:
    """Make the horizontal axis count steps, or what `unit` says, from 0 to `last`."""
    ax.set_xlim(0, max(last, 1))
    # With more than one tick asked for, a short axis would get halves, shown as wholes.
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    ax.set_xlabel(unit)


def log_values(ax: Axes) -> None:
    """Make the vertical axis logarithmic within its limits, with labels in plain text."""
    low, high = ax.get_ylim()
    ax.set_yscale("log", nonpositive="mask")
    # In less than two decades, powers of ten alone would be a tick or none.
    subs = (1.0, 2.0, 5.0) if high < 100 * low else (1.0,)
    ax.yaxis.set_major_locator(LogLocator(subs=subs, numticks=7))
    ax.yaxis.set_minor_locator(NullLocator())
    label_numbers(ax.yaxis)


def linear_values(ax: Axes) -> None:
    """Make the vertical axis linear, with labels in plain text."""
    label_numbers(ax.yaxis, ticks=6)


def log_rates(ax: Axes) -> None:
    """Make the horizontal axis one of learning rates, on a logarithm."""
    ax.set_xscale("log")
    ax.xaxis.set_minor_locator(NullLocator())
    label_numbers(ax.xaxis)
    ax.set_xlabel("learning rate")


def label_numbers(axis: Axis, ticks: int | None = None) -> None:
    """Label an axis as `number` writes them, at no more than so many ticks."""
    if ticks is not None:
        axis.set_major_locator(MaxNLocator(nbins=ticks))
    axis.set_major_formatter(NumberFormatter())


class NumberFormatter(Formatter):
    """Writes ticks as `number` does, in as many digits as tell each from the next."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """Return the text of a tick by itself."""
        return number(value)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the texts of ticks beside each other."""
        if len(values) < 2 or self.axis.get_scale() != "linear":  # type: ignore[union-attr]
            return [number(value) for value in values]
        apart = float(np.abs(np.diff(values)).min())
        # a zero but for rounding is a zero
        shown = [0.0 if abs(value) < 1e-9 * apart else value for value in values]
        return [number(value, digits_apart(value, apart)) for value in shown]


def styled() -> Callable[[Callable[P, Drawn]], Callable[P, Drawn]]:
    """Return a decorator of functions that draw, within which the style holds.

    What the outermost of them draws into axes of its own becomes pyplot's current figure.
    """

    def decorated(draw: Callable[P, Drawn]) -> Callable[P, Drawn]:
        @wraps(draw)
        def drawing(*arguments: P.args, **options: P.kwargs) -> Drawn:
            is_outermost = not _is_drawing.get()
            token = _is_drawing.set(True)
            try:
                with mpl.rc_context(STYLE):
                    drawn = draw(*arguments, **options)
            finally:
                _is_drawing.reset(token)
            if is_outermost and options.get("ax") is None:
                make_current(drawn)
            return drawn

        return drawing

    return decorated
