"""Every view with something to draw, and pictures small enough to be kept and compared.

    PYTHONPATH=src:tests/helpers python tests/helpers/pictures.py

writes `tests/views/baseline/` anew; look at what has changed before you commit it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from descents import BOWL, HILL, ROSENBROCK, WELL, Function, descended
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

import descend
from descend import views

BASELINE = Path(__file__).parents[1] / "views" / "baseline"

COLUMNS = 120
"""The width of a kept picture in pixels: letters are grey smudges, lines and areas remain."""

CHANGED, SHARE = 30.0, 0.004
"""Pixels are other ones if they differ by more than 30 of 255, and so may 4 in a thousand be: other
letters make up to 2 in a thousand, a line that is missing 8 or more."""

RANDOM = np.random.default_rng(0)
STARTS = RANDOM.uniform(-3, 3, (12, 2))
TRUE = np.linspace(-3, 3, 80)
SAID = TRUE + 0.4 * np.sin(7 * TRUE)
CLASSES = np.arange(90) % 3
GUESSED = np.where(np.arange(90) % 7 == 0, (CLASSES + 1) % 3, CLASSES)
VALLEY = Function(
    lambda a, b, c: (a - 1) ** 2 + 10 * (b + a) ** 2 + (c - b) ** 2,
    lambda a, b, c: (
        2 * (a - 1) + 20 * (b + a),
        20 * (b + a) - 2 * (c - b),
        2 * (c - b),
    ),
)
ONE = descended(BOWL, [3.0, 3.0], 0.3)
CURVE = descended(WELL, [[1.9], [-1.5]], 0.02, names=["w"])


def at_rate(rate: float) -> Any:
    return descended(BOWL, [3.0, 2.0], rate)


def fitted_line() -> Any:
    x = np.linspace(-2, 2, 30)[:, np.newaxis]
    model = descend.DescentRegressor(
        loss="mean_squared_error", optimizer="sgd", learning_rate=0.1, batch_size="full",
        max_iter=12, tol=0,
    )  # fmt: skip
    return model.fit(x, 2 * x[:, 0] + 1 + 0.5 * np.sin(9 * x[:, 0]), coef_init=[-1.0])


def swept() -> Any:
    rates = np.logspace(-3, 0, 8)
    axes: dict[str, Any] = {"learning_rate": rates, "hyper": {"mu": [0.0, 0.5, 0.9]}}
    return descend.sweep("(5*x^2 + y^2)/2", [3.0, 2.0], optimizer="momentum", steps=60, **axes)


VIEWS: dict[str, Callable[[], Any]] = {
    "basins": lambda: views.basins("himmelblau", points=40, learning_rate=0.01),
    "calibration": lambda: views.calibration(
        np.sin(17 * np.arange(80)) < TRUE / 3, 1 / (1 + np.exp(-TRUE))
    ),
    "compare": lambda: views.compare([at_rate(0.05), at_rate(0.38)]),
    "confusion_matrix": lambda: views.confusion_matrix(CLASSES, GUESSED, classes=[0, 1, 2]),
    "contours": lambda: views.contours(descended(ROSENBROCK, [-1.2, 1.0], 0.001, 300)),
    "convergence": lambda: views.convergence(swept()),
    "decision_regions": lambda: views.decision_regions(
        descend.DescentClassifier().fit([[0.0, 1], [1, 0], [0, 2], [2, 0]], [0, 1, 0, 1]).descent_
    ),
    "field": lambda: views.field(descended(HILL, STARTS[:3])),
    "fit": lambda: views.fit(fitted_line(), truth=lambda x: 2 * x + 1),
    "fit_by_step": lambda: views.fit_by_step(fitted_line()),
    "landscape": lambda: views.landscape(descended(VALLEY, [4.0, 3.0, 2.0], 0.01, 60, names="abc")),
    "learning_curve": lambda: views.learning_curve(
        [10, 30, 100],
        [[0.9, 0.95], [0.85, 0.9], [0.8, 0.82]],
        [[0.5, 0.6], [0.7, 0.72], [0.78, 0.8]],
    ),
    "level_line": lambda: views.level_line("x^2 + 5*y^2", [1.0, 1.0]),
    "loss_curves": lambda: views.loss_curves(
        {"training": np.exp(-np.arange(9.0)), "validation": np.exp(-np.arange(9.0) / 2)}
    ),
    "loss_shape": lambda: views.loss_shape("huber"),
    "loss_over": lambda: views.loss_over(BOWL, at=[1.0, 2.0]),
    "loss_over_each": lambda: views.loss_over_each(descended(BOWL, [1.0, 2.0])),
    "parameters": lambda: views.parameters([at_rate(0.05), at_rate(0.3)], true=[0.0, 0.0]),
    "partial_effects": lambda: views.partial_effects(
        [views.Effect("age", np.linspace(0, 9, 20), np.linspace(-1, 2, 20)[:, None])]
    ),
    "penalty_shape": lambda: views.penalty_shape("l1"),
    "plot": lambda: views.plot(ONE),
    "predicted_against_true": lambda: views.predicted_against_true(TRUE, SAID),
    "predictions": lambda: views.predictions(fitted_line(), rows=4),
    "race": lambda: descend.race(
        "booth", [4.0, -2.0], optimizers=["sgd", "momentum", "adam"], steps=40
    ).plot(),
    "rate_test": lambda: descend.find_rate(
        lambda w: (5 * w[0] ** 2 + w[1] ** 2) / 2, [3.0, 2.0]
    ).plot(),
    "residuals": lambda: views.residuals(TRUE, SAID),
    "schedules": lambda: views.schedules("cosine:0.1"),
    "side_by_side": lambda: views.side_by_side(descended(HILL, STARTS)),
    "slices": lambda: views.slices(at_rate(0.1)),
    "surface": lambda: views.surface(descended(HILL, STARTS[:2])),
    "sweep": lambda: views.sweep(swept()),
    "tangent": lambda: views.tangent("x^4 - 3*x^2", 1.5),
    "weights": lambda: views.weights(["age", "height", "weight"], [1.0, -2.0, 0.5]),
}
"""A picture of each public view."""

KEPT: dict[str, Callable[[], Any]] = {
    name: VIEWS[name]
    for name in (
        "contours",
        "surface",
        "side_by_side",
        "field",
        "slices",
        "landscape",
        "residuals",
        "weights",
        "loss_curves",
        "level_line",
    )
} | {
    "path": VIEWS["plot"],
    "curve": lambda: views.plot(CURVE),
    "many runs": lambda: views.plot(descended(HILL, np.tile(STARTS, (20, 1)) + 0.1)),
    "diverged": lambda: views.plot(descended(BOWL, [[3.0, 3.0], [1.0, 1.0]], 0.45, 60)),
}
"""The pictures that are compared: of descents by hand where they can be, so that no optimizer's
last digit moves a line."""


def figure_of(drawn: Figure | Axes) -> Figure:
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    assert figure is not None
    return figure


def small(drawn: Figure | Axes) -> Any:
    """Return a picture of few pixels, each the mean of what is there, `(rows, columns, 3)`."""
    figure = figure_of(drawn)
    figure.set_dpi(80)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]
    rows = round(COLUMNS * pixels.shape[0] / pixels.shape[1])
    image = Image.fromarray(pixels.copy())
    return np.asarray(image.resize((COLUMNS, rows), Image.Resampling.BOX)).astype(float)


def is_like(one: Any, other: Any) -> bool:
    """Say whether two small pictures show the same, whatever their letters look like."""
    if one.shape != other.shape:
        return False
    return changed(one, other) <= SHARE


def changed(one: Any, other: Any) -> float:
    """Return the share of pixels that are other ones."""
    return float((np.abs(one - other).max(axis=2) > CHANGED).mean())


def kept(name: str) -> Any:
    """Return the kept picture of this name."""
    with Image.open(BASELINE / f"{name.replace(' ', '_')}.png") as image:
        return np.asarray(image.convert("RGB")).astype(float)


def main() -> None:
    BASELINE.mkdir(exist_ok=True)
    for old in BASELINE.glob("*.png"):
        old.unlink()
    for name, make in KEPT.items():
        file = BASELINE / f"{name.replace(' ', '_')}.png"
        Image.fromarray(small(make()).astype(np.uint8)).save(file, optimize=True)
        print(f"{file.name}: {file.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
