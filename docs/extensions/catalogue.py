"""Pages of optimizers, losses, penalties, learning rates and landmarks, from their classes.

Each page is the class's own docstring, a few lines of code, and the picture that they draw. The
pages are written before the site is built: none is kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import descend
from descend import landmarks, losses, optimizers, penalties, rates
from descend.views.figures.collecting import take_figures, without_windows
from inline_figures import as_rst

ARGUMENTS = {
    # around another optimizer
    "Averaged": "optimizers.Momentum()",
    "ClippedByNorm": "optimizers.Momentum(), norm=10.0",
    "ClippedByValue": "optimizers.Momentum(), value=10.0",
    "Decayed": "optimizers.Momentum(), decay=0.01",
    "Lookahead": "optimizers.Momentum()",
    "SAM": "optimizers.Momentum()",
    "ScheduleFree": "optimizers.SGD()",
    # that their papers find further from the defaults
    "DAdaptAdam": "d=1e-3",
    "DAdaptSGD": "d=1e-3",
    "Prodigy": "d=1e-3",
    "DoG": "reach=1e-3",
    "LARS": "trust=0.1",
    # strengths that can be seen
    "L2": "alpha=1.0",
    "L1": "alpha=1.0",
    "ElasticNet": "alpha=1.0, l1_ratio=0.5",
    "GroupL1": "alpha=1.0",
    "Box": "lower=-1.0, upper=2.0",
    # schedules of a hundred steps
    "Constant": "0.1",
    "Cosine": "0.1, steps=100",
    "Cyclic": "0.02, 0.1, up=20",
    "Exponential": "0.1, factor=0.97",
    "InverseScaling": "0.1",
    "InverseTime": "0.1, decay=0.05",
    "Joined": "(rates.Linear(0.0, 20, end=0.1), rates.Cosine(0.1, 80)), (20,)",
    "Linear": "0.1, steps=100",
    "MultiStep": "0.1, milestones=(30, 60), factor=0.3",
    "OneCycle": "0.1, steps=100",
    "Optimal": "alpha=0.01, t0=100.0",
    "Piecewise": "values=(0.1, 0.05, 0.01), milestones=(30, 60)",
    "Polynomial": "0.1, steps=100, power=2.0",
    "Product": "(rates.Cosine(0.1, 100), rates.Step(1.0, every=50, factor=0.5))",
    "SquareRoot": "0.1",
    "Step": "0.1, every=25, factor=0.5",
    "WarmRestarts": "0.1, cycle=25, growth=1.5",
    "Warmup": "rates.Cosine(0.1, 80), steps=20",
    # rates that begin with one
    "Divided": "0.002, patience=20",
    "Plateau": "0.002, patience=20",
    "HyperGradient": "0.0005, beta=1e-12",
}
"""What a class is called with on its page, where its defaults are not the thing to show."""

ALONG_ROWS = ("SAGA", "SVRG")

NO_PAGES = ("LimitedMemory", "Text")
"""A former name, and what a text is read to."""

BESIDE_SGD = """\
start, steps = [-1.2, 1.0], 200
sgd = descend.minimize("rosenbrock", start, optimizer="sgd", learning_rate=0.001, steps=steps)
own = descend.minimize("rosenbrock", start, optimizer={call}, steps=steps)
descend.views.compare({{"sgd": sgd, "{name}": own}})"""

BESIDE_SGD_ON_ROWS = """\
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

X, y = load_diabetes(return_X_y=True)
runs = {{}}
for optimizer in (optimizers.SGD(), {call}):
    model = descend.DescentRegressor(
        optimizer=optimizer, batch_size=16, max_iter=30, tol=0, random_state=0
    )
    runs[type(optimizer).__name__] = model.fit(scale(X), y).descent_
