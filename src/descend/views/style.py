"""The house style: how every picture of this library looks."""

from contextlib import ContextDecorator
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

INK = "#1f2733"
MUTED = "#667085"
GRID = "#e7e9ee"
PAPER = "#ffffff"

# White around marks on a landscape: it stays white where a dark page replaces its paper.
HALO = "#fffffe"

ACCENT = "#d9480f"

# Okabe and Ito's palette (2008), which people with any colour vision tell apart, darkened a
# little for white paper.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#b8578f", "#d98f00", "#3a9fd8", "#5b3f8c", "#7a6a4f")

# On a blue landscape a path must be anything but blue.
PATHS = ("#d9480f", "#f2a900", "#0b8f6a", "#b5307f", "#1f2733", "#8d5a2b", "#e8709a", "#7fb800")

# Low is light and high is dark: a walker comes down into the light.
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

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def new_figure(width: float, height: float) -> Figure:
    """Return an empty white figure of this size in inches, on a canvas of its own."""
    figure = Figure(figsize=(width, height), dpi=110, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.09, wspace=0.03, hspace=0.05)  # type: ignore[union-attr,call-arg]
    return figure


def dress(ax: Axes, *, title: str | None = None, grid: bool = True) -> Axes:
    """Give the axes the house's spines, ticks, grid, and a quiet title on the left."""
    ax.set_facecolor(PAPER)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color("#b4bac5")
        spine.set_linewidth(0.8)
    ax.tick_params(
        which="major", color="#b4bac5", labelcolor=MUTED, labelsize=9, length=3.5, width=0.8
    )
    ax.tick_params(which="minor", length=0)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(which="major", color=GRID, linewidth=0.8)
    if title is not None:
        ax.set_title(title, loc="left", fontsize=10, color=MUTED, pad=8)
    return ax


def headline(figure: Figure, title: str) -> None:
    """Write the figure's title, on the left and shortened to what fits."""
    room = int(figure.get_figwidth() * 8.5)
    told = title if len(title) <= room else title[: room - 1] + "…"
    figure.suptitle(told, x=0.012, ha="left", fontsize=13, fontweight="bold", color=INK)


def number(value: float) -> str:
    """Return a number in three digits, as people write it: 0.25, 1,500, 3×10⁻⁷.

    Examples
    --------
    >>> number(-1500.0), number(3e-7), number(1e18)
    ('−1,500', '3×10⁻⁷', '10¹⁸')
    """
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
        sign = MINUS if mantissa.startswith("-") else ""
        mantissa = mantissa.removeprefix("-")
        return sign + power if mantissa == "1" else f"{sign}{mantissa}{TIMES}{power}"
    digits = float(f"{value:.3g}")
    return f"{digits:,.10f}".rstrip("0").rstrip(".").replace("-", MINUS)


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
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def plain_values(ax: Axes) -> None:
    """Make the vertical axis linear, with labels in plain text."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def styled() -> ContextDecorator:
    """Return the decorator of functions that draw: within, the house style holds; after, not."""
    return mpl.rc_context(STYLE)
