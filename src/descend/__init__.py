"""Gradient descent: fit models by it, minimise functions with it, and watch it happen.

An *objective* is walked by an *optimizer* at a *learning rate*; the walk leaves a `Descent`, and a
*view* shows it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend import losses as losses
    from descend import optimizers as optimizers
    from descend import penalties as penalties
    from descend import rates as rates
    from descend import views as views
    from descend.deriving import derive as derive
    from descend.descent import Descent as Descent
    from descend.diagnosis import diagnose as diagnose
    from descend.errors import DivergenceError as DivergenceError
    from descend.estimators import DescentClassifier as DescentClassifier
    from descend.estimators import DescentRegressor as DescentRegressor
    from descend.finding import find_rate as find_rate
    from descend.gradients import check_gradient as check_gradient
    from descend.minimizing import maximize as maximize
    from descend.minimizing import minimize as minimize
    from descend.objectives import landmarks as landmarks
    from descend.objectives.module import ModuleRisk as ModuleRisk
    from descend.racing import race as race
    from descend.scipy_method import as_scipy_method as as_scipy_method
    from descend.sweeping import sweep as sweep

__version__ = "0.1.0"

# Where each public name lives; a module loads when one of its names is first used, so that
# `import descend` stays light. No function may have its module's name: importing the module
# would put it in the function's place.
_HOMES = {
    "Descent": "descend.descent",
    "DivergenceError": "descend.errors",
    "DescentClassifier": "descend.estimators",
    "DescentRegressor": "descend.estimators",
    "ModuleRisk": "descend.objectives.module",
    "as_scipy_method": "descend.scipy_method",
    "check_gradient": "descend.gradients",
    "derive": "descend.deriving",
    "diagnose": "descend.diagnosis",
    "find_rate": "descend.finding",
    "landmarks": "descend.objectives.landmarks",
    "losses": "descend.losses",
    "maximize": "descend.minimizing",
    "minimize": "descend.minimizing",
    "optimizers": "descend.optimizers",
    "penalties": "descend.penalties",
    "race": "descend.racing",
    "rates": "descend.rates",
    "sweep": "descend.sweeping",
    "views": "descend.views",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """Load the home of a public name at its first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'descend' has no attribute {name!r}")
    module = import_module(home)
    public = module if home.endswith(f".{name}") else getattr(module, name)
    globals()[name] = public
    return public


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
