"""Pictures and films: seconds, and the goal of each.

    python benchmarks/views.py

Each is made once before, so that fonts and modules are loaded, then timed; medians are printed. The
contour is of a formula on a grid of 400 x 400: its values, the filled contours, the pixels. The
landscape has 51 x 51 points on two filter-normalised directions.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from sklearn.datasets import make_moons

import descend
from descend import views
from descend.views.figures.style import new_figure, style_axes
from descend.views.landscapes import heights as drawn

REPEATS = 5
GOALS = {
    "GIF of 200 frames": 10.0,
    "HTML": 3.0,
    "HTML, 50 runs and surface": 3.0,
    "contour": 0.3,
    "landscape of a network": 10.0,
}


def seconds(make: Callable[[], object]) -> tuple[float, float]:
    make()
    taken = []
    for _ in range(REPEATS):
        began, busy = time.perf_counter(), time.process_time()
        make()
        taken.append((time.perf_counter() - began, time.process_time() - busy))
    return statistics.median(wall for wall, _ in taken), statistics.median(cpu for _, cpu in taken)


def network() -> descend.ModuleRisk:
    """Return the risk of a network of 9,697 parameters on 500 rows of two moons."""
    rows, classes = make_moons(500, noise=0.15, random_state=0)
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 96), torch.nn.Tanh(), torch.nn.Linear(96, 96), torch.nn.Tanh()]
    module = torch.nn.Sequential(*layers, torch.nn.Linear(96, 1))
    data = torch.tensor(rows).float(), torch.tensor(classes).float()[:, None]
    return descend.ModuleRisk(module, torch.nn.BCEWithLogitsLoss(), data)


def contour(formula: descend.Descent) -> None:
    figure = new_figure(5.6, 4.5)
    assert formula.objective is not None
    drawn.GRID_POINTS = 400
    landscape = drawn.sample_landscape(formula.objective, ((-2.0, 2.0), (-1.0, 3.0)))
    drawn.draw_landscape(style_axes(figure.add_subplot()), landscape, ("x", "y"))
    figure.canvas.draw()


def main() -> None:
    path = descend.minimize(
        "rosenbrock", [-1.2, 1.0], optimizer="sgd", learning_rate=0.001, steps=2000
    )
    many = descend.minimize(
        "sin(x)*sin(y)", starts=50, optimizer="adam", learning_rate=0.05, seed=0
    )
    risk = network()
    with tempfile.TemporaryDirectory() as folder:
        gif, page = Path(folder, "film.gif"), Path(folder, "film.html")
        made = {
            "GIF of 200 frames": lambda: views.animate(path, gif, seconds=200 / 15),
            "HTML": lambda: views.animate(path, page),
            "HTML, 50 runs and surface": lambda: views.animate(many, page, surface=True),
            "contour": lambda: contour(path),
            "landscape of a network": lambda: descend.landscape(risk),
        }
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for name, make in made.items():
            wall, busy = seconds(make)
            print(f"{name:28} {wall:6.2f} s ({busy:.2f} s of processor), goal {GOALS[name]} s")


if __name__ == "__main__":
    main()
