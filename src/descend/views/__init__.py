"""Matplotlib pictures and animations of descents and fitted models, and HTML reports."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend.views.animations.animation import animate as animate
    from descend.views.animations.race import animate_race as animate_race
    from descend.views.attraction import basins as basins
    from descend.views.comparison import compare as compare
    from descend.views.confusions import confusion_matrix as confusion_matrix
    from descend.views.curves import loss_curves as loss_curves
    from descend.views.cuts import slices as slices
    from descend.views.decisions import decision_regions as decision_regions
    from descend.views.effects import Effect as Effect
    from descend.views.effects import partial_effects as partial_effects
    from descend.views.fields import field as field
    from descend.views.fits import predicted_against_true as predicted_against_true
    from descend.views.fits import weights as weights
    from descend.views.fitted_curves import fit as fit
    from descend.views.fitted_curves import fit_by_step as fit_by_step
    from descend.views.learning import learning_curve as learning_curve
    from descend.views.level_lines import level_line as level_line
    from descend.views.loss_landscapes import landscape as landscape
    from descend.views.losses_over import loss_over as loss_over
    from descend.views.losses_over import loss_over_each as loss_over_each
    from descend.views.maps import contours as contours
    from descend.views.misses import calibration as calibration
    from descend.views.misses import residuals as residuals
    from descend.views.parameter_curves import parameters as parameters
    from descend.views.picture import plot as plot
    from descend.views.prediction_tables import predictions as predictions
    from descend.views.race_curves import race as race
    from descend.views.rate_maps import convergence as convergence
    from descend.views.rate_test import rate_test as rate_test
    from descend.views.reliefs import side_by_side as side_by_side
    from descend.views.reliefs import surface as surface
    from descend.views.report.report import Section as Section
    from descend.views.report.report import Table as Table
    from descend.views.report.report import write_report as write_report
    from descend.views.schedule_curves import schedules as schedules
    from descend.views.shapes import loss_shape as loss_shape
    from descend.views.shapes import penalty_shape as penalty_shape
    from descend.views.showing import save as save
    from descend.views.showing import show as show
    from descend.views.sweep import sweep as sweep
    from descend.views.tangents import tangent as tangent

# Where each public name lives. Matplotlib loads when the first of them is used.
_HOMES = {
    "Effect": "descend.views.effects",
    "Section": "descend.views.report.report",
    "Table": "descend.views.report.report",
    "animate": "descend.views.animations.animation",
    "animate_race": "descend.views.animations.race",
    "basins": "descend.views.attraction",
    "calibration": "descend.views.misses",
    "compare": "descend.views.comparison",
    "confusion_matrix": "descend.views.confusions",
    "contours": "descend.views.maps",
    "convergence": "descend.views.rate_maps",
    "decision_regions": "descend.views.decisions",
    "field": "descend.views.fields",
    "fit": "descend.views.fitted_curves",
    "fit_by_step": "descend.views.fitted_curves",
    "parameters": "descend.views.parameter_curves",
    "predictions": "descend.views.prediction_tables",
    "landscape": "descend.views.loss_landscapes",
    "learning_curve": "descend.views.learning",
    "level_line": "descend.views.level_lines",
    "loss_curves": "descend.views.curves",
    "loss_over": "descend.views.losses_over",
    "loss_over_each": "descend.views.losses_over",
    "loss_shape": "descend.views.shapes",
    "partial_effects": "descend.views.effects",
    "penalty_shape": "descend.views.shapes",
    "plot": "descend.views.picture",
    "predicted_against_true": "descend.views.fits",
    "race": "descend.views.race_curves",
    "rate_test": "descend.views.rate_test",
    "residuals": "descend.views.misses",
    "save": "descend.views.showing",
    "schedules": "descend.views.schedule_curves",
    "show": "descend.views.showing",
    "side_by_side": "descend.views.reliefs",
    "slices": "descend.views.cuts",
    "surface": "descend.views.reliefs",
    "sweep": "descend.views.sweep",
    "tangent": "descend.views.tangents",
    "weights": "descend.views.fits",
    "write_report": "descend.views.report.report",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Load the home of a public name at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'descend.views' has no attribute {name!r}")
    public = getattr(import_module(_HOMES[name]), name)
    globals()[name] = public
    return public


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