descend.views.compare(runs)"""

AS_RATE = """\
descent = descend.minimize(
    "rosenbrock", [-1.2, 1.0], optimizer="sgd", learning_rate={call}, steps=200
)
descent.plot()"""


class Group(NamedTuple):
    """Pages of one kind: their folder, the title and the text of their index, and their entries."""

    folder: str
    title: str
    text: str
    entries: Callable[[], Iterator[Entry]]


class Entry(NamedTuple):
    """A page: its name, what it is about in a line, the text, and the code that draws."""

    name: str
    summary: str
    text: str
    code: str


def _classes(module: Any) -> Iterator[tuple[str, type, str]]:
    """Yield the public classes of a module with their names and how they are called."""
    own = module.__name__.rpartition(".")[2]
    here = [name for name, value in vars(module).items() if _home(value) == module.__name__]
    public = getattr(module, "__all__", here)
    for name in sorted(public, key=str.lower):
        value = getattr(module, name)
        if inspect.isclass(value) and name not in NO_PAGES and not name.startswith("_"):
            yield name, value, f"{own}.{name}({ARGUMENTS.get(name, '')})"


def _home(value: object) -> str:
    return getattr(value, "__module__", "")


def _of_class(module: Any, name: str, kind: type, code: str) -> Entry:
    summary = (inspect.getdoc(kind) or "").partition("\n")[0]
    return Entry(name, summary, f".. autoclass:: {module.__name__}.{name}\n", code)


def _optimizers() -> Iterator[Entry]:
    for name, kind, call in _classes(optimizers):
        template = BESIDE_SGD_ON_ROWS if name in ALONG_ROWS else BESIDE_SGD
        yield _of_class(optimizers, name, kind, template.format(call=call, name=name))


def _losses() -> Iterator[Entry]:
    for name, kind, call in _classes(losses):
        yield _of_class(losses, name, kind, f"descend.views.loss_shape({call})")


def _penalties() -> Iterator[Entry]:
    for name, kind, call in _classes(penalties):
        yield _of_class(penalties, name, kind, f"descend.views.penalty_shape({call})")


def _rates() -> Iterator[Entry]:
    for name, kind, call in _classes(rates):
        found_on_the_way = not callable(eval(call, {"rates": rates}))
        code = AS_RATE.format(call=call) if found_on_the_way else _schedule(call)
        yield _of_class(rates, name, kind, code)


def _schedule(call: str) -> str:
    return f"descend.views.schedules({call}, steps=100)"


def _landmarks() -> Iterator[Entry]:
    for name, landmark in sorted(landmarks.LANDMARKS.items()):
        window = ", ".join(
            f"{variable} from {low:g} to {high:g}"
            for variable, (low, high) in zip("xy", landmark.window, strict=True)
        )
        minima = [
            f"* {minimum.value:g} at ({minimum.point[0]:.6g}, {minimum.point[1]:.6g})"
            for minimum in landmark.minima
        ]
        text = [
            f"``{landmark.formula}``", "",
            f"It is drawn, and random starts are, with {window}. Plain gradient descent descends "
            f"from anywhere in there at the learning rate {landmark.rate:g}.", "",
            "Its lowest values:" if minima else "It has no lowest value.", "", *minima, "",
        ]  # fmt: skip
        code = f'descend.views.contours("{name}")'
        yield Entry(name, f"``{landmark.formula}``", "\n".join(text), code)


GROUPS = (
    Group(
        "optimizers",
        "Optimizers",
        "Which way to step. Each page shows its path on Rosenbrock's valley beside that of plain "
        "descent, at a rate that `minimize` finds for it.",
        _optimizers,
    ),
    Group("losses", "Losses", "How wrong a prediction is, and its slope.", _losses),
    Group(
        "penalties",
        "Penalties",
        "What is added to the loss, and what a step leaves of a weight because of it.",
        _penalties,
    ),
    Group(
        "rates",
        "Learning rates",
        "How far to step: schedules, which follow from the step count, with their rates; and rates "
        "that are found on the way, with a descent.",
        _rates,
    ),
    Group("landmarks", "Landmarks", "Functions that optimizers are tried on.", _landmarks),
)


def write_catalogue(folder: Path) -> None:
    """Write all pages, and an index of each kind, into folders in this one."""
    for group in GROUPS:
        pages = folder / group.folder
        pages.mkdir(parents=True, exist_ok=True)
        entries = list(group.entries())
        for entry in entries:
            _write(pages / f"{entry.name}.rst", _page(entry))
        _write(pages / "index.rst", _index(group, entries))


def _page(entry: Entry) -> str:
    return "\n".join([*_headed(entry.name), entry.text, *_pictured(entry), ""])


def _headed(title: str) -> list[str]:
    return [title, "=" * len(title), ""]


def _pictured(entry: Entry) -> Iterator[str]:
    """Run the code of an entry, and yield it and its pictures."""
    yield from ("Its picture", "-----------", "", ".. code-block:: python", "")
    yield from (f"    {line}".rstrip() for line in entry.code.splitlines())
    yield ""
    space: dict[str, Any] = {
        "descend": descend,
        "losses": losses,
        "optimizers": optimizers,
        "penalties": penalties,
        "rates": rates,
    }
    with without_windows():
        exec(compile(entry.code, entry.name, "exec"), space)
        for k, figure in enumerate(take_figures()):
            yield as_rst(figure, entry.name, f"p{k}-")


def _index(group: Group, entries: list[Entry]) -> str:
    lines = [*_headed(group.title), group.text, "", ".. list-table::", "    :widths: 22 78", ""]
    for entry in entries:
        lines += [f"    * - :doc:`{entry.name}`", f"      - {entry.summary}"]
    lines += ["", ".. toctree::", "    :hidden:", ""]
    lines += [f"    {entry.name}" for entry in entries]
    return "\n".join([*lines, ""])


def _write(file: Path, text: str) -> None:
    """Write a page, unless it is there already: then it is not read again."""
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
