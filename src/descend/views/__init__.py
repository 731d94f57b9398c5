"""Matplotlib pictures and animations of descents and fitted models, and HTML reports."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend.views.animations.animation import animate as animate
    from descend.views.animations.race import animate_race as animate_race
    from descend.views.curves.curves import loss_curves as loss_curves
    from descend.views.curves.parameter_curves import parameters as parameters
    from descend.views.curves.schedule_curves import schedules as schedules
    from descend.views.curves.shapes import loss_shape as loss_shape
    from descend.views.curves.shapes import penalty_shape as penalty_shape
    from descend.views.experiments.comparison import compare as compare
    from descend.views.experiments.race_curves import race as race
    from descend.views.experiments.rate_maps import convergence as convergence
    from descend.views.experiments.rate_test import rate_test as rate_test
    from descend.views.experiments.sweep import sweep as sweep
    from descend.views.landscapes.attraction import basins as basins
    from descend.views.landscapes.fields import field as field
    from descend.views.landscapes.level_lines import level_line as level_line
    from descend.views.landscapes.maps import contours as contours
    from descend.views.landscapes.reliefs import side_by_side as side_by_side
    from descend.views.landscapes.reliefs import surface as surface
    from descend.views.landscapes.tangents import tangent as tangent
    from descend.views.losses.cuts import slices as slices
    from descend.views.losses.loss_landscapes import landscape as landscape
    from descend.views.losses.losses_over import loss_over as loss_over
    from descend.views.losses.losses_over import loss_over_each as loss_over_each
    from descend.views.models.confusions import confusion_matrix as confusion_matrix
    from descend.views.models.decisions import decision_regions as decision_regions
    from descend.views.models.effects import Effect as Effect
    from descend.views.models.effects import partial_effects as partial_effects
    from descend.views.models.fits import predicted_against_true as predicted_against_true
    from descend.views.models.fits import weights as weights
    from descend.views.models.fitted_curves import fit as fit
    from descend.views.models.fitted_curves import fit_by_step as fit_by_step
    from descend.views.models.learning import learning_curve as learning_curve
    from descend.views.models.misses import calibration as calibration
    from descend.views.models.misses import residuals as residuals
    from descend.views.models.prediction_tables import predictions as predictions
    from descend.views.picture import plot as plot
    from descend.views.report.report import Section as Section
    from descend.views.report.report import Table as Table
    from descend.views.report.report import write_report as write_report
    from descend.views.showing import save as save
    from descend.views.showing import show as show

# Where each public name lives. Matplotlib loads when the first of them is used.
_HOMES = {
    "Effect": "descend.views.models.effects",
    "Section": "descend.views.report.report",
    "Table": "descend.views.report.report",
    "animate": "descend.views.animations.animation",
    "animate_race": "descend.views.animations.race",
    "basins": "descend.views.landscapes.attraction",
    "calibration": "descend.views.models.misses",
    "compare": "descend.views.experiments.comparison",
    "confusion_matrix": "descend.views.models.confusions",
    "contours": "descend.views.landscapes.maps",
    "convergence": "descend.views.experiments.rate_maps",
    "decision_regions": "descend.views.models.decisions",
    "field": "descend.views.landscapes.fields",
    "fit": "descend.views.models.fitted_curves",
    "fit_by_step": "descend.views.models.fitted_curves",
    "parameters": "descend.views.curves.parameter_curves",
    "predictions": "descend.views.models.prediction_tables",
    "landscape": "descend.views.losses.loss_landscapes",
    "learning_curve": "descend.views.models.learning",
    "level_line": "descend.views.landscapes.level_lines",
    "loss_curves": "descend.views.curves.curves",
    "loss_over": "descend.views.losses.losses_over",
    "loss_over_each": "descend.views.losses.losses_over",
    "loss_shape": "descend.views.curves.shapes",
    "partial_effects": "descend.views.models.effects",
    "penalty_shape": "descend.views.curves.shapes",
    "plot": "descend.views.picture",
    "predicted_against_true": "descend.views.models.fits",
    "race": "descend.views.experiments.race_curves",
    "rate_test": "descend.views.experiments.rate_test",
    "residuals": "descend.views.models.misses",
    "save": "descend.views.showing",
    "schedules": "descend.views.curves.schedule_curves",
    "show": "descend.views.showing",
    "side_by_side": "descend.views.landscapes.reliefs",
    "slices": "descend.views.losses.cuts",
    "surface": "descend.views.landscapes.reliefs",
    "sweep": "descend.views.experiments.sweep",
    "tangent": "descend.views.landscapes.tangents",
    "weights": "descend.views.models.fits",
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
