"""Gradient descent: fit models by it, minimise functions with it, and watch it happen.

An *objective* is stepped by an *optimizer* at a *learning rate*; that leaves a `Descent`, and a
*view* shows it.

With a function, `descend.minimize("sin(x)*sin(y)", starts=50)`:

- `minimize`, `maximize`: from one start or from many at once
- `sweep`, `race`, `find_rate`: optimizers, learning rates and hyper-parameters compared
- `derive`, `check_gradient`: derivatives written out, and one's own checked
- `as_scipy_method`: an optimizer as a method of `scipy.optimize.minimize`
- `ModuleRisk`: a PyTorch module on data as a function

With data, `descend.DescentClassifier().fit(X, y)`:

- `DescentRegressor`, `DescentClassifier`: linear models with scikit-learn's interface
- `TableModel`, `read_table`: models of files and data frames
- `DivergenceError`: raised where a learning rate is too large; it names one that works

What comes of it:

- `Descent`: the end and the history, with `plot()`, `animate(file)`, `explain()`, `to_frame()`
- `diagnose`: why a descent went as it did

What one chooses from, a module each, with a class for each choice:

- `optimizers`: which way to step; `optimizers.names()` lists them
- `rates`: how far: schedules, adaptive rates, line searches
- `losses`, `penalties`: what is fitted, and what keeps weights small
- `landmarks`: functions to try, `landmarks.LANDMARKS`
- `views`: pictures and films

The command `descend` does the same from a terminal, and `descend gallery` writes the lessons.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend import losses as losses
    from descend import optimizers as optimizers
    from descend import penalties as penalties
    from descend import rates as rates
    from descend import views as views
    from descend.api.derivation import derive as derive
    from descend.api.gradient_check import check_gradient as check_gradient
    from descend.api.minimization import maximize as maximize
    from descend.api.minimization import minimize as minimize
    from descend.api.scipy_method import as_scipy_method as as_scipy_method
    from descend.diagnosis import diagnose as diagnose
    from descend.estimators import DescentClassifier as DescentClassifier
    from descend.estimators import DescentRegressor as DescentRegressor
    from descend.experiments.landscapes.landscape import landscape as landscape
    from descend.experiments.race import race as race
    from descend.experiments.rate_test import find_rate as find_rate
    from descend.experiments.sweep import sweep as sweep
    from descend.objectives import landmarks as landmarks
    from descend.objectives.risks.torch_module import ModuleRisk as ModuleRisk
    from descend.playground.launch import playground as playground
    from descend.records.descent import Descent as Descent
    from descend.support.errors import DivergenceError as DivergenceError
    from descend.tables.sources import read_table as read_table
    from descend.tables.table_model import TableModel as TableModel

__version__ = "0.1.0"

# Where each public name lives, "module" or "module:name"; a module loads when one of its names is
# first used, so that `import descend` stays light.
_HOMES = {
    "Descent": "descend.records.descent:Descent",
    "DivergenceError": "descend.support.errors:DivergenceError",
    "DescentClassifier": "descend.estimators:DescentClassifier",
    "DescentRegressor": "descend.estimators:DescentRegressor",
    "ModuleRisk": "descend.objectives.risks.torch_module:ModuleRisk",
    "TableModel": "descend.tables.table_model:TableModel",
    "as_scipy_method": "descend.api.scipy_method:as_scipy_method",
    "check_gradient": "descend.api.gradient_check:check_gradient",
    "derive": "descend.api.derivation:derive",
    "diagnose": "descend.diagnosis:diagnose",
    "find_rate": "descend.experiments.rate_test:find_rate",
    "landmarks": "descend.objectives.landmarks",
    "landscape": "descend.experiments.landscapes.landscape:landscape",
    "losses": "descend.losses",
    "maximize": "descend.api.minimization:maximize",
    "minimize": "descend.api.minimization:minimize",
    "optimizers": "descend.optimizers",
    "penalties": "descend.penalties",
    "playground": "descend.playground.launch:playground",
    "race": "descend.experiments.race:race",
    "rates": "descend.rates",
    "read_table": "descend.tables.sources:read_table",
    "sweep": "descend.experiments.sweep:sweep",
    "views": "descend.views",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """Load the home of a public name at its first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'descend' has no attribute {name!r}")
    place, _, attribute = home.partition(":")
    module = import_module(place)
    public = getattr(module, attribute) if attribute else module
    globals()[name] = public
    return public


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
