"""The pictures of a record or a sweep beside its usual one, chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.support.suggestions import nearest
from descend.views.curves.parameter_curves import parameters
from descend.views.experiments.comparison import compare
from descend.views.experiments.rate_maps import convergence
from descend.views.figures.panels import figure_of
from descend.views.landscapes.fields import field
from descend.views.landscapes.level_lines import level_line
from descend.views.landscapes.maps import contours
from descend.views.landscapes.reliefs import side_by_side, surface
from descend.views.landscapes.tangents import tangent
from descend.views.losses.cuts import slices
from descend.views.losses.loss_landscapes import landscape
from descend.views.losses.losses_over import loss_over, loss_over_each
from descend.views.models.confusions import confusion_matrix
from descend.views.models.decisions import decision_regions
from descend.views.models.fitted_curves import fit, fit_by_step
from descend.views.models.prediction_tables import predictions

OF_RECORDS: Mapping[str, Callable[..., Axes | Figure]] = {
    view.__name__: view
    for view in (
        compare,
        confusion_matrix,
        contours,
        decision_regions,
        field,
        fit,
        fit_by_step,
        landscape,
        level_line,
        loss_over,
        loss_over_each,
        parameters,
        predictions,
        side_by_side,
        slices,
        surface,
        tangent,
    )
}

OF_SWEEPS: Mapping[str, Callable[..., Axes | Figure]] = {
    view.__name__: view for view in (compare, convergence)
}


def draw_chosen(
    views: Mapping[str, Callable[..., Axes | Figure]], view: str, record: Any, **options: Any
) -> Figure:
    """Draw a record with the view of this name and return the figure; options of None are left out.

    Raises
    ------
    ValueError
        If there is no such view, or it has no such option.
    """
    if view not in views:
        near = nearest(view, views)
        meant = f"did you mean {near!r}? There are" if near else "there are"
        raise ValueError(f"there is no view {view!r}: {meant} auto, {', '.join(views)}")
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if name not in signature(views[view]).parameters:
            raise ValueError(f"the view {view!r} takes no {name}: leave it out")
    return figure_of(views[view](record, **given))
